"""Nearest neighbours are exact, whatever float32 says; ties go to the lower index."""

import sys

import numpy as np
import pytest

from validator.measuring.metrics import MetricError, nearest_neighbours, neighbours


def _images(seed, count, *, side=8):
    return np.random.default_rng(seed).integers(0, 256, (count, 3, side, side), dtype=np.uint8)


def _by_hand(generated, reference, k):
    differences = generated[:, None].astype(np.int64) - reference[None].astype(np.int64)
    squared = np.square(differences).sum(axis=(2, 3, 4))
    order = np.argsort(squared, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(squared, order, axis=1), order


@pytest.fixture(params=["with FAISS", "without FAISS"])
def _way(request, monkeypatch):
    if request.param == "without FAISS":
        monkeypatch.setitem(sys.modules, "faiss", None)


@pytest.mark.usefixtures("_way")
def test_they_are_those_found_by_hand():
    generated, reference = _images(0, 40), _images(1, 300)
    distances, indices = nearest_neighbours(generated=generated, reference=reference, k=5)
    expected_distances, expected_indices = _by_hand(generated, reference, 5)
    np.testing.assert_array_equal(expected_distances, distances)
    np.testing.assert_array_equal(expected_indices, indices)
    assert (distances.dtype, indices.dtype) == (np.int64, np.int64)


@pytest.mark.usefixtures("_way")
def test_a_planted_copy_is_at_distance_zero():
    reference = _images(1, 200, side=32)
    distances, indices = nearest_neighbours(generated=reference[[7, 150]], reference=reference, k=2)
    assert distances[:, 0].tolist() == [0, 0]
    assert indices[:, 0].tolist() == [7, 150]


@pytest.mark.usefixtures("_way")
def test_a_copy_that_differs_by_one_grey_level_is_at_distance_one():
    reference = np.full((60, 3, 32, 32), 255, dtype=np.uint8)
    reference[:, 0, 0, 0] = np.arange(60)
    generated = reference[[40]].copy()
    generated[0, 2, 31, 31] = 254
    distances, indices = nearest_neighbours(generated=generated, reference=reference, k=3)
    assert distances.tolist() == [[1, 2, 2]]
    assert indices.tolist() == [[40, 39, 41]]


@pytest.mark.usefixtures("_way")
def test_equal_distances_are_ordered_by_index():
    reference = np.repeat(_images(1, 1), 50, axis=0)
    _, indices = nearest_neighbours(generated=_images(0, 3), reference=reference, k=4)
    assert indices.tolist() == [[0, 1, 2, 3]] * 3


def test_candidates_that_leave_out_the_nearest_are_not_believed(monkeypatch):
    """A search that proposes the right distances for the wrong images is caught by the bound, not trusted."""
    generated, reference = _images(0, 10), _images(1, 100)

    def _misled(queries, rows, candidates):
        indices = np.tile(np.arange(50, 50 + candidates), (len(queries), 1))
        return np.zeros((len(queries), candidates), np.float32), indices

    monkeypatch.setattr(neighbours, "_proposed", _misled)
    distances, _ = nearest_neighbours(generated=generated, reference=reference, k=3)
    np.testing.assert_array_equal(_by_hand(generated, reference, 3)[0], distances)


def test_the_bound_covers_what_faiss_gets_wrong():
    """On bright pixels float32 is off by tens; the bound must be wider than any error seen."""
    faiss = pytest.importorskip("faiss", reason="FAISS is not installed")
    generated, reference = _images(0, 64, side=32) // 8 + 224, _images(1, 2000, side=32) // 8 + 224
    rows, others = generated.reshape(64, -1), reference.reshape(2000, -1)
    approximate, indices = faiss.knn(rows.astype(np.float32) - 128, others.astype(np.float32) - 128, 16)
    exact = neighbours._exact_distances(rows, others, indices)
    error = np.abs(approximate - exact).max(axis=1)
    width = approximate[:, -1].astype(np.float64)
    just_outside = (width - error).astype(np.int64)
    assert not neighbours._proven(rows, others, farthest=approximate[:, -1], kth=just_outside).any()


def test_repeated_samples_are_each_answered():
    generated = np.concatenate([_images(0, 2), _images(0, 2), _images(0, 1)])
    distances, indices = nearest_neighbours(generated=generated, reference=_images(1, 30), k=2)
    np.testing.assert_array_equal(distances[[0, 1, 0]], distances[[2, 3, 4]])
    np.testing.assert_array_equal(indices[[0, 1, 0]], indices[[2, 3, 4]])


def test_the_order_and_number_of_queries_do_not_matter():
    generated, reference = _images(0, 30), _images(1, 60)
    whole, _ = nearest_neighbours(generated=generated, reference=reference, k=2)
    one, _ = nearest_neighbours(generated=generated[17:18], reference=reference, k=2)
    np.testing.assert_array_equal(whole[17:18], one)


@pytest.mark.parametrize(
    ("generated", "k", "words"),
    [
        (np.zeros((2, 3, 8, 8), np.float32), 1, "dtype float32"),
        (np.zeros((2, 192), np.uint8), 1, "shape"),
        (np.zeros((2, 3, 9, 9), np.uint8), 1, "the reference has"),
        (np.zeros((0, 3, 8, 8), np.uint8), 1, "none of them 0"),
        (np.zeros((2, 3, 8, 8), np.uint8), 31, r"expected 1\.\.30"),
        (np.zeros((2, 3, 8, 8), np.uint8), 0, r"expected 1\.\.30"),
    ],
)
def test_other_arrays_are_refused_by_name(generated, k, words):
    with pytest.raises(MetricError, match=words):
        nearest_neighbours(generated=generated, reference=_images(1, 30), k=k)
