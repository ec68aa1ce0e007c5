"""Whether the file of a document is one that may be opened at all. Looks at its size and kind only."""

from __future__ import annotations

import stat
from pathlib import Path

from validator.evidence import Flag
from validator.plan import MIB


def refused(file: Path, *, most_bytes: int) -> Flag | None:
    """Why the file is not even opened, or nothing."""
    try:
        status = file.stat()
    except OSError as error:
        return Flag(kind="unreadable", detail=error.strerror or "it cannot be opened")
    if not stat.S_ISREG(status.st_mode):
        return Flag(kind="unreadable", detail="it is not a regular file")
    if status.st_size > most_bytes:
        return Flag(
            kind="too-large", detail=f"{status.st_size / MIB:.1f} MiB, at most {most_bytes / MIB:g} MiB are read"
        )
    return None
