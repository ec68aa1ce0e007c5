"""Tells a file that this run wrote from one that it was given; knows paths, sizes and times, nothing of weights."""

from __future__ import annotations

import os
from os import stat as _stat  # before anybody stands in front of it: `redirect` serves missing names
from typing import Any

from . import callers

MAX_NOTED = 5000


class Written:
    """What was there when the run began, and what has been written since."""

    def __init__(self, config: dict[str, Any], config_path: str) -> None:
        self.work = os.path.realpath(config.get("work") or os.getcwd())  # noqa: PTH109
        handed_in = config.get("handed_in") or {}
        self._handed_in = {os.path.join(self.work, name): size for name, size in handed_in.items()}  # noqa: PTH118
        self._sizes = frozenset(size for size in handed_in.values() if size)
        self._served = tuple(os.path.realpath(path) for path in _served(config))
        # Where notebooks run one after the other, what an earlier one wrote is the run's own too.
        self._began_ns = config.get("began_ns") or _stat(config_path).st_mtime_ns  # noqa: PTH116  see above
        self._noted: set[str] = set()
        self._noted_sizes: set[int] = set()

    def note(self, path: Any, *, size: int = 0) -> None:
        """This process writes that file, or has filled a buffer of that size."""
        name = _text(path)
        if name and len(self._noted) < MAX_NOTED:
            self._noted.add(os.path.realpath(name))
        if size and len(self._noted_sizes) < MAX_NOTED:
            self._noted_sizes.add(size)

    def facts(self, path: Any) -> dict[str, Any] | None:
        """Path, size and origin of a file that is read: `own` is true, false, or null where it cannot be told.

        None for a file that is none of the run's business: a data set that is served, or no file at all.
        """
        name = _text(path)
        if not name:
            return None
        real = os.path.realpath(name)
        if real.startswith(self._served):
            return None
        try:
            found = _stat(real)  # noqa: PTH116
        except OSError:
            return None
        shown = os.path.relpath(real, self.work) if self._inside(real) else real
        size = found.st_size if not os.path.isdir(real) else _folder_bytes(real)  # noqa: PTH112
        return {"path": shown[:300], "bytes": size, "own": self._own(real, found), "place": self._place(real)}

    def buffer(self, size: int) -> dict[str, Any]:
        """The same for weights read from memory: the run's own where something of that size was saved before."""
        return {"path": "", "bytes": size, "own": True if size in self._noted_sizes else None, "place": "memory"}

    def _own(self, real: str, found: os.stat_result) -> bool | None:
        if real in self._noted:
            return True
        changed = min(found.st_mtime_ns, found.st_ctime_ns) > self._began_ns
        if not changed:
            return False
        # A date can be set and a file copied: what is as large as something handed in may be that.
        if real in self._handed_in or (found.st_size in self._sizes and found.st_size > 1000):
            return None
        return True

    def _place(self, real: str) -> str:
        if callers.is_installed(real):
            return "package"
        return "run" if self._inside(real) else "elsewhere"

    def _inside(self, real: str) -> bool:
        return real.startswith(self.work + os.sep)


def _served(config: dict[str, Any]) -> list[str]:
    """The files of the data sets."""
    photographs = [config[name] for name in ("cifar100", "cifar10") if config.get(name)]
    return [*(config.get("files") or {}).values(), *(found["root"] for found in photographs)]


def _folder_bytes(folder: str) -> int:
    return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())


def _text(path: Any) -> str:
    """The name of a path, or of the file behind an open file object."""
    if isinstance(path, int):
        return ""
    try:
        return os.fsdecode(path)
    except (TypeError, ValueError):
        name = getattr(path, "name", "")
        return name if isinstance(name, str) and not name.startswith("<") else ""
