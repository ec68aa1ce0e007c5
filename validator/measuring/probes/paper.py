"""One PDF -> its pages, the pages that count, its references and what wants a person. Knows no page limit.

The file is opened in a child process only; here its size is looked at, and the child's answer is checked.
"""

from __future__ import annotations

import stat
from pathlib import Path

from validator import plain
from validator.evidence import Flag, Paper, Reading
from validator.measuring.probes.paper_child import child
from validator.plan import MIB, PaperLimits


def paper(*, root: Path, path: str, limits: PaperLimits) -> Paper:
    """Read the PDF at `path` under `root`. Never raises over what the file holds: the Paper says why it is unreadable.

    `paper.pages_counted` leaves out pages that hold reference entries only; `paper.pages_total` is all pages.
    """
    file = root / path
    refused = _refused(file, limits)
    if refused is not None:
        return _unread(path, refused)
    answer = child(file=file, path=path, limits=limits)
    if answer.document is None:
        return _unread(path, Flag(kind="unreadable", detail=answer.why))
    try:
        return plain.from_plain(Paper, answer.document)
    except ValueError:
        return _unread(path, Flag(kind="unreadable", detail="its reader gave an answer that is none"))


def _refused(file: Path, limits: PaperLimits) -> Flag | None:
    """Why the file is not even opened."""
    try:
        status = file.stat()
    except OSError as error:
        return Flag(kind="unreadable", detail=error.strerror or "it cannot be opened")
    if not stat.S_ISREG(status.st_mode):
        return Flag(kind="unreadable", detail="it is not a regular file")
    if status.st_size > limits.file_bytes:
        size, most = status.st_size / MIB, limits.file_bytes / MIB
        return Flag(kind="too-large", detail=f"{size:.1f} MiB, at most {most:g} MiB are read")
    return None


def _unread(path: str, flag: Flag) -> Paper:
    missing = Reading.missing(unit="pages", why=f"{flag.detail} ({flag.kind})")
    return Paper(path=path, readings={"paper.pages_total": missing, "paper.pages_counted": missing}, flags=(flag,))
