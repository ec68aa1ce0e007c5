"""A Python that other users can start: this machine's own, or a copy of it where that lies behind a closed folder.

Notebooks run as another user than the harness where they can; a Python under a private home would not start for them.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from validator.running.environments.places import NotBuilt, closed_part

LEFT_OUT = frozenset({"site-packages", "test", "tests", "idlelib", "turtledemo"})
"""Folders of the standard library that no notebook imports; `config-*` (a static library) is left out too."""
ELF = b"\x7fELF"


def base_interpreter() -> Path:
    """The Python behind the harness's virtual environment."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def is_closed() -> bool:
    """Whether other users cannot start this Python or read its library."""
    library = Path(sysconfig.get_path("stdlib")) / "os.py"
    return any(closed_part(path) is not None for path in (base_interpreter(), library))


def copied(into: Path) -> Path:
    """A copy of this machine's Python under `into`; returns its interpreter.

    No hard links: an environment is made read-only, and somebody's Python must not become so with it.
    """
    python, prefix = base_interpreter(), Path(sys.base_prefix).resolve()
    library = Path(sysconfig.get_path("stdlib")).resolve()
    if python.parent.parent != prefix or not library.is_relative_to(prefix):
        raise NotBuilt(f"{python}: other users cannot start it and it cannot be copied; use a Python outside of a home")
    made = into / "bin" / python.name
    made.parent.mkdir(parents=True)
    shutil.copy2(python, made)
    for source in _shared_objects(prefix / "lib"):
        (into / "lib").mkdir(exist_ok=True)
        shutil.copy2(source, into / "lib" / source.name)
    for part in (library, Path(sysconfig.get_path("include")).resolve()):
        if part.is_dir() and part.is_relative_to(prefix):
            shutil.copytree(part, into / part.relative_to(prefix), ignore=_left_out)
    for file in (made, *(into / library.relative_to(prefix) / "lib-dynload").glob("*.so")):
        _point_to_own_libraries(file, old=prefix / "lib", own=into / "lib")
    return made


def _shared_objects(folder: Path) -> Iterator[Path]:
    """Libraries beside the standard library: Python's own among them, when it is a shared one."""
    return (path for path in sorted(folder.glob("*.so*")) if path.is_file())


def _left_out(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in LEFT_OUT or name.startswith("config-")}


def _point_to_own_libraries(file: Path, *, old: Path, own: Path) -> None:
    """Let a program look for its libraries beside itself: the folder it was built for is closed to others.

    The search path is a text in the file; one that is no longer than the old one can be written over it.
    """
    content = file.read_bytes()
    was = str(old).encode() + b"\0"
    if not content.startswith(ELF) or was not in content:
        return
    now = f"$ORIGIN/{os.path.relpath(own, file.parent)}".encode()
    if len(now) >= len(was):
        raise NotBuilt(f"{old}: this Python cannot be copied for other users; use one outside of a home")
    file.chmod(stat.S_IMODE(file.stat().st_mode) | stat.S_IWUSR)
    file.write_bytes(content.replace(was, now.ljust(len(was), b"\0")))
