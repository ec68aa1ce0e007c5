"""Free space for results: below a floor nothing new is started, and a full disk is no fault of any submission."""

from __future__ import annotations

import errno
import shutil
from dataclasses import dataclass
from pathlib import Path

GIB = 1024**3
KEPT_FREE_BYTES = GIB
"""What must be free under `--out` before a stage is started."""

NO_SPACE = 75
"""Exit code of a stage's process whose disk is full: nobody's fault but the disk's."""

_FULL = tuple(getattr(errno, name) for name in ("ENOSPC", "EDQUOT") if hasattr(errno, name))


class DiskFull(Exception):
    """The disk of the results is full, or nearly: nothing is started any more, and everything measured is kept."""


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, says that a disk or a quota is used up."""
    while error is not None:
        if isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno in _FULL):
            return True
        error = error.__cause__
    return False


def free_bytes(folder: Path) -> int:
    """Free bytes of the file system of a folder, or of the nearest folder above that is there."""
    place = next((path for path in (folder, *folder.resolve().parents) if path.exists()), Path("/"))
    return shutil.disk_usage(place).free


@dataclass(frozen=True, kw_only=True)
class Floor:
    """How much must stay free where results are kept, and where notebooks have their scratch folders."""

    folder: Path
    scratch: Path | None = None
    kept_free_bytes: int = KEPT_FREE_BYTES

    def check(self) -> None:
        """Raises DiskFull below the floor."""
        if self.is_low():
            raise DiskFull(self.message())

    def is_low(self) -> bool:
        """Whether less is free than must be."""
        return self._low() is not None

    def message(self) -> str:
        """One sentence for a person: what is full, that nothing is lost, what to do."""
        place = self._low() or self.folder
        free, kept = free_bytes(place) / GIB, self.kept_free_bytes / GIB
        return (
            f"{place}: its disk is full ({free:.2f} GiB free, {kept:.2f} GiB are kept free). Nothing more was "
            "started, nothing measured is lost and nothing was marked failed: "
            "free some space and run the same command to go on"
        )

    def _low(self) -> Path | None:
        places = (self.folder, self.scratch)
        return next((place for place in places if place and free_bytes(place) < self.kept_free_bytes), None)
