"""A PDF that is encrypted but opens without a password, as plain bytes: what pypdf does not decrypt, PDFium does.

In the child process of the first reader only. Nothing is written to a file; the process's memory limit bounds the copy.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

INSTALL = "pip install 'validator[pdf]'"


class Locked(Exception):
    """It cannot be decrypted here, in words; `ours` where that is our installation's lack and not the file's."""

    def __init__(self, why: str, *, ours: bool) -> None:
        super().__init__(why)
        self.ours = ours


def unlocked(file: Path) -> bytes:
    """The whole document without its encryption. Raises Locked."""
    try:
        from pypdfium2 import raw
    except ImportError as error:
        why = f"it is encrypted in a way that is read with pypdfium2 only, which is not installed here ({INSTALL})"
        raise Locked(why, ours=True) from error
    document = raw.FPDF_LoadDocument(str(file).encode(), None)
    if not document:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
            raise Locked("a password is needed to open it", ours=False)
        raise Locked("its encryption cannot be read", ours=False)
    try:
        return _copied(raw, document)
    finally:
        raw.FPDF_CloseDocument(document)


def _copied(raw: Any, document: Any) -> bytes:
    kept = bytearray()

    def write(_: Any, data: int, size: int) -> int:
        kept.extend(ctypes.string_at(data, size))
        return 1

    into = raw.FPDF_FILEWRITE(version=1)
    into.WriteBlock = type(into.WriteBlock)(write)
    if not raw.FPDF_SaveAsCopy(document, into, raw.FPDF_REMOVE_SECURITY):
        raise Locked("its encryption cannot be taken off", ours=False)
    return bytes(kept)
