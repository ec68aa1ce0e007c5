"""What the header of an MP4 or QuickTime file says of its movie: length, tracks, codecs. Decodes no picture.

Layout of the boxes: ISO/IEC 14496-12 (mvhd, tkhd, mdhd, hdlr, stsd, stts); names of sample entries: the MP4 registry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from validator.measuring.probes.video_boxes import PAYLOAD_BYTES, Box, Boxes, BoxProblem

CODECS = {
    "avc1": "H.264",
    "avc2": "H.264",
    "avc3": "H.264",
    "avc4": "H.264",
    "hev1": "H.265",
    "hvc1": "H.265",
    "dvh1": "H.265",
    "dvhe": "H.265",
    "mp4v": "MPEG-4 Visual",
    "av01": "AV1",
    "vp08": "VP8",
    "vp09": "VP9",
    "mjpg": "Motion JPEG",
    "jpeg": "Motion JPEG",
    "apch": "ProRes",
    "apcn": "ProRes",
    "apcs": "ProRes",
    "apco": "ProRes",
    "ap4h": "ProRes",
    "encv": "an encrypted codec",
}
MOST_TRACKS = 64
UNKNOWN_32, UNKNOWN_64 = 2**32 - 1, 2**64 - 1
"""A duration of all ones means that it is not known."""
LONGEST_SECONDS = 10**7
"""A longer recording is a forged header."""


@dataclass(frozen=True, kw_only=True)
class Track:
    """One track: what it holds, how it is coded, how long its samples last."""

    handler: str
    """`vide`, `soun`, ...; empty when not said."""
    codec: str = ""
    """Four letters of its sample entry."""
    sample_seconds: float | None = None
    """Sum over its samples; None where none are listed."""
    width: int = 0
    height: int = 0
    """Pixels of a coded picture."""


@dataclass(frozen=True, kw_only=True)
class Movie:
    """One movie as its header tells it."""

    brand: str
    """Major brand of `ftyp`; empty when there is no such box, as in old QuickTime files."""
    seconds: float | None
    fragmented: bool
    """Whether its samples stand in fragments, so that the header need not know its length."""
    tracks: tuple[Track, ...] = field(default=())


def movie(boxes: Boxes) -> Movie:
    """Read the header. Raises BoxProblem when there is none, or when it contradicts itself."""
    brand, found, fragments = "", None, False
    for box in boxes.top():
        if box.kind == "ftyp" and not brand:
            brand = _letters(boxes.payload(box, most=4))
        elif box.kind == "moov" and found is None:
            found = box
        fragments |= box.kind == "moof"
        if found is not None and (brand or fragments) and box.kind == "mdat":
            break  # what follows the pictures says nothing that is asked for
    if found is None:
        raise BoxProblem("video-truncated", "it has no box 'moov', which says what the movie is: the file is not whole")
    return _movie(boxes, found, brand=brand, fragmented=fragments)


def _movie(boxes: Boxes, box: Box, *, brand: str, fragmented: bool) -> Movie:
    seconds, tracks = None, []
    for child in boxes.inside(box):
        if child.kind == "mvhd":
            seconds = _seconds(boxes.payload(child, most=32))
        elif child.kind == "trak":
            tracks.append(_track(boxes, child))
            if len(tracks) > MOST_TRACKS:
                raise BoxProblem("video-damaged", f"more than {MOST_TRACKS} tracks")
        elif child.kind == "cmov":
            raise BoxProblem("video-compressed-header", "its header is compressed, as QuickTime once did; not opened")
        fragmented |= child.kind == "mvex"
    return Movie(brand=brand, seconds=seconds, fragmented=fragmented, tracks=tuple(tracks))


def _track(boxes: Boxes, box: Box) -> Track:
    media = next((child for child in boxes.inside(box) if child.kind == "mdia"), None)
    if media is None:
        return Track(handler="")
    handler, scale, table = "", 0, None
    for child in boxes.inside(media):
        if child.kind == "hdlr":
            handler = _letters(boxes.payload(child, most=12)[8:12])
        elif child.kind == "mdhd":
            scale = _scale(boxes.payload(child, most=32))
        elif child.kind == "minf":
            table = next((inner for inner in boxes.inside(child) if inner.kind == "stbl"), None)
    if table is None:
        return Track(handler=handler)
    codec, width, height, seconds = "", 0, 0, None
    for child in boxes.inside(table):
        if child.kind == "stsd":
            codec, width, height = _sample_entry(boxes.payload(child, most=64))
        elif child.kind == "stts":
            seconds = _sample_seconds(boxes.payload(child), scale=scale)
    return Track(handler=handler, codec=codec, sample_seconds=seconds, width=width, height=height)


def _scale(header: bytes) -> int:
    """Units a second of an `mvhd` or `mdhd`; 0 when there is none."""
    at = 20 if header[:1] == b"\x01" else 12
    return int.from_bytes(header[at : at + 4])


def _seconds(header: bytes) -> float | None:
    """Length that an `mvhd` says; None where it says none."""
    long = header[:1] == b"\x01"
    units = int.from_bytes(header[24:32] if long else header[16:20])
    scale = _scale(header)
    if len(header) < (32 if long else 20) or not scale or units in (0, UNKNOWN_64 if long else UNKNOWN_32):
        return None
    return _believable(units / scale)


def _sample_entry(payload: bytes) -> tuple[str, int, int]:
    """Four letters, width and height of the first entry of an `stsd`."""
    entry = payload[8:]
    return _letters(entry[4:8]), int.from_bytes(entry[32:34]), int.from_bytes(entry[34:36])


def _sample_seconds(payload: bytes, *, scale: int) -> float | None:
    """Sum over the runs of an `stts`, as far as they were read; None where none are listed."""
    runs = list(_runs(payload))
    if not runs or not scale:
        return None
    if int.from_bytes(payload[4:8]) > len(runs):
        if len(payload) == PAYLOAD_BYTES:
            return None  # hours of it: more runs than are read
        raise BoxProblem("video-damaged", "its table of times is shorter than it says")
    return _believable(sum(count * units for count, units in runs) / scale)


def _runs(payload: bytes) -> Iterator[tuple[int, int]]:
    listed = min(int.from_bytes(payload[4:8]), (len(payload) - 8) // 8)
    for number in range(max(listed, 0)):
        at = 8 + 8 * number
        yield int.from_bytes(payload[at : at + 4]), int.from_bytes(payload[at + 4 : at + 8])


def _believable(seconds: float) -> float:
    if seconds > LONGEST_SECONDS:
        raise BoxProblem("video-damaged", f"its header says it lasts {seconds / 86_400:,.0f} days")
    return seconds


def _letters(raw: bytes) -> str:
    """Four letters, or nothing where they are none."""
    text = raw.decode("ascii", "replace")
    return text if len(text) == 4 and text.isprintable() and text.isascii() else ""
