"""The kernel's own calls that Python has no word for. Knows numbers and errors; decides nothing."""

from __future__ import annotations

import ctypes
import functools
import os
import sys

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 22, 36, 38
CLONE_NEWNS = 0x0002_0000
MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV = 0x1000, 0x4000, 1 << 18, 2, 4


@functools.cache
def libc() -> ctypes.CDLL:
    """The C library, with errno kept."""
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> None:
    """Linux only; the others have no such call, and the tier says what that means."""
    if sys.platform == "linux":
        libc().prctl(option, value, 0, 0, 0)


def checked(answer: int, what: str) -> int:
    """The answer of a call. Raises OSError with its reason when it is negative."""
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return answer


def own_mounts() -> None:
    """From here on, what this process mounts is seen by it and its children only. Raises OSError."""
    checked(libc().unshare(CLONE_NEWNS), "unshare")
    mount("none", "/", "", MS_REC | MS_PRIVATE)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """mount(2). Raises OSError."""
    call = libc().mount
    call.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
    words = [os.fsencode(source), os.fsencode(target), kind.encode(), flags, options.encode()]
    checked(call(*words), f"mount {target}")
