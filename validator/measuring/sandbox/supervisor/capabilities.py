"""Root's powers, given up one by one: a process of root keeps those over files and no other. Linux; capabilities(7)."""

from __future__ import annotations

import ctypes
import os
import sys

from . import kernel

VERSION_3 = 0x2008_0522
OVER_FILES = 0b1111
"""CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER."""


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def keep_files_only() -> None:
    """No signal to others' processes, no mount, no device, no change of account. Raises OSError."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return
    header, sets = _Header(VERSION_3, 0), (_Sets * 2)()
    libc = kernel.libc()
    kernel.checked(libc.capget(ctypes.byref(header), ctypes.byref(sets)), "capget")
    for part, kept in zip(sets, (OVER_FILES, 0), strict=True):
        part.effective, part.permitted, part.inheritable = part.effective & kept, part.permitted & kept, 0
    kernel.checked(libc.capset(ctypes.byref(header), ctypes.byref(sets)), "capset")
