"""What lies in a folder or a zip, by name. Opens no submission; follows no link; leaves clutter out."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".zip", ".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz")
"""Endings of what a student may hand in for a zip; what it really is, the archive probe says. Longest first."""

WORK = (".pdf", ".ipynb", ".py")
DEPTH, MOST_NAMES = 4, 50_000

_CLUTTER = frozenset({"__macosx", "thumbs.db", "desktop.ini", "__pycache__"})
_MARKED = frozenset({"cohort.json", "cohort.html", "marks.csv", "overrides.jsonl"})
_UNREADABLE = (OSError, ValueError, NotImplementedError, EOFError, struct.error, zipfile.BadZipFile, IndexError)


def is_clutter(name: str) -> bool:
    """Whether a file of this name is hidden or was made by the operating system."""
    hidden = name.startswith((".", "~$")) and name not in (".", "..")
    return hidden or name.lower() in _CLUTTER


def is_archive(name: str) -> bool:
    """Whether the name says archive."""
    return name.lower().endswith(ARCHIVES)


def stem_of(name: str) -> str:
    """The name of an archive without its ending, `abcd12.tar.gz` too; other names as they are."""
    ending = next((ending for ending in ARCHIVES if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)]


def is_marking_output(path: Path) -> bool:
    """Whether the harness wrote this file or folder in an earlier marking."""
    if path.name in _MARKED and path.is_file():
        return True
    if not path.is_dir() or path.is_symlink():
        return False
    children = list(path.iterdir())
    if any(child.suffix.lower() in WORK or is_archive(child.name) for child in children):
        return False  # a student's folder may hold a `marks.csv` of its own, and must never be passed over for it
    own = any((path / name).is_file() for name in ("cohort.json", "evidence.json", ".lock"))
    return own or any((child / "evidence.json").is_file() for child in children)


def entries(folder: Path) -> list[Path]:
    """What lies directly in a folder, by name, without clutter and without what a marking wrote."""
    listed = sorted(folder.iterdir(), key=lambda path: (path.name.lower(), path.name))
    return [path for path in listed if not is_clutter(path.name) and not is_marking_output(path)]


def names_in_folder(folder: Path) -> tuple[str, ...]:
    """Relative names of the files of a folder, a few levels deep."""
    found: list[str] = []
    for name in _walk(folder, prefix=PurePosixPath()):
        found.append(name)
        if len(found) >= MOST_NAMES:
            break
    return tuple(found)


def unwrapped(folder: Path) -> Path:
    """The folder itself, or what the only folder in it holds: exports come with one folder around everything."""
    listed = entries(folder)
    inside = listed[0] if len(listed) == 1 and listed[0].is_dir() and not listed[0].is_symlink() else None
    return unwrapped(inside) if inside is not None else folder


def unwrapped_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names without the one folder that they all lie in, if there is such a folder."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or any("/" not in name for name in names):
        return tuple(names)
    return unwrapped_names([name.partition("/")[2] for name in names])


def names_in_zip(path: Path) -> tuple[str, ...]:
    """Names of the files of a zip; none when it cannot be read, which the archive probe then says properly."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()[:MOST_NAMES]]
    except _UNREADABLE:
        return ()
    return tuple(name for name in names if name and not name.endswith("/") and not _hides(name))


def only_archive(folder: Path) -> Path | None:
    """The one archive of a folder that holds nothing else."""
    listed = entries(folder)
    one = listed[0] if len(listed) == 1 else None
    return one if one is not None and one.is_file() and not one.is_symlink() and is_archive(one.name) else None


def _hides(name: str) -> bool:
    return any(is_clutter(part) for part in PurePosixPath(name).parts)


def _walk(folder: Path, *, prefix: PurePosixPath) -> Iterator[str]:
    try:
        listed = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in listed:
        if is_clutter(entry.name) or entry.is_symlink():
            continue
        if entry.is_dir():
            if len(prefix.parts) < DEPTH - 1:
                yield from _walk(folder / entry.name, prefix=prefix / entry.name)
        else:
            yield (prefix / entry.name).as_posix()
