"""Serves data files wherever the student looks for them: a missing file of a served name is the served file.

Knows names and paths; opens nothing that exists, and serves for reading only.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from typing import Any

MISSING = (errno.ENOENT, errno.ENOTDIR)


class Redirect:
    """Stands before `open` and `os.stat`, through which numpy, pathlib and `os.path` go as well."""

    def __init__(self, files: dict[str, str], channel: Any) -> None:
        self._files = files
        self._channel = channel
        self._said: set[tuple[str, str]] = set()

    def install(self) -> None:
        """Replace both names of `open`, and `os.stat` with its entries in the tables of what it supports."""
        real_open, real_stat, real_listdir = io.open, os.stat, os.listdir

        def open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            try:
                return real_open(file, mode, *args, **kwargs)
            except OSError as error:
                served = self._served(file, error) if set(mode) <= set("rbtU") else None
                if served is None:
                    raise
            return real_open(served, mode, *args, **kwargs)

        def stat(path: Any, **kwargs: Any) -> os.stat_result:
            try:
                return real_stat(path, **kwargs)
            except OSError as error:
                served = self._served(path, error) if kwargs.get("dir_fd") is None else None
                if served is None:
                    raise
            return real_stat(served)

        def listdir(path: Any = ".") -> list[Any]:
            try:
                return real_listdir(path)
            except OSError as error:
                served = self._served(path, error)
                if served is None:
                    raise
            return real_listdir(served)

        os.listdir = listdir
        builtins.open = open
        io.open = open
        os.stat = stat
        for table in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
            if real_stat in table:
                table.add(stat)  # shutil asks these tables by identity

    def tell(self, asked: str, served: str) -> None:
        """Record a redirection, each once."""
        if (asked, served) not in self._said:
            self._said.add((asked, served))
            self._channel.emit("redirect", asked=asked[:500], served=os.path.basename(served))  # noqa: PTH119

    def _served(self, path: Any, error: OSError) -> str | None:
        if error.errno not in MISSING or isinstance(path, int):
            return None
        try:
            asked = os.fsdecode(path)
        except (TypeError, ValueError):
            return None
        served = self._files.get(asked.replace("\\", "/").rstrip("/").rpartition("/")[2])
        if served is None or asked == served:
            return None
        self.tell(asked, served)
        return served
