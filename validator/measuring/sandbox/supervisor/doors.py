"""Root only: lets an account without rights reach paths that lie under folders closed to it, and nothing beside them.

An interpreter under root's own home, results under a private temporary folder: the closed folder is covered, for this
process and its children, by an empty one in which only the wanted paths are mounted.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from . import kernel


def closed_above(path: str) -> str | None:
    """The topmost folder above `path` that others may not enter; None when the way is open."""
    parts = os.path.abspath(path).split(os.sep)
    for length in range(1, len(parts)):
        folder = os.sep.join(parts[:length]) or os.sep
        try:
            if not os.stat(folder).st_mode & stat.S_IXOTH:
                return folder
        except OSError:
            return None
    return None


def open_to_others(paths: Sequence[str]) -> None:
    """Make every path reachable. Raises OSError where this process may not mount."""
    behind: dict[str, list[str]] = {}
    for path in dict.fromkeys(paths):
        folder = closed_above(path)
        if folder is not None:
            behind.setdefault(folder, []).append(path)
    if not behind:
        return
    kernel.own_mounts()
    for folder, wanted in behind.items():
        _cover(folder, wanted)


def _cover(folder: str, wanted: Sequence[str]) -> None:
    held = [(path, os.open(path, os.O_PATH)) for path in _outermost(wanted)]
    kernel.mount("tmpfs", folder, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755,size=1m")
    for path, handle in held:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            os.makedirs(path, mode=0o755, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
        kernel.mount(f"/proc/self/fd/{handle}", path, "", kernel.MS_BIND | kernel.MS_REC)
        os.close(handle)


def _outermost(paths: Sequence[str]) -> list[str]:
    """Without those that lie below another, which bring their own."""
    kept: list[str] = []
    for path in sorted(path.rstrip(os.sep) for path in paths if os.path.lexists(path)):
        if not any(path == above or path.startswith(above + os.sep) for above in kept):
            kept.append(path)
    return kept
