"""The head's end of the warm parent: started when first needed, started again when it died, gone with the head."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping

from validator.running.engines.request import KILL, TERMINATE, Request

PROGRAM = (sys.executable, "-P", "-m", "validator.running.engines.warm_parent")
GOES_SECONDS = 5.0
LOOKING = ("compare",)
"""Stages that need numpy; its library of linear algebra starts threads unless it is told not to when it is loaded."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
POSSIBLE = os.name == "posix" and hasattr(socket, "send_fds")


class Leash:
    """One child of the warm parent."""

    def __init__(self, own: socket.socket) -> None:
        self._own = own
        self._said = bytearray()

    def wait(self, seconds: float) -> int | None:
        """The exit code (negative: a signal) once it has ended; None when it still runs after so many seconds."""
        until = time.monotonic() + seconds
        while not self._said.endswith(b"\n"):
            self._own.settimeout(max(until - time.monotonic(), 0.001))
            try:
                piece = self._own.recv(64)
            except TimeoutError:
                return None
            except OSError:
                piece = b""
            if not piece:
                return -signal.SIGKILL  # the warm parent was killed, and took its children along
            self._said += piece
        return int(self._said)

    def terminate(self) -> None:
        """Ask it to end."""
        with contextlib.suppress(OSError):
            self._own.sendall(TERMINATE)

    def kill(self) -> None:
        """End it and its session."""
        with contextlib.suppress(OSError):
            self._own.sendall(KILL)

    def close(self) -> None:
        """Let go: a child that still runs is killed."""
        self._own.close()


class Parents:
    """Two of them, each started when it is first needed: what one stage is best forked with would slow another."""

    def __init__(self) -> None:
        self._plain = Warm()
        self._looking = Warm(ONE_THREAD)

    def start(self, request: Request, *, log: int) -> Leash:
        """Have one child forked by the parent for its kind; see `Warm.start`."""
        return (self._looking if request.kind in LOOKING else self._plain).start(request, log=log)

    def close(self) -> None:
        """End both and everything they started."""
        self._plain.close()
        self._looking.close()


class Warm:
    """One warm parent as seen from any thread of the head."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """`environment` is its own, over that of the first request; each child has that of its request."""
        self._own = dict(environment or {})
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._end: weakref.finalize[[subprocess.Popen[bytes], socket.socket], Warm] | None = None

    def start(self, request: Request, *, log: int) -> Leash:
        """Have one child forked, its output going to the open file `log`. Raises OSError when none can be had."""
        try:
            return self._start(request, log)
        except ConnectionError:  # it died since the last stage; a new one is started
            return self._start(request, log)

    def _start(self, request: Request, log: int) -> Leash:
        own, other = socket.socketpair()
        try:
            with other, self._lock:
                self._send(other, log, request.environment)
            own.sendall(request.line())
        except BaseException:
            own.close()
            raise
        return Leash(own)

    def close(self) -> None:
        """End the parent and everything it started."""
        with self._lock:
            if self._end is not None:
                self._end()
            self._control = None

    def _send(self, leash: socket.socket, log: int, environment: dict[str, str]) -> None:
        if self._control is not None:
            with contextlib.suppress(ConnectionError):
                socket.send_fds(self._control, [b"+"], [leash.fileno(), log])
                return
        socket.send_fds(self._started(environment), [b"+"], [leash.fileno(), log])

    def _started(self, environment: dict[str, str]) -> socket.socket:
        """A new parent; what is left of the one before is waited for."""
        if self._end is not None:
            self._end()
        own, other = socket.socketpair()
        with other:
            process = subprocess.Popen(
                [*PROGRAM, str(other.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**environment, **self._own},
                pass_fds=[other.fileno()],
                start_new_session=True,
            )
        # Also at the end of the interpreter, and when nobody holds this object any more.
        self._end = weakref.finalize(self, _gone, process, own)
        self._control = own
        return own


def _gone(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    control.close()
    try:
        process.wait(GOES_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
