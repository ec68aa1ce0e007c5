"""FAISS is asked only where it has shown in another process that it works, and its answers are checked."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from validator.measuring.metrics import faiss_search
from validator.measuring.metrics.faiss_search import proposals

ROWS = np.eye(8, dtype=np.float32)


@pytest.fixture(autouse=True)
def _forgotten():
    faiss_search.trusted.cache_clear()
    yield
    faiss_search.trusted.cache_clear()


def _standing_in(monkeypatch, found):
    """A module called faiss that answers every search with `found`."""
    monkeypatch.setitem(sys.modules, "faiss", SimpleNamespace(knn=lambda queries, reference, count: found))


def _good():
    index = np.argsort(-ROWS, axis=1, kind="stable")[:, :3]
    return np.zeros((8, 3), np.float32), index


def test_an_answer_is_passed_on(monkeypatch):
    _standing_in(monkeypatch, _good())
    squared, index = proposals(ROWS, ROWS, 3, device="cpu")
    np.testing.assert_array_equal(_good()[1], index)
    assert (squared.dtype, index.dtype) == (np.float32, np.int64)


@pytest.mark.parametrize(
    ("place", "value"),
    [((0, 2, 1), np.nan), ((0, 2, 1), np.inf), ((1, 2, 1), -1), ((1, 2, 1), 8), ((1, 0, 1), 0)],
    ids=["not a number", "infinite", "none found", "outside", "twice the same"],
)
def test_rubbish_is_no_answer(monkeypatch, place, value):
    found = _good()
    found[place[0]][place[1:]] = value
    _standing_in(monkeypatch, found)
    assert proposals(ROWS, ROWS, 3, device="cpu") is None


@pytest.mark.parametrize("found", [None, (np.zeros((8, 2)), np.zeros((8, 2), int)), (np.zeros((8, 3)),) * 2])
def test_another_shape_or_type_is_no_answer(monkeypatch, found):
    _standing_in(monkeypatch, found)
    assert proposals(ROWS, ROWS, 3, device="cpu") is None


def test_an_error_of_faiss_is_no_answer(monkeypatch):
    def fails(*_):
        raise RuntimeError("out of memory")

    monkeypatch.setitem(sys.modules, "faiss", SimpleNamespace(knn=fails))
    assert proposals(ROWS, ROWS, 3, device="cpu") is None


def test_without_faiss_there_is_no_answer(monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)
    assert proposals(ROWS, ROWS, 3, device="cpu") is None


@pytest.mark.parametrize("trial", ["import os; os.abort()", "raise SystemExit(1)", "import no_such_module"])
def test_a_trial_that_ends_badly_keeps_faiss_out_of_this_process(monkeypatch, trial):
    monkeypatch.delitem(sys.modules, "faiss", raising=False)
    monkeypatch.setattr(faiss_search, "TRIAL", trial)
    assert proposals(ROWS, ROWS, 3, device="cpu") is None
    assert "faiss" not in sys.modules


def test_a_trial_that_hangs_keeps_faiss_out_too(monkeypatch):
    def hangs(*_, **__):
        raise subprocess.TimeoutExpired(cmd="trial", timeout=1)

    monkeypatch.delitem(sys.modules, "faiss", raising=False)
    monkeypatch.setattr(faiss_search.subprocess, "run", hangs)
    assert proposals(ROWS, ROWS, 3, device="cpu") is None


def test_a_search_on_the_gpu_is_tried_elsewhere_first(monkeypatch):
    """Where the trial fails, the same FAISS searches on the processor."""
    asked = []
    stand_in = SimpleNamespace(
        StandardGpuResources=lambda: "resources",
        knn=lambda *_: asked.append("cpu") or _good(),
        knn_gpu=lambda *_: asked.append("gpu") or _good(),
    )
    monkeypatch.setitem(sys.modules, "faiss", stand_in)
    monkeypatch.setattr(faiss_search, "trusted", lambda device, *, torch_first: device == "cuda")
    assert proposals(ROWS, ROWS, 3, device="cuda") is not None
    monkeypatch.setattr(faiss_search, "trusted", lambda device, *, torch_first: False)
    assert proposals(ROWS, ROWS, 3, device="cuda") is not None
    assert asked == ["gpu", "cpu"]


def test_the_installed_faiss_passes_its_trial():
    pytest.importorskip("faiss", reason="FAISS is not installed")
    assert faiss_search.trusted("cpu", torch_first=False)
