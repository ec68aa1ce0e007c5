"""What about the reference never changes from one submission to the next, kept under a key over its contents.

Knows files, keys and locks; not what is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = ".validator-cache"
VERSION = 1
"""Raised when what is kept is computed differently."""

Arrays = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A folder of results by content key; several processes may use it at once."""

    folder: Path

    def get(self, name: str, *, key: str, make: Callable[[], Arrays]) -> Arrays:
        """The arrays kept under this name and key; made, once over all processes, when there are none."""
        path = self.folder / f"{name}-{key[:32]}.npz"
        found = _read(path)
        if found is not None:
            return found
        with _locked(path.with_suffix(".lock")):
            # Another process may have made them while this one waited.
            found = _read(path)
            if found is not None:
                return found
            made = make()
            _write(path, made)
            return made


def kept(*, data: Path | None, beside: Path) -> Kept:
    """The cache in the data folder, or under `beside` when that cannot be written."""
    for parent in (data, beside):
        if parent is not None and _writable(parent / FOLDER):
            return Kept(folder=parent / FOLDER)
    return Kept(folder=Path(tempfile.gettempdir()) / f"validator-cache-{os.getpid()}")


def key_over(*parts: bytes | str | int | np.ndarray[Any, Any]) -> str:
    """SHA-256 over the parts, arrays by dtype, shape and bytes, each set off from the next by its length."""
    digest = hashlib.sha256()
    for part in (VERSION, *parts):
        content = _content(part)
        digest.update(len(content).to_bytes(8, "little"))
        digest.update(content)
    return digest.hexdigest()


def _content(part: bytes | str | int | np.ndarray[Any, Any]) -> bytes:
    if isinstance(part, np.ndarray):
        contents = hashlib.sha256(np.ascontiguousarray(part).data).hexdigest()
        return f"{part.dtype.str} {part.shape} {contents}".encode()
    return part if isinstance(part, bytes) else str(part).encode()


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _read(path: Path) -> Arrays | None:
    """None for a file that is not there or is torn: what it held is made anew."""
    try:
        # Opened here: numpy leaves its own file open when the archive is torn.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, arrays: Arrays) -> None:
    """Whole and then renamed; a full disk costs only the keeping."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                np.savez(stream, **dict(arrays))  # type: ignore[arg-type]
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time; where there are no such locks, two may compute the same and the last one is kept."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("w")
    except OSError:
        yield
        return
    with stream:
        # Some network file systems have no locks: the file is still written whole.
        with contextlib.suppress(OSError):
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
