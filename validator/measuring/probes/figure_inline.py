"""Images that stand in the middle of a page's operations, as image objects like others. In the child process only."""

from __future__ import annotations

from typing import Any

INLINE = b"INLINE IMAGE"
"""What pypdf calls the operation."""
MOST_BYTES = 4_000_000
KEYS = {
    "/BPC": "/BitsPerComponent",
    "/CS": "/ColorSpace",
    "/D": "/Decode",
    "/DP": "/DecodeParms",
    "/F": "/Filter",
    "/H": "/Height",
    "/IM": "/ImageMask",
    "/W": "/Width",
}
VALUES = {
    "/G": "/DeviceGray",
    "/RGB": "/DeviceRGB",
    "/CMYK": "/DeviceCMYK",
    "/I": "/Indexed",
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}
"""Abbreviations of ISO 32000-1, tables 93 and 94."""


def image(operands: Any) -> tuple[Any, object]:
    """The image object of one operation and a key of its own; (None, None) where it is none."""
    from pypdf.generic import EncodedStreamObject, NameObject

    settings, data = (operands.get(key) for key in ("settings", "data")) if isinstance(operands, dict) else (None, None)
    if not isinstance(settings, dict) or not isinstance(data, bytes) or len(data) > MOST_BYTES:
        return None, None
    made = EncodedStreamObject()
    for key, value in settings.items():
        made[NameObject(KEYS.get(str(key), str(key)))] = _whole(value)
    made[NameObject("/Subtype")] = NameObject("/Image")
    made._data = data
    return made, object()


def _whole(value: Any) -> Any:
    """A value with its names written out."""
    from pypdf.generic import ArrayObject, NameObject

    if isinstance(value, list):
        return ArrayObject([_whole(each) for each in value])
    return NameObject(VALUES.get(str(value), str(value))) if isinstance(value, NameObject) else value
