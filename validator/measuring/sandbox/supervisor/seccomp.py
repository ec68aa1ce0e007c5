"""Seccomp: system calls that no training needs and every break-out does are refused, for good.

A filter of our own, assembled here: numbers of two processor families, compared one by one. What is not on the list
stays allowed. Source: the kernel's userspace-api/seccomp_filter documentation and its system call tables.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys

from . import kernel

ALLOW, ERRNO, ASK = 0x7FFF_0000, 0x0005_0000, 0x7FC0_0000
LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
NUMBER_AT, ARCHITECTURE_AT, FIRST_AT, SECOND_AT = 0, 4, 16, 24
"""Offsets in `struct seccomp_data`; of an argument, the lower half on little-endian processors."""
X32_BIT = 0x4000_0000
NEW_NAMESPACES = 0x7E02_0000 | 0x80
"""CLONE_NEW* for mounts, cgroups, hosts, messages, users, processes, networks and time."""
UNIX_SOCKETS, INET_SOCKETS, INET6_SOCKETS, NETLINK_SOCKETS = 1, 2, 10, 16
DATAGRAMS, KIND_MASK = 2, 0xF
INTO_TERMINALS = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX, which type into a terminal as its owner would."""
FILTER_MODE = 2
SET_FILTER, NEW_LISTENER, NOT_INTERRUPTED = 1, 1 << 3, 1 << 5

SAME_ON_BOTH = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "clone3": 435, "pidfd_getfd": 438,
    "mount_setattr": 442,
}  # fmt: skip
"""Numbers given since 2019 are the same on all processors."""
NUMBERS = {
    "x86_64": {
        "architecture": 0xC000003E, "clone": 56, "socket": 41, "socketpair": 53, "ioctl": 16,
        "connect": 42, "seccomp": 317,
        "shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240,
        "ptrace": 101, "syslog": 103, "vhangup": 153, "modify_ldt": 154, "pivot_root": 155, "chroot": 161, "acct": 163,
        "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169,
        "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176,
        "quotactl": 179, "clock_settime": 227, "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250,
        "unshare": 272, "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303,
        "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "kexec_file_load": 320, "bpf": 321,
        "userfaultfd": 323, **SAME_ON_BOTH,
    },
    "aarch64": {
        "architecture": 0xC00000B7, "clone": 220, "socket": 198, "socketpair": 199, "ioctl": 29,
        "connect": 203, "seccomp": 277,
        "shmget": 194, "semget": 190, "msgget": 186, "mq_open": 180,
        "ptrace": 117, "syslog": 116, "vhangup": 58, "pivot_root": 41, "chroot": 51, "acct": 89, "settimeofday": 170,
        "mount": 40, "umount2": 39, "swapon": 224, "swapoff": 225, "reboot": 142, "sethostname": 161,
        "setdomainname": 162, "init_module": 105, "delete_module": 106, "quotactl": 60, "clock_settime": 112,
        "kexec_load": 104, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "perf_event_open": 241,
        "fanotify_init": 262, "name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "kexec_file_load": 294,
        "bpf": 280, "userfaultfd": 282, **SAME_ON_BOTH,
    },
}  # fmt: skip
NOT_THERE = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register")
"""Answered as by a kernel without them: the C library then takes `clone`, whose flags can be looked at."""
SPECIAL = ("architecture", "clone", "socket", "socketpair", "connect", "seccomp", "ioctl", *NOT_THERE)


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction))]


Instruction = tuple[int, int, int, int]


def available() -> bool:
    """Whether this kernel filters, and this processor's numbers are known."""
    return sys.platform == "linux" and os.uname().machine in NUMBERS and os.path.exists("/proc/sys/kernel/seccomp")


