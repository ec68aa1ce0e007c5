"""Places in which stages run: how many at a time, which GPU each, and who is next. Starts nothing.

Who is next: the static stage of everybody before any notebook, because a marker wants to hear of an archive that was
refused or a file that is missing within minutes, while its author can still be asked; it costs each notebook a
fraction of a second. Then what completes a submission that was begun, its scoring and its second notebook, because
reports that come one by one can be read while the rest still runs. Then the others, the longest first: four hours that
started last would keep one GPU busy and all the others idle.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from validator.running.engines.ended import Interrupted
from validator.running.engines.gpus import Gpu

RANK = {"unpack": 0, "static": 0, "compare": 1, "score": 1, "run": 2}
BEGUN = RANK["score"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one stage runs."""

    gpu: Gpu | None


@dataclass(order=True, kw_only=True)
class _Waiting:
    rank: int
    minus_seconds: float
    number: int
    wants_gpu: bool = field(compare=False)
    admitted: threading.Event = field(compare=False, default_factory=threading.Event)
    place: Place | None = field(compare=False, default=None)


class Slots:
    """So many stages at a time; with GPUs, so many on each. Safe from any thread."""

    def __init__(self, *, stages: int, gpus: Sequence[Gpu] = (), per_gpu: int = 1) -> None:
        self._free = stages
        self._gpus = gpus
        self._per_gpu = per_gpu
        self._on: Counter[Gpu] = Counter()
        self._waiting: list[_Waiting] = []
        self._lingering: dict[str, Place] = {}
        self._begun: set[str] = set()
        """Owners one of whose notebooks has had a place."""
        self._number = itertools.count()
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def place(self, *, stage: str, expected_seconds: float, wants_gpu: bool, owner: str = "") -> Iterator[Place]:
        """Wait for a place and hold it. `wants_gpu` matters where GPUs were named. Raises Interrupted when closed.

        After a notebook the place stays its owner's until that asks for its next stage or is `done`: else another's
        notebook would slip in before the owner has come to ask for its scoring, and hold it up for hours.
        """
        rank = RANK.get(stage.partition("-")[0], 0)
        one = _Waiting(
            rank=min(rank, BEGUN) if owner in self._begun else rank,
            minus_seconds=-expected_seconds,
            number=next(self._number),
            wants_gpu=wants_gpu and bool(self._gpus),
        )
        with self._lock:
            self._waiting.append(one)
            self._free_again(self._lingering.pop(owner, None))
        one.admitted.wait()
        if one.place is None:
            raise Interrupted
        try:
            yield one.place
        finally:
            with self._lock:
                if owner and rank == RANK["run"]:
                    self._begun.add(owner)
                    self._lingering[owner] = one.place
                else:
                    self._free_again(one.place)

    def done(self, owner: str) -> None:
        """Nothing more of this owner's is to come."""
        with self._lock:
            self._begun.discard(owner)
            self._free_again(self._lingering.pop(owner, None))

    def close(self) -> None:
        """Let nobody in any more; who waits is told."""
        with self._lock:
            self._closed = True
            self._admit()

    def _free_again(self, place: Place | None) -> None:
        """Under the lock: take a place back, if there is one, and see who can go."""
        if place is not None:
            self._free += 1
            if place.gpu is not None:
                self._on[place.gpu] -= 1
        self._admit()

    def _admit(self) -> None:
        """Under the lock: everybody who can go now goes; one that waits for a GPU holds up nobody who needs none."""
        if self._closed:
            for one in self._waiting:
                one.admitted.set()
            self._waiting.clear()
        for one in sorted(self._waiting):
            gpu = self._freest() if one.wants_gpu else None
            if self._free and (gpu is not None or not one.wants_gpu):
                self._free -= 1
                if gpu is not None:
                    self._on[gpu] += 1
                one.place = Place(gpu=gpu)
                self._waiting.remove(one)
                one.admitted.set()

    def _freest(self) -> Gpu | None:
        """The GPU with the fewest stages on it, if any has room."""
        freest = min(self._gpus, key=lambda gpu: self._on[gpu])
        return freest if self._on[freest] < self._per_gpu else None
