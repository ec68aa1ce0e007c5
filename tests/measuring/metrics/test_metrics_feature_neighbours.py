"""Nearest neighbours of features by direction, decided in float64."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError, faiss_search, feature_neighbours
from validator.measuring.metrics.feature_neighbours import nearest_features


def _features(seed, count, size=32):
    return np.maximum(np.random.default_rng(seed).normal(0.3, 1, (count, size)), 0).astype(np.float32)


def _by_hand(generated, reference, k):
    own, others = (
        each / np.linalg.norm(each, axis=1, keepdims=True)
        for each in (generated.astype(float), reference.astype(float))
    )
    distance = np.sqrt(np.square(own[:, None] - others[None]).sum(axis=2))
    index = np.argsort(distance, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distance, index, axis=1), index


@pytest.fixture(params=["by products", "by FAISS", "by a FAISS that answers wrongly", "without FAISS"])
def _way(request, monkeypatch):
    if request.param == "by products":
        return
    monkeypatch.setattr(feature_neighbours, "WORTH_FAISS", 0)
    if request.param == "by FAISS":
        pytest.importorskip("faiss", reason="FAISS is not installed")
        return
    wrong = np.tile(np.arange(12), (40, 1)), np.tile(np.arange(12), (40, 1))
    answer = wrong if "wrongly" in request.param else None
    monkeypatch.setattr(faiss_search, "proposals", lambda *_, **__: answer)


@pytest.mark.usefixtures("_way")
def test_they_are_those_found_by_hand():
    generated, reference = _features(0, 40), _features(1, 300)
    distance, index = nearest_features(generated=generated, reference=reference, k=4)
    np.testing.assert_allclose(distance, _by_hand(generated, reference, 4)[0], atol=1e-6)
    np.testing.assert_array_equal(index, _by_hand(generated, reference, 4)[1])


def test_equal_features_are_at_distance_zero_and_length_does_not_matter():
    reference = _features(1, 50)
    distance, index = nearest_features(generated=np.stack([reference[7], 2 * reference[9]]), reference=reference, k=2)
    assert distance[:, 0].tolist() == [0, 0]
    assert index[:, 0].tolist() == [7, 9]


def test_equal_distances_are_ordered_by_index():
    reference = np.repeat(_features(1, 1), 20, axis=0)
    assert nearest_features(generated=_features(0, 2), reference=reference, k=3)[1].tolist() == [[0, 1, 2]] * 2


def test_features_of_zero_have_an_answer():
    distance, _ = nearest_features(generated=np.zeros((1, 8), np.float32), reference=_features(1, 5, 8), k=2)
    assert np.isfinite(distance).all()


@pytest.mark.parametrize(
    ("generated", "k", "words"),
    [
        (np.full((2, 8), np.nan, np.float32), 1, "NaN"),
        (np.zeros((2, 9), np.float32), 1, "features of 9 numbers"),
        (np.zeros((2, 8), np.int64), 1, "floating-point"),
        (np.zeros((2, 8), np.float32), 6, r"expected 1\.\.5"),
    ],
)
def test_other_arrays_are_refused(generated, k, words):
    with pytest.raises(MetricError, match=words):
        nearest_features(generated=generated, reference=_features(1, 5, 8), k=k)
