"""Landlock: from here on this process and its children open only what lies beneath the named paths.

Linux 5.13 and newer; what a newer kernel adds (truncation, device controls, TCP, signals and abstract sockets) is
closed where the kernel has it. Source: the kernel's userspace-api/landlock documentation.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Sequence

from . import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
READ = EXECUTE | READ_FILE | READ_DIR
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file rights each version of the interface knows."""
TCP_SINCE, BIND_AND_CONNECT_TCP = 4, 3
SCOPES_SINCE, ABSTRACT_SOCKETS_AND_SIGNALS = 6, 3


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """Of the interface; 0 where the kernel has none or it is switched off."""
    if sys.platform != "linux":
        return 0
    return max(0, int(kernel.libc().syscall(CREATE_RULESET, None, 0, VERSION_FLAG)))


def close(*, readable: Sequence[str], writable: Sequence[str], network: bool) -> None:
    """Close everything but these paths, for good. Paths that do not exist are left out. Raises OSError.

    `network` leaves TCP as it is.
    """
    abi = version()
    known = (1 << BITS.get(abi, 16)) - 1
    wanted = _Ruleset(
        files=known,
        net=BIND_AND_CONNECT_TCP if abi >= TCP_SINCE and not network else 0,
        scoped=ABSTRACT_SOCKETS_AND_SIGNALS if abi >= SCOPES_SINCE else 0,
    )
    size = 8 if abi < TCP_SINCE else 16 if abi < SCOPES_SINCE else 24
    call = kernel.libc().syscall
    ruleset = kernel.checked(call(CREATE_RULESET, ctypes.byref(wanted), size, 0), "landlock_create_ruleset")
    for paths, rights in ((readable, READ), (writable, known)):
        for path in paths:
            _allow(ruleset, path, rights & known)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.checked(call(RESTRICT_SELF, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= OF_A_FILE
        rule = _Beneath(allowed=rights, parent=parent)
        answer = kernel.libc().syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
        kernel.checked(answer, f"landlock_add_rule {path}")
    finally:
        os.close(parent)
