"""Finishes a folder that was made under another name: absolute paths, permissions, size. Knows nothing of packages."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path


def renamed_inside(folder: Path, *, old: Path, new: Path) -> None:
    """Let scripts and settings of a virtual environment in `folder` say `new` where they say `old`.

    Each is written beside and renamed: a hard link elsewhere must not change with it.
    """
    was, now = os.fsencode(old), os.fsencode(new)
    bins = folder / "venv" / "bin"
    for path in [folder / "venv" / "pyvenv.cfg", *sorted(bins.iterdir())]:
        if path.is_symlink():
            _relative(path, inside=old)
        elif path.is_file() and was in (content := path.read_bytes()):
            beside = path.with_name(f".{path.name}.new")
            beside.write_bytes(content.replace(was, now))
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
            beside.replace(path)


def _relative(link: Path, *, inside: Path) -> None:
    """A link into the folder itself holds after a rename when it is a relative one."""
    target = link.readlink()
    if target.is_absolute() and target.is_relative_to(inside):
        link.unlink()
        link.symlink_to(os.path.join("../..", target.relative_to(inside)))  # noqa: PTH118 - a text, not a place


def sealed(folder: Path) -> None:
    """Readable by everybody, writable by nobody."""
    for path in _inside(folder):
        mode = stat.S_IMODE(path.lstat().st_mode)
        execute = 0o111 if mode & 0o100 or path.is_dir() else 0
        if mode != 0o444 | execute:
            path.chmod(0o444 | execute)


def opened(folder: Path) -> None:
    """Folders writable by their owner again; files stay as they are."""
    for path in _inside(folder):
        if path.is_dir():
            path.chmod(0o755)


def removed(folder: Path) -> None:
    """Also a sealed one; nothing there is as good."""
    if folder.is_dir() and not folder.is_symlink():
        opened(folder)
        shutil.rmtree(folder, ignore_errors=True)
    else:
        folder.unlink(missing_ok=True)


def linked(source: Path, target: Path) -> None:
    """The same tree again, its files as hard links."""
    shutil.copytree(source, target, symlinks=True, copy_function=os.link)
    opened(target)


def size_bytes(folder: Path) -> int:
    """Of all files together."""
    return sum(path.lstat().st_size for path in _inside(folder))


def own_bytes(folder: Path) -> int:
    """Of the files that lie nowhere else: what its removal gives back."""
    found = (path.lstat() for path in _inside(folder) if not path.is_dir())
    return sum(status.st_size for status in found if status.st_nlink == 1)


def _inside(folder: Path) -> Iterator[Path]:
    """The folder and everything in it but links. Outermost first: a closed folder is opened before it is entered."""
    yield folder
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        if entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _inside(Path(entry.path))
        else:
            yield Path(entry.path)
