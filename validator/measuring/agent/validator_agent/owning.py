"""Which process of a run writes what only one may write: the notebook's own, else a child that it started.

Children are forked (workers of a loader, a launcher of several GPUs) or programs of their own (`!python train.py`,
spawned ones). Knows processes and one file; nothing of what is written.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

FORKED, STARTED, FIRST = 0, 1, 2


def rank_of(channel: Any) -> int:
    """How near to the notebook this process is."""
    if channel is None:
        return FIRST
    return FORKED if channel.forked else STARTED if channel.started_by_cell else FIRST


def owns(path: Path, rank: int) -> bool:
    """Whether this process may write `path`; from now on others of its rank may not, as long as it lives."""
    claim = path.with_suffix(".owner")
    try:
        pid, theirs = json.loads(claim.read_text(encoding="utf-8"))
        free = pid == os.getpid() or rank > theirs or (rank == theirs and not _lives(pid))
    except (OSError, ValueError, TypeError):
        pid, free = 0, True
    if free and pid != os.getpid():
        beside = claim.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps([os.getpid(), rank]), encoding="utf-8")
        beside.replace(claim)
    return free


def _lives(pid: Any) -> bool:
    with contextlib.suppress(OSError, OverflowError):
        os.kill(pid, 0)
        return True
    return False
