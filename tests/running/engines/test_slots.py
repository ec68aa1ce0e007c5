"""Who is next: static before scoring before notebooks, the longest notebook first, and every GPU as wished."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from validator.running.engines.ended import Interrupted
from validator.running.engines.gpus import Gpu
from validator.running.engines.slots import Slots

GPUS = (Gpu(id="0"), Gpu(id="1"))


class Queue:
    """Stages that ask in this order while the only place is taken; who is admitted when it is free again."""

    def __init__(self) -> None:
        self.slots = Slots(stages=1)
        self.admitted: list[tuple[str, float]] = []
        self._threads: list[threading.Thread] = []

    def ask(self, stage: str, seconds: float) -> None:
        thread = threading.Thread(target=self._enter, args=(stage, seconds))
        thread.start()
        self._threads.append(thread)
        while len(self.slots._waiting) < len(self._threads):
            thread.join(0.001)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _enter(self, stage: str, seconds: float) -> None:
        with self.slots.place(stage=stage, expected_seconds=seconds, wants_gpu=False):
            self.admitted.append((stage, seconds))


def order(*asked: tuple[str, float]) -> list[tuple[str, float]]:
    queue = Queue()
    with queue.slots.place(stage="run-x", expected_seconds=0, wants_gpu=False):
        for stage, seconds in asked:
            queue.ask(stage, seconds)
    queue.join()
    return queue.admitted


def test_everybody_is_unpacked_before_any_notebook_and_scores_come_between() -> None:
    asked = [("run-classifier", 9.0), ("score-samples", 0.0), ("static", 0.0)]
    assert order(*asked) == [("static", 0.0), ("score-samples", 0.0), ("run-classifier", 9.0)]


def test_the_longest_notebook_goes_first() -> None:
    asked = [("run-classifier", 1.0), ("run-generator", 3.0), ("run-classifier", 2.0)]
    assert [seconds for _, seconds in order(*asked)] == [3.0, 2.0, 1.0]


def test_equals_go_in_the_order_they_came() -> None:
    assert order(("static", 0.0), ("run-b", 1.0), ("run-a", 1.0)) == [("static", 0.0), ("run-b", 1.0), ("run-a", 1.0)]


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_two_places_stand_for_two_gpus(held: ExitStack) -> None:
    slots = Slots(stages=2, gpus=GPUS)
    places = [slots.place(stage="run-x", expected_seconds=0, wants_gpu=True) for _ in range(2)]
    assert {held.enter_context(place).gpu for place in places} == set(GPUS)


def test_small_models_share_a_gpu_and_are_spread_evenly(held: ExitStack) -> None:
    slots = Slots(stages=4, gpus=GPUS, per_gpu=2)
    places = [slots.place(stage="run-x", expected_seconds=0, wants_gpu=True) for _ in range(4)]
    assert [str(held.enter_context(place).gpu) for place in places] == ["GPU 0", "GPU 1", "GPU 0", "GPU 1"]


def test_a_stage_that_waits_for_a_gpu_holds_up_none_that_needs_none(held: ExitStack) -> None:
    slots = Slots(stages=3, gpus=GPUS[:1])
    held.enter_context(slots.place(stage="run-a", expected_seconds=0, wants_gpu=True))
    waiting = threading.Thread(target=_refused, args=(slots,))
    waiting.start()
    assert held.enter_context(slots.place(stage="static", expected_seconds=0, wants_gpu=False)).gpu is None
    slots.close()
    waiting.join()


def _refused(slots: Slots) -> None:
    with pytest.raises(Interrupted), slots.place(stage="run-b", expected_seconds=0, wants_gpu=True):
        pass


def test_without_gpus_a_stage_that_wants_one_takes_what_is_there(held: ExitStack) -> None:
    place = Slots(stages=1).place(stage="run-x", expected_seconds=0, wants_gpu=True)
    assert held.enter_context(place).gpu is None


def test_after_a_notebook_the_place_stays_its_owners_until_that_asks_again() -> None:
    queue = Queue()
    with queue.slots.place(stage="run-a", expected_seconds=0, wants_gpu=False, owner="anna01"):
        queue.ask("run-b", 9.0)
    assert queue.admitted == []
    with queue.slots.place(stage="score-a", expected_seconds=0, wants_gpu=False, owner="anna01"):
        assert queue.admitted == []
    queue.join()
    assert queue.admitted == [("run-b", 9.0)]


def test_an_owner_that_is_done_keeps_no_place() -> None:
    queue = Queue()
    with queue.slots.place(stage="run-a", expected_seconds=0, wants_gpu=False, owner="anna01"):
        queue.ask("run-b", 9.0)
    queue.slots.done("anna01")
    queue.join()
    assert queue.admitted == [("run-b", 9.0)]


def test_the_second_notebook_of_one_that_was_begun_goes_before_the_first_of_a_longer_one() -> None:
    queue = Queue()
    with queue.slots.place(stage="run-a", expected_seconds=0, wants_gpu=False, owner="anna01"):
        queue.ask("run-b", 9.0)
    with queue.slots.place(stage="run-c", expected_seconds=0, wants_gpu=False, owner="anna01"):
        assert queue.admitted == []
    queue.slots.done("anna01")
    queue.join()
    assert queue.admitted == [("run-b", 9.0)]
