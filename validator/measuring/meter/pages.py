"""The page of counters, looked at while the run goes on: what was counted there once must not be gone later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator.measuring.meter import counters
from validator.measuring.meter.clients import Heard
from validator.measuring.meter.counters import Counter

LOOK_SECONDS = 1.0
MOST_TOLD = 50


class Pages:
    """A witness; each slot that fell is told once, with the most it ever showed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._most: dict[tuple[int, int], Counter] = {}
        self._told: set[tuple[int, int]] = set()
        self._gone = False
        self._next = 0.0

    def look(self, heard: Heard) -> Iterator[dict[str, Any]]:
        """Once a second."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + LOOK_SECONDS
        page = counters.read(self._path)
        if page is None:
            if not self._gone:
                yield {"kind": "integrity", "what": "page-gone", "peer": 0}
            self._gone = True
            return
        shown: dict[tuple[int, int], Counter] = {}
        for counter in page:  # in a long run numbers of processes come again: the larger count stands
            key = (counter.pid, counter.net)
            shown[key] = max(shown.get(key, counter), counter, key=lambda one: one.updates)
        for key, most in self._most.items():
            here = shown.get(key)
            fell = here is None or here.updates < most.updates or here.gradients < most.gradients
            if fell and key not in self._told and len(self._told) < MOST_TOLD:
                self._told.add(key)
                was = {"net": most.net, "updates": most.updates, "gradients": most.gradients, "calls": most.calls}
                yield {"kind": "integrity", "what": "count-decreased", "peer": 0, "of": "page", "pid": most.pid, **was}
        for key, here in shown.items():
            before = self._most.get(key)
            if before is None or here.updates >= before.updates:
                self._most[key] = here

    def close(self, heard: Heard) -> Iterator[dict[str, Any]]:
        """The last look."""
        self._next = 0.0
        yield from self.look(heard)
