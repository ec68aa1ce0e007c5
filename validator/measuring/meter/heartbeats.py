"""Processes that had a heartbeat and fell silent while they worked. Linux; knows CPU time, not wall time.

A machine that stands still or is overloaded accuses nobody: a process that gets no CPU has nothing to say. Nor does one
whose interpreter is held by a long call: then the agent's thread wakes many times a second, and waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from validator.measuring.meter import proc
from validator.measuring.meter.clients import Heard

LOOK_SECONDS = 1.0
SILENT_CPU_SECONDS = 60.0
WAKES_A_SECOND = 20.0
"""A thread that waits for the interpreter wakes 200 times a second; one that sleeps between two heartbeats, once."""


@dataclass
class _Pulse:
    words: int
    cpu_seconds: float
    """When the last word came."""
    wakes: int = -1
    asked: float = 0.0


class Heartbeats:
    """A witness."""

    def __init__(self, *, silent_cpu_seconds: float = SILENT_CPU_SECONDS) -> None:
        self._limit = silent_cpu_seconds
        self._pulses: dict[int, _Pulse] = {}
        self._next = 0.0

    def look(self, heard: Heard) -> Iterator[dict[str, Any]]:
        """Once a second, at each process that has had a heartbeat and is still connected."""
        now = time.monotonic()
        if now < self._next or not proc.AVAILABLE:
            return
        self._next = now + LOOK_SECONDS
        self._pulses = {peer: pulse for peer, pulse in self._pulses.items() if peer in heard.beating}
        for peer, thread in heard.beating.items():
            stat = proc.stat(peer)
            if stat is None:
                continue
            words = heard.words.get(peer, 0)
            pulse = self._pulses.get(peer)
            if pulse is None or pulse.words != words:
                self._pulses[peer] = _Pulse(words=words, cpu_seconds=stat.cpu_seconds)
            elif stat.cpu_seconds - pulse.cpu_seconds >= self._limit and self._is_gone(pulse, peer, thread, now):
                silent = round(stat.cpu_seconds - pulse.cpu_seconds, 1)
                yield {"kind": "integrity", "what": "heartbeat-missing", "peer": peer, "cpu_seconds": silent}
                pulse.cpu_seconds = stat.cpu_seconds

    def close(self, heard: Heard) -> Iterator[dict[str, Any]]:
        """Nothing more is known at the end."""
        yield from ()

    def _is_gone(self, pulse: _Pulse, peer: int, thread: int, now: float) -> bool:
        """Whether its thread has gone, or sleeps soundly while the heart should beat; asked twice."""
        wakes = proc.switches(peer, thread)
        if wakes < 0:
            return True
        asked, before = pulse.asked, pulse.wakes
        pulse.asked, pulse.wakes = now, wakes
        if before < 0 or now <= asked:
            return False
        waits = (wakes - before) / (now - asked) >= WAKES_A_SECOND
        if waits:
            pulse.cpu_seconds = proc_cpu(peer, pulse.cpu_seconds)
            pulse.wakes = -1
        return not waits


def proc_cpu(peer: int, otherwise: float) -> float:
    """What it has used until now."""
    stat = proc.stat(peer)
    return stat.cpu_seconds if stat else otherwise
