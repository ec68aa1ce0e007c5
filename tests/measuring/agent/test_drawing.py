"""Limits of time around a student's sampler: one inside another, one that is swallowed, one that is too short."""

import contextlib
import json
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from validator.measuring.meter import judge

AGENT = Path(judge.__file__).parents[1] / "agent"
EVER = 60


@pytest.fixture
def drawing(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import drawing  # type: ignore[import-not-found]

    yield drawing
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


def test_a_limit_still_holds_after_one_inside_it_has_ended(drawing):
    with pytest.raises(drawing.OutOfTime), drawing.limited(0.3):
        with drawing.limited(EVER):
            pass
        threading.Event().wait(EVER)
    assert signal.getsignal(signal.SIGALRM).__module__ != drawing.__name__


def test_a_limit_inside_another_is_never_the_longer_one(drawing):
    with drawing.limited(EVER):
        with pytest.raises(drawing.OutOfTime), drawing.limited(0.1):
            threading.Event().wait(EVER)
        assert EVER / 2 < signal.getitimer(signal.ITIMER_REAL)[0] <= EVER
    with pytest.raises(drawing.OutOfTime), drawing.limited(0.1), drawing.limited(EVER):
        threading.Event().wait(EVER)


def test_a_sampler_that_swallows_the_end_of_its_time_is_ended_again(drawing, monkeypatch):
    monkeypatch.setattr(drawing, "AGAIN_SECONDS", 0.1)
    swallowed = []
    with pytest.raises(drawing.OutOfTime), drawing.limited(0.1):
        while not swallowed:
            try:
                threading.Event().wait(EVER)
            except:  # noqa: E722
                swallowed.append(1)
        threading.Event().wait(EVER)


def test_a_sampler_too_slow_for_a_whole_batch_is_asked_for_a_few_and_seeded_anew(drawing):
    asked = []

    def slow(count):
        asked.append(count)
        if count > 10:
            np.random.random()
            threading.Event().wait(EVER)
        return np.random.randint(0, 256, (count, 3, 32, 32)).astype(np.uint8)

    drawn = drawing.drawn(drawing.Sampler("slow", slow), 12, 3, batch=100, seconds=2.0)
    assert (asked, drawn.note, drawn.repeats) == ([12, 5, 5, 2], "", False)
    drawing.seeded(3)
    assert (drawn.images[:5] == slow(5)).all()


def test_a_check_without_data_that_takes_too_long_tells_nothing(drawing, monkeypatch):
    from validator_agent import Running, harmless, resampling, useless

    def late():
        raise drawing.OutOfTime("it took longer than 1 s")

    monkeypatch.setattr(Running, "config", {"cifar100": {"root": "nowhere"}, "work": "."}, raising=False)
    monkeypatch.setattr(useless, "likeness_of", lambda served: object())
    monkeypatch.setattr(harmless, "split", lambda folder, known: ((), ()))
    monkeypatch.setattr(useless, "overwrite", lambda known: SimpleNamespace(words="", left=[]))
    said = resampling._without_data(late, np.zeros((4, 3, 32, 32), np.uint8), 0.0)
    assert said["without_data"] is None
    assert "too long" in said["why"]


def test_predictions_made_before_a_network_that_never_answers_are_told(drawing, monkeypatch, tmp_path):
    from validator_agent import Running, windows

    told = tmp_path / "predictions.json"

    def predictions(network, images, batch_size, *, taken):
        if network == "slow":
            assert len(json.loads(told.read_text())) == 1  # written before: the process may end in the next
            threading.Event().wait(EVER)
        yield {"file": "predictions-1.npy", "network": network}

    forwards = SimpleNamespace(paused=contextlib.nullcontext)
    monkeypatch.setattr(Running, "meter", SimpleNamespace(forwards=forwards, flush_all=lambda: None))
    monkeypatch.setattr(Running, "config", {"handed": str(tmp_path)})
    monkeypatch.setattr(windows, "_trained_networks", lambda: ["fast", "slow"])
    monkeypatch.setattr(windows, "_predictions", predictions)
    np.save(tmp_path / "images.npy", np.zeros((2, 3, 28, 28), np.float32))
    windows.predict(str(tmp_path / "images.npy"), seconds=0.5)
    entries = json.loads(told.read_text())
    assert entries[0] == {"file": "predictions-1.npy", "network": "fast"}
    assert "longer" in entries[1]["note"]
