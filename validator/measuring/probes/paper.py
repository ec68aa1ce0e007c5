"""One PDF -> its pages, the pages that count, its references and what wants a person. Knows no page limit.

The file is opened in a child process only; here its size is looked at, and the child's answer is checked.
"""

from __future__ import annotations

import stat
import time
from pathlib import Path

from validator import plain
from validator.evidence import Flag, Paper
from validator.measuring.probes.paper_child import child
from validator.measuring.probes.paper_joined import with_second
from validator.measuring.probes.paper_look import unreadable
from validator.measuring.probes.paper_pages import READER_FAILED, READER_LIMIT
from validator.plan import MIB, PaperLimits


def paper(*, root: Path, path: str, limits: PaperLimits, keep: Path | None = None) -> Paper:
    """Read the PDF at `path` under `root`. Never raises over what the file holds: the Paper says why it is unreadable.

    `paper.pages_counted` leaves out pages that hold reference entries only; `paper.pages_total` is all pages. Small
    pictures of pages go into the folder `keep`, where there is one and the extra that draws them is installed. Both
    readers together take a quarter longer than the limits allow one, at most.
    """
    started = time.monotonic()
    file = root / path
    first = _first(file, path, limits)
    left = limits.wall_seconds - (time.monotonic() - started)
    if first.readings["paper.pages_total"].value is not None:  # an answer that came late leaves its second some time
        left = max(left, limits.wall_seconds / 4)
    return with_second(first, file=file, limits=limits, seconds=left, keep=keep)


def _first(file: Path, path: str, limits: PaperLimits) -> Paper:
    """What the first reader says."""
    refused = _refused(file, limits)
    if refused is not None:
        return unreadable(path, flags=(refused,))
    answer = child(file=file, arguments=(path, str(limits.pages)), limits=limits)
    if answer.document is None:
        return unreadable(path, flags=(Flag(kind=READER_LIMIT if answer.limit else READER_FAILED, detail=answer.why),))
    try:
        return plain.from_plain(Paper, answer.document)
    except ValueError:
        return unreadable(path, flags=(Flag(kind=READER_FAILED, detail="its reader gave an answer that is none"),))


def _refused(file: Path, limits: PaperLimits) -> Flag | None:
    """Why the file is not even opened."""
    try:
        status = file.stat()
    except OSError as error:
        return Flag(kind=READER_FAILED, detail=error.strerror or "it cannot be opened")
    if not stat.S_ISREG(status.st_mode):
        return Flag(kind="unreadable", detail="it is not a regular file")
    if status.st_size > limits.file_bytes:
        size, most = status.st_size / MIB, limits.file_bytes / MIB
        return Flag(kind="too-large", detail=f"{size:.1f} MiB, at most {most:g} MiB are read")
    return None
