"""The log of one run: lines appended to a file, within a limit of bytes, and back in its place if it was removed.

Knows records only as far as it must to keep the newest totals when there is no more room.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any, BinaryIO

MOST_KEPT, MOST_KEPT_OF_A_KIND = 65_536, 512
"""Totals that are kept when the log is full: of each process and kind so many names, lest one crowds out the rest."""
NAMES = ("name", "what", "path")


class Journal:
    """Open from the start; complete once closed."""

    def __init__(self, path: Path, *, max_bytes: int) -> None:
        self._path, self._max_bytes = path, max_bytes
        self._file: BinaryIO = path.open("a+b")
        self._written = 0
        self._latest: dict[tuple[int, str, str], bytes] = {}
        self._kept: Counter[tuple[int, str]] = Counter()
        self.malformed = 0
        """Records that could not be read or written."""

    def write(self, record: dict[str, Any]) -> None:
        """One line."""
        try:
            line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        except (ValueError, RecursionError):  # nested or numbered beyond what can be written, though it could be read
            self.malformed += 1
            return
        if self._written + len(line) <= self._max_bytes:
            self._file.write(line)
            self._written += len(line)
            return
        # The log is full: keep the newest of each kind, so that totals survive.
        name = next((record[key] for key in NAMES if key in record), record.get("pid"))
        key = (record.get("peer", 0), record["kind"], str(name)[:80])
        if key not in self._latest:
            if len(self._latest) >= MOST_KEPT or self._kept[key[:2]] >= MOST_KEPT_OF_A_KIND:
                return
            self._kept[key[:2]] += 1
        self._latest[key] = line

    def integrity(self, what: str, *, peer: int, **more: Any) -> None:
        """Something that an honest agent never does, or a death."""
        self.write({"kind": "integrity", "what": what, "peer": peer, "arrival_ns": time.monotonic_ns(), **more})

    def flush(self) -> None:
        """To the file."""
        self._file.flush()

    def close(self) -> None:
        """What was held back, then what there is to say of the log itself."""
        self._file.writelines(self._latest.values())
        self._written = 0
        if self._latest:
            self.integrity("log-full", peer=0, kept_bytes=self._max_bytes)
        if self.malformed:
            self.integrity("malformed", peer=0, count=self.malformed)
        self._file.flush()
        if not self._is_in_place():
            self._put_back()
        self._file.close()

    def abandon(self) -> None:
        """Nothing was recorded."""
        self._file.close()

    def _is_in_place(self) -> bool:
        """Whether the log's name still leads to what was written."""
        try:
            return os.path.samestat(self._path.lstat(), os.fstat(self._file.fileno()))
        except OSError:
            return False

    def _put_back(self) -> None:
        """Whoever removed or replaced the log gains nothing: its content is written again, and that is recorded."""
        self.integrity("log-removed", peer=0)
        self._file.seek(0)
        if self._path.is_dir() and not self._path.is_symlink():
            shutil.rmtree(self._path, ignore_errors=True)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        with self._path.open("xb") as anew:
            shutil.copyfileobj(self._file, anew)
