"""Who is asking: the student's code, or a library on its behalf; knows frames and file names only."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

INSTALLED = ("/site-packages/", "/dist-packages/")
OWN = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  pathlib costs milliseconds here
STDLIB = os.path.dirname(os.path.abspath(os.__file__))  # noqa: PTH100, PTH120
MACHINERY = ("<frozen importlib", f"{STDLIB}/importlib/")
MAX_FRAMES = 400
CELL_FILES = ("ipykernel_", "<ipython-input")
MAX_CODE_CHARACTERS = 120


def importer(frame: Any) -> tuple[str, Any] | None:
    """`student` or `library`, and the frame whose import is going on; None when it only asks whether there is one."""
    for one in _outwards(frame):
        name = one.f_code.co_filename
        if name.startswith(MACHINERY):
            if one.f_code.co_name == "find_spec" and "util" in name:
                return None
            continue
        if _is_student(one):
            return "student", one
        if not name.startswith("<") and not name.startswith(OWN):
            return "library", one
    # Nothing but text that was executed, up to the start of the process: `python -c`.
    return "student", frame


def opens_itself(frame: Any) -> bool:
    """Whether the student's own code calls, with nothing of a library in between but Python's own."""
    passed = (STDLIB, OWN, "<frozen")
    return next((_is_student(one) for one in _outwards(frame) if not _is_passed(one, passed)), False)


def student(frame: Any) -> Any:
    """The nearest frame of the student's own code; None when there is none."""
    return next((one for one in _outwards(frame) if _is_student(one)), None)


def place(frame: Any, cell: Any) -> str:
    """`cell 3 line 2`, or `train.py line 14`: the statement of the student's that leads here."""
    own = [one for one in _outwards(frame) if _is_student(one)]
    if not own:
        return ""
    written = [one for one in own if not one.f_code.co_filename.startswith("<") or _is_cell(one)] or own
    whole = next((one for one in written if one.f_code.co_name.startswith(("<module>", "<cell"))), written[-1])
    file = whole.f_code.co_filename
    if _is_cell(whole):
        return f"{cell} line {whole.f_lineno}" if isinstance(cell, str) else f"line {whole.f_lineno}"
    name = file.replace("\\", "/").rpartition("/")[2]
    return f"{name} line {whole.f_lineno}" if not name.startswith("<") else f"{cell or 'python -c'}"


def code(frame: Any) -> str:
    """The line of source that this frame is at, as far as it is known."""
    import linecache  # not at the start of every process

    return linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()[:MAX_CODE_CHARACTERS] if frame else ""


def here(depth: int = 1) -> Any:
    """The frame of the caller."""
    return sys._getframe(depth + 1)


def is_installed(path: str) -> bool:
    """Whether a file belongs to a package or to Python itself."""
    return any(mark in path.replace("\\", "/") for mark in INSTALLED) or path.startswith(STDLIB)


def _is_passed(frame: Any, passed: tuple[str, ...]) -> bool:
    name = frame.f_code.co_filename
    return name.startswith(passed) and not any(mark in name for mark in INSTALLED)


def _is_cell(frame: Any) -> bool:
    return any(mark in frame.f_code.co_filename for mark in CELL_FILES)


def _outwards(frame: Any) -> Iterator[Any]:
    for _ in range(MAX_FRAMES):
        if frame is None:
            return
        yield frame
        frame = frame.f_back


def _is_student(frame: Any) -> bool:
    """A cell, a file of the submission, or text executed in `__main__`; a library executes text in its own name."""
    name = frame.f_code.co_filename
    if name.startswith("<"):
        return bool(frame.f_globals.get("__name__") == "__main__")
    return not is_installed(name) and not name.startswith(OWN)
