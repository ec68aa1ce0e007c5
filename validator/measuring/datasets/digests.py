"""Digests of large files, hashed once and kept beside them; knows no data set."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from validator.measuring.datasets.inventory import DataError

CACHE_NAME = ".validator-digests.json"


def file_digest(path: Path, *, algorithm: str = "sha256", keep_in: Path | None = None) -> str:
    """Hex digest of a file; taken from `keep_in` when its path, size and time of change are unchanged.

    A folder that cannot be written costs nothing but the next hashing. Raises DataError when the file cannot be read.
    """
    try:
        return _digest(path, algorithm=algorithm, keep_in=keep_in)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); see to its permissions") from error


def _digest(path: Path, *, algorithm: str, keep_in: Path | None) -> str:
    status = path.stat()
    entry = f"{algorithm}:{path.resolve()}"
    stamp = [status.st_size, status.st_mtime_ns]
    kept = _read(keep_in)
    known = kept.get(entry)
    if isinstance(known, dict) and known.get("stamp") == stamp and isinstance(known.get("digest"), str):
        return str(known["digest"])
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, algorithm).hexdigest()
    _keep(keep_in, entry=entry, value={"stamp": stamp, "digest": digest})
    return digest


def _read(folder: Path | None) -> dict[str, Any]:
    if folder is None:
        return {}
    try:
        kept = json.loads((folder / CACHE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _keep(folder: Path | None, *, entry: str, value: dict[str, Any]) -> None:
    """Written whole and then renamed: a process that reads meanwhile sees the old file or the new one."""
    if folder is None:
        return
    text = json.dumps({**_read(folder), entry: value}, indent=1, sort_keys=True)
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=folder, prefix=CACHE_NAME)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(name).replace(folder / CACHE_NAME)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
