"""Waiting for a process that this one started, woken at its end. Knows no limits and ends nothing."""

from __future__ import annotations

import os
import select
import subprocess

LONGEST_SECONDS = 86_400.0
"""Of one wait on the system call, which counts milliseconds in few digits."""


def ended_within(process: subprocess.Popen[bytes], *, seconds: float) -> bool:
    """Wait for its end, no longer than that; whether it has ended.

    `Popen.wait` with a limit sleeps between its looks, in the end 50 ms each time, which is half of what starting a
    box may take. Linux tells the very moment.
    """
    watched = min(seconds, LONGEST_SECONDS) if _woken(process, seconds=min(seconds, LONGEST_SECONDS)) else 0.0
    try:
        process.wait(seconds - watched)
    except subprocess.TimeoutExpired:
        return False
    return True


def _woken(process: subprocess.Popen[bytes], *, seconds: float) -> bool:
    """Wait so long, or to its end; false where the system has no word for that."""
    if not hasattr(os, "pidfd_open") or process.returncode is not None:
        return False
    try:
        told = os.pidfd_open(process.pid)
    except OSError:  # an older kernel, or no more open files
        return False
    try:
        poll = select.poll()
        poll.register(told, select.POLLIN)
        poll.poll(1000 * max(seconds, 0.0))
    finally:
        os.close(told)
    return True