def close(*, network: bool, asked: bool = False) -> int | None:
    """Refuse the listed calls from here on, for this process and its children. Raises OSError.

    `asked` returns a descriptor on which the kernel asks about each connection (seccomp_unotify(2)); None where
    that cannot be had, as inside a container that asks so itself, and connections go unasked.

    Without `network` only stream sockets between processes of this machine can be made: no TCP, no UDP, no DNS, and
    no datagram to a service of the account that would start a program outside.
    """
    numbers = NUMBERS[os.uname().machine]
    words = program(numbers, network=network, asked=asked)
    first = (_Instruction * len(words))(*(_Instruction(*word) for word in words))
    whole = _Program(length=len(words), first=first)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if asked:
        listener = -1
        for flags in (NEW_LISTENER | NOT_INTERRUPTED, NEW_LISTENER):  # the second of them since Linux 5.19
            if listener < 0:
                listener = kernel.libc().syscall(numbers["seccomp"], SET_FILTER, flags, ctypes.byref(whole))
        return int(listener) if listener >= 0 else close(network=network)
    call = kernel.libc().prctl
    kernel.checked(call(kernel.PR_SET_SECCOMP, FILTER_MODE, ctypes.byref(whole), 0, 0), "seccomp")
    return None


def program(numbers: dict[str, int], *, network: bool, asked: bool = False) -> list[Instruction]:
    """The filter as instructions (code, jump if yes, jump if no, operand)."""
    words: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (EQUAL, 1, 0, numbers["architecture"]),
        _refuse(errno.EPERM),
        (LOAD, 0, 0, NUMBER_AT),
        (AT_LEAST, 0, 1, X32_BIT),
        _refuse(errno.EPERM),
    ]
    for name, number in numbers.items():
        if name not in SPECIAL:
            words += [(EQUAL, 0, 1, number), _refuse(errno.EPERM)]
    for name in NOT_THERE:
        words += [(EQUAL, 0, 1, numbers[name]), _refuse(errno.ENOSYS)]
    words += _when(numbers["clone"], _new_namespaces())
    words += _when(numbers["ioctl"], _no_typing())
    if not network:
        # A pair of datagram sockets can be sent from to any path, too.
        for name in ("socket", "socketpair"):
            words += _when(numbers[name], _only_streams())
    else:
        words += _when(numbers["socket"], _only_of_namespaces())
    if asked:
        words += _when(numbers["connect"], [(RETURN, 0, 0, ASK)])
    return [*words, (RETURN, 0, 0, ALLOW)]


def _when(number: int, body: list[Instruction]) -> list[Instruction]:
    """The body decides on calls of that number; all others jump over it."""
    return [(EQUAL, 0, len(body), number), *body]


def _new_namespaces() -> list[Instruction]:
    return [
        (LOAD, 0, 0, FIRST_AT),
        (ANY_BIT, 0, 1, NEW_NAMESPACES),
        _refuse(errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    ]


def _no_typing() -> list[Instruction]:
    words: list[Instruction] = [(LOAD, 0, 0, SECOND_AT)]
    for request in INTO_TERMINALS:
        words += [(EQUAL, 0, 1, request), _refuse(errno.EPERM)]
    return [*words, (RETURN, 0, 0, ALLOW)]


def _only_of_namespaces() -> list[Instruction]:
    """Families that a network namespace holds in; a socket to the host of a virtual machine, for one, is not."""
    words: list[Instruction] = [(LOAD, 0, 0, FIRST_AT)]
    for family in (UNIX_SOCKETS, INET_SOCKETS, INET6_SOCKETS, NETLINK_SOCKETS):
        words += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    return [*words, _refuse(errno.EACCES)]


def _only_streams() -> list[Instruction]:
    return [
        (LOAD, 0, 0, FIRST_AT),
        # ZeroMQ ends the process at any other answer to its question for the network interfaces.
        (EQUAL, 0, 1, NETLINK_SOCKETS),
        _refuse(errno.EOPNOTSUPP),
        (EQUAL, 1, 0, UNIX_SOCKETS),
        _refuse(errno.EACCES),
        (LOAD, 0, 0, SECOND_AT),
        (AND, 0, 0, KIND_MASK),
        (EQUAL, 0, 1, DATAGRAMS),
        _refuse(errno.EACCES),
        (RETURN, 0, 0, ALLOW),
    ]


def _refuse(number: int) -> Instruction:
    return (RETURN, 0, 0, ERRNO | number)
