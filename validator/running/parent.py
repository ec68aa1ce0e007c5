"""A stage's process ends with the process that started it and with the head, however they died.

Knows processes; nothing of stages. Linux has a call for it; elsewhere a thread watches whose child this process is.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

from validator.measuring.sandbox.owner import dumps, is_alive, loads, this_process

HEAD_VARIABLE = "VALIDATOR_HEAD"
"""Tells every process that came of it who the head is: its death before a stage could look is noticed, too."""

PR_SET_PDEATHSIG = 1
WATCH_SECONDS = 0.2
ORPHANED = 134


def be_the_head() -> None:
    """Tell the processes that will come of this one whose they are. A notebook's process never sees it."""
    os.environ[HEAD_VARIABLE] = dumps(this_process())


def die_with_parent() -> None:
    """From here on this process is killed when its parent dies. To be called first, from the main thread."""
    if os.name != "posix":
        return
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()
    head = loads(os.environ.get(HEAD_VARIABLE, ""))
    if os.getppid() != parent or (head is not None and is_alive(head) is False):
        os._exit(ORPHANED)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(ORPHANED)
