"""Connections of a box without a file system of its own: the supervisor makes them, to the box's own sockets only.

Neither Landlock nor a filter sees to which path a unix socket is connected: a service of the account, such as its
session bus, would start any program outside. So the kernel asks here (seccomp_unotify(2)): the address is read once,
the socket it leads to is held, and the connection is made from here on a copy of the caller's descriptor.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import errno
import os
import struct
import time
from collections.abc import Sequence

from . import kernel

try:
    import fcntl
except ImportError:  # an operating system without the calls used here
    fcntl = None  # type: ignore[assignment]

PIDFD_OPEN, PIDFD_GETFD = 434, 438
RECEIVE, SEND, IS_VALID = 0xC050_2100, 0xC018_2101, 0x4008_2102
NOTICE_BYTES = 80
AGAIN_SECONDS = 0.001
UNIX, MOST_ADDRESS_BYTES = 1, 110
PEER = "\0v-peer-"
"""Abstract name that a connection out of the box bears: it tells whose it is, for the kernel names the supervisor."""


class Handover:
    """How the child's end of the filter comes to the supervisor, or that it cannot be had here."""

    def __init__(self) -> None:
        self._asked, self._asks = os.pipe()
        self._answers, self._answered = os.pipe()

    def possible(self) -> bool:
        """In the child: whether the supervisor may copy descriptors of this process."""
        return self._said(self._asks)

    def give(self, listener: int) -> None:
        """In the child. Raises OSError when it did not arrive: no connection would ever be answered."""
        if not self._said(listener):
            raise OSError(errno.EPERM, "the supervisor could not take over connections")
        os.close(listener)

    def _said(self, descriptor: int) -> bool:
        os.write(self._asks, b"%d\n" % descriptor)
        return os.read(self._answers, 1) == b"y"

    def taken(self, child: int) -> int | None:
        """In the supervisor: the filter's other end; None when it cannot be had, and connections go unasked."""
        os.close(self._asks)
        os.close(self._answers)
        listener = None
        with contextlib.suppress(OSError, ValueError):
            os.close(self._taken(child))
            listener = self._taken(child)
        os.close(self._asked)
        os.close(self._answered)
        return listener

    def _taken(self, child: int) -> int:
        number = int(os.read(self._asked, 16))
        try:
            taken = copied(child, number)
        except OSError:
            os.write(self._answered, b"n")
            raise
        os.write(self._answered, b"y")
        return taken


def copied(pid: int, descriptor: int) -> int:
    """The descriptor of another process, here. Raises OSError."""
    call = kernel.libc().syscall
    holder = kernel.checked(call(PIDFD_OPEN, pid, 0), "pidfd_open")
    try:
        return kernel.checked(call(PIDFD_GETFD, holder, descriptor, 0), "pidfd_getfd")
    finally:
        os.close(holder)


def start(listener: int, *, own: Sequence[str], told: Sequence[str]) -> None:
    """Answer from a thread of its own: a connection that has to wait makes only the box's own next one wait.

    Connections to sockets beneath `own` are the box's affair; those beneath `told` bear a name that tells whose they
    are; all others are refused.
    """
    _thread.start_new_thread(_Answers(listener, own, told).serve, ())


class _Answers:
    """To every connection that is asked for, as long as there is a box."""

    def __init__(self, listener: int, own: Sequence[str], told: Sequence[str]) -> None:
        self._listener = listener
        self._own, self._told = ([os.path.realpath(folder) for folder in folders] for folders in (own, told))

    def serve(self) -> None:
        """Until the kernel asks no more."""
        while True:
            notice = bytearray(NOTICE_BYTES)
            try:
                fcntl.ioctl(self._listener, RECEIVE, notice)
            except OSError as error:
                if error.errno not in (errno.EINTR, errno.ENOENT):
                    return
                time.sleep(AGAIN_SECONDS)  # who asked is gone
                continue
            asked, thread = struct.unpack_from("=QI", notice)
            number = self._answer(asked, thread, *struct.unpack_from("=QQQ", notice, 32))
            with contextlib.suppress(OSError):
                fcntl.ioctl(self._listener, SEND, struct.pack("=QqiI", asked, 0, -number, 0))

    def _held(self, path: str) -> int:
        """What the path leads to; of what lies outside, not even whether it is there is told."""
        try:
            return os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError as error:
            if _beneath(os.path.realpath(path), [*self._own, *self._told]):
                raise
            raise OSError(errno.EACCES, "outside the box") from error

    def _answer(self, asked: int, thread: int, descriptor: int, address: int, length: int) -> int:
        """What the caller is to hear: 0, or the number of an error."""
        try:
            with contextlib.ExitStack() as stack:
                process, path = _process_of(thread), _path(thread, address, length)
                connection = copied(process, ctypes.c_int(descriptor & 0xFFFF_FFFF).value)
                stack.callback(os.close, connection)
                held = self._held(path)
                stack.callback(os.close, held)
                fcntl.ioctl(self._listener, IS_VALID, struct.pack("=Q", asked))  # whom was read is still who asked
                real = os.readlink(f"/proc/self/fd/{held}")
                if not _beneath(real, self._own):
                    if not _beneath(real, self._told):
                        return errno.EACCES
                    _named(connection, f"{PEER}{process}-{asked:x}")
                _call("connect", connection, f"/proc/self/fd/{held}\0")
        except OSError as error:
            return error.errno or errno.EACCES
        except (ValueError, StopIteration):
            return errno.EACCES
        return 0


def _beneath(path: str, folders: Sequence[str]) -> bool:
    return any(path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _named(connection: int, name: str) -> None:
    """Refused for a socket that has a name already: it could be another's."""
    try:
        _call("bind", connection, name)
    except OSError as error:
        raise OSError(errno.EACCES, "has a name of its own") from error


def _call(what: str, connection: int, name: str) -> None:
    words = struct.pack("=H", UNIX) + name.encode()
    kernel.checked(getattr(kernel.libc(), what)(connection, words, len(words)), what)


def _process_of(thread: int) -> int:
    with open(f"/proc/{thread}/status", encoding="ascii", errors="replace") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Tgid:"))


def _path(thread: int, address: int, length: int) -> str:
    """The path in the caller's memory, read once. Raises OSError: refused for everything that is no path."""
    with open(f"/proc/{thread}/mem", "rb", buffering=0) as memory:
        words = os.pread(memory.fileno(), min(length & 0xFFFF_FFFF, MOST_ADDRESS_BYTES), address)
    if len(words) < 3 or struct.unpack_from("=H", words)[0] != UNIX or words[2] == 0:
        raise OSError(errno.EACCES, "no path")
    path = os.fsdecode(words[2:].partition(b"\0")[0])
    return os.path.join(os.readlink(f"/proc/{thread}/cwd"), path)
