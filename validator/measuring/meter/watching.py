"""Which files a run opens, seen from outside by the kernel's own word (inotify). Linux; knows names and sizes.

Sees what no hook inside a process does: weights mapped into memory, read by native code, by another program. It does
not tell who opened: the folders are the run's alone, except those of the data sets, which runs share.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from validator.measuring.meter.clients import Heard
from validator.measuring.meter.opened import matters

MOST_FOLDERS, MOST_NAMES = 4_000, 50_000
MOST_TOLD, MOST_MATTERING = 500, 500
SHARE = 10
"""A look may take one part in so many of the time: the kernel's queue is finite, and so is a run's patience."""
SHARED = "data"
"""Label of what several runs read at once."""


@dataclass(frozen=True, kw_only=True)
class _Folder:
    """One watched folder: where it is, as what it is told, and whether the run made it."""

    path: Path
    name: str
    made: bool


class Watching:
    """A witness of everything opened below some folders, each with the label it is told by; new folders included."""

    def __init__(self, folders: Mapping[str, Path], *, made: Iterable[str] = ()) -> None:
        """`made` are files, as they are told, that an earlier run in the same folders made."""
        self._top = dict(folders)
        self._folders: dict[int, _Folder] = {}
        self._made = set(islice(made, MOST_NAMES))
        self._moved: dict[int, bool] = {}
        self._told: set[str] = set()
        self._counts = {True: 0, False: 0}
        self._why: list[str] = []
        self._said: set[str] = set()
        self._next = 0.0
        self._notify: Any = None
        if sys.platform != "linux":
            self._lacking("files opened are seen on Linux only")
            return
        try:
            import inotify_simple

            self._notify = inotify_simple.INotify(nonblocking=True)
        except ImportError:
            self._lacking("files opened are not seen: inotify_simple is not installed")
            return
        except OSError as error:
            self._lacking(f"files opened are not seen: {error}")
            return
        flags = inotify_simple.flags
        self._flags = flags
        # What is opened and closed between two looks is told all the same: the kernel keeps a queue.
        self._mask = flags.OPEN | flags.CLOSE_NOWRITE | flags.CREATE | flags.MOVED_TO | flags.MOVED_FROM
        self._mask |= flags.DONT_FOLLOW | flags.EXCL_UNLINK
        for label, path in self._top.items():
            self._add(_Folder(path=path, name=label, made=False))

    def look(self, heard: Heard) -> Iterator[dict[str, Any]]:
        """What was opened for the first time since the last look."""
        for what in self._why:
            yield {"kind": "degraded", "what": what[:300]}
        self._why.clear()
        began = time.monotonic()
        if self._notify is None or began < self._next:
            return
        for event in self._notify.read(timeout=0):
            yield from self._event(event)
        self._moved.clear()
        now = time.monotonic()
        self._next = now + SHARE * (now - began)

    def close(self, heard: Heard) -> Iterator[dict[str, Any]]:
        """The last look."""
        self._next = 0.0
        yield from self.look(heard)
        yield from self.look(heard)  # what was said about that one
        if self._notify is not None:
            self._notify.close()
            self._notify = None

    def _event(self, event: Any) -> Iterator[dict[str, Any]]:
        flags, mask = self._flags, event.mask
        if mask & flags.Q_OVERFLOW:
            self._lacking("more files were opened at once than the kernel remembers: some are not listed")
            return
        if mask & flags.IGNORED:
            self._folders.pop(event.wd, None)
            return
        folder = self._folders.get(event.wd)
        if folder is None:
            return
        name = f"{folder.name}/{event.name}" if event.name else folder.name
        path = folder.path / event.name if event.name else folder.path
        if mask & flags.MOVED_FROM:
            self._moved[event.cookie] = self._is_made(name, folder)
            self._made.discard(name)
        elif mask & (flags.CREATE | flags.MOVED_TO):
            self._came(path, name, made=self._moved.pop(event.cookie, True), folder=bool(mask & flags.ISDIR))
        elif not mask & flags.ISDIR:
            yield from self._opened(path, name, folder, only_read=bool(mask & flags.CLOSE_NOWRITE))

    def _came(self, path: Path, name: str, *, made: bool, folder: bool) -> None:
        if folder:
            self._add(_Folder(path=path, name=name, made=made))
        elif made and len(self._made) < MOST_NAMES:
            self._made.add(name)
        self._told.discard(name)

    def _is_made(self, name: str, folder: _Folder) -> bool:
        return folder.made or name in self._made

    def _opened(self, path: Path, name: str, folder: _Folder, *, only_read: bool) -> Iterator[dict[str, Any]]:
        """First time only. What the run made is told once it is read again: that it was written is no news."""
        made = self._is_made(name, folder)
        if name in self._told or len(self._told) >= MOST_NAMES or (made and not only_read):
            return
        try:
            facts = path.lstat()
        except OSError:
            return  # gone again, or not to be seen
        self._told.add(name)
        if made and facts.st_nlink > 1:
            made = False  # a second name of what was there before
        record = {"path": name[:400], "bytes": facts.st_size, "suffix": path.suffix.lower()[:20], "made": made}
        heavy = matters(record)
        if self._counts[heavy] >= (MOST_MATTERING if heavy else MOST_TOLD):
            self._lacking("more files were opened than are listed")
            return
        self._counts[heavy] += 1
        yield {"kind": "opened", **record, "shared": name.split("/", maxsplit=1)[0] == SHARED}

    def _add(self, top: _Folder) -> None:
        """Watch a folder and all below it; what lies in a new one already was opened by whoever put it there."""
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            if len(self._folders) >= MOST_FOLDERS:
                self._lacking(f"more than {MOST_FOLDERS:,} folders: files opened in the others are not listed")
                return
            try:
                self._folders[self._notify.add_watch(folder.path, self._mask)] = folder
                with os.scandir(folder.path) as entries:
                    waiting += [
                        _Folder(path=Path(entry.path), name=f"{folder.name}/{entry.name}", made=folder.made)
                        for entry in entries
                        if entry.is_dir(follow_symlinks=False)
                    ]
            except (NotADirectoryError, FileNotFoundError):
                continue  # one file, or gone again
            except OSError as error:
                self._lacking(f"files opened in a folder are not listed: {folder.name}: {error.strerror}")

    def _lacking(self, what: str) -> None:
        if what not in self._said and len(self._said) < 50:
            self._said.add(what)
            self._why.append(what)
