"""A sign of life once a second, from a thread of its own, as long as something may be counted in this process.

Says how much CPU time the process has used: the recorder outside asks how much it used with no word from it. Started by
the first word that a framework or a network is there, in the child of a fork by its own; ends with the process.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` itself costs milliseconds
import _thread
import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import Any

SECONDS = 1.0
WITH = frozenset({"framework", "net", "counts"})
"""Words after which there is something to beat for."""

OWN_FAULTS = frozenset(getattr(_signal, name, 0) for name in ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL"))


class Heartbeat:
    """One thread at most; unknown to `threading`, so that nobody who lists or joins threads meets it."""

    def __init__(self, channel: Any, look: Callable[[], None]) -> None:
        self._channel, self._look = channel, look
        self._beating = False
        self._pause = _thread.allocate_lock()
        self._rest()
        channel.heard.append(self._said)
        channel.before_exit.append(self.stop)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._rest)

    def stop(self) -> None:
        """No more from here on."""
        if self._beating:
            self._beating = False
            self._pause.release()

    def _rest(self) -> None:
        """No thread of a parent lives on in the child of a fork."""
        self._beating = False
        self._networks: set[Any] = set()

    def _said(self, kind: str, fields: dict[str, Any]) -> None:
        if kind not in WITH:
            return
        if kind == "net":
            self._networks.add(fields.get("net"))
        if not self._beating:
            self._beating = True
            self._pause = _thread.allocate_lock()
            self._pause.acquire()
            try:
                _thread.start_new_thread(self._beat, (self._pause,))
            except RuntimeError as error:  # no more threads are allowed
                self._channel.fault("heartbeat", error)

    def _beat(self, pause: Any) -> None:
        with contextlib.suppress(Exception):  # signals are for the threads that were there before
            _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals() - OWN_FAULTS)
        thread = threading.get_native_id()
        while not pause.acquire(timeout=SECONDS):
            try:
                self._look()
                self._channel.emit("hb", cpu_ns=time.process_time_ns(), networks=len(self._networks), thread=thread)
            except Exception:
                return
