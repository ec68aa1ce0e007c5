"""Where run environments lie, and who may reach a file there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

SHARED = Path("/var/cache/validator/envs")


class NotBuilt(RuntimeError):
    """There is no such environment and none could be made; the message says why and what to do."""


def is_root() -> bool:
    """Whether notebooks will run as another user than this process."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def envs_folder() -> Path:
    """`$VALIDATOR_ENVS`, or for root a place that other users can read, or the user's own cache."""
    named = os.environ.get("VALIDATOR_ENVS")
    if named:
        return Path(named).expanduser().absolute()
    return SHARED if is_root() else Path.home() / ".cache" / "validator" / "envs"


def closed_part(path: Path) -> Path | None:
    """The first part of the path that other users cannot pass or read; None when they can read the file."""
    whole = path.resolve()
    for folder in reversed(whole.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None if whole.stat().st_mode & stat.S_IROTH else whole
