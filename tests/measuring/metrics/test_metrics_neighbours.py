"""Nearest neighbours are exact, whatever float32 says; ties go to the lower index."""

import sys

import numpy as np
import pytest

from validator.measuring.metrics import MetricError, exhaustive, faiss_search, nearest_neighbours, neighbours
from validator.measuring.metrics import screen as screen_module
from validator.measuring.metrics.integer_distances import squared_lengths
from validator.measuring.metrics.screen import screen_for


def _images(seed, count, *, side=8):
    return np.random.default_rng(seed).integers(0, 256, (count, 3, side, side), dtype=np.uint8)


def _by_hand(generated, reference, k):
    differences = generated[:, None].astype(np.int64) - reference[None].astype(np.int64)
    squared = np.square(differences).sum(axis=(2, 3, 4))
    order = np.argsort(squared, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(squared, order, axis=1), order


@pytest.fixture(params=["with FAISS", "without FAISS"])
def _way(request, monkeypatch):
    monkeypatch.setattr(neighbours, "WORTH_SCREENING", 0)
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


def _smooth(seed, count, *, side=8):
    """Images of few slow waves: what the screen is made for."""
    rng = np.random.default_rng(seed)
    coarse = rng.normal(size=(count, 3, 4, 4)).cumsum(axis=2).cumsum(axis=3)
    fine = coarse.repeat(side // 4, axis=2).repeat(side // 4, axis=3) * 25 + rng.normal(size=(count, 3, side, side)) * 2
    return np.clip(fine + 128, 0, 255).astype(np.uint8)


def _proposing(answer):
    """FAISS in name, answering as told; counts how often it was asked."""
    asked = []

    def proposals(queries, reference, count, *, device):
        asked.append(len(queries))
        return answer(queries.astype(np.float64), reference.astype(np.float64), count)

    return proposals, asked


def _all_nearest(queries, reference, count):
    squared = np.square(queries[:, None] - reference[None]).sum(axis=2)
    index = np.argsort(squared, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(squared, index, axis=1).astype(np.float32), index


def _far_in_truth(queries, reference, count):
    """Good distances beside the wrong images."""
    squared, index = _all_nearest(queries, reference, count)
    return squared, (index + 150) % len(reference)


def _claims_to_be_far(queries, reference, count):
    """The wrong images, said to be so far that nothing else could matter."""
    return np.full((len(queries), count), 1e12, np.float32), np.tile(np.arange(count), (len(queries), 1))


@pytest.fixture
def searched(monkeypatch):
    """40 queries among 400 smooth images, with FAISS replaced; returns how often it was asked and the exact answer."""
    generated, reference = _smooth(0, 40), _smooth(1, 400)
    generated[7] = reference[311]

    def search(answer):
        proposals, asked = _proposing(answer)
        monkeypatch.setattr(neighbours, "WORTH_SCREENING", 0)
        monkeypatch.setattr(faiss_search, "proposals", proposals)
        found = nearest_neighbours(generated=generated, reference=reference, k=5)
        return found, _by_hand(generated, reference, 5), asked

    return search


@pytest.mark.parametrize(
    "answer",
    [_all_nearest, _far_in_truth, _claims_to_be_far, lambda *_: None],
    ids=["right", "wrong images", "wrong images, said to be far", "none"],
)
def test_whatever_is_proposed_the_answer_is_exact(searched, answer):
    found, expected, asked = searched(answer)
    np.testing.assert_array_equal(expected[0], found[0])
    np.testing.assert_array_equal(expected[1], found[1])
    assert asked


def test_a_row_whose_bound_leaves_it_open_is_not_called_answered(monkeypatch):
    """With one candidate more than are looked at first, what lies outside is often nearer than the bound says."""
    monkeypatch.setattr(neighbours, "CANDIDATES", 17)
    monkeypatch.setattr(faiss_search, "proposals", _proposing(_all_nearest)[0])
    monkeypatch.setattr(screen_module, "LEAST_ENERGY", 0)
    generated, reference = _images(0, 60), _images(1, 400)
    generated[:5] = reference[:5]
    found = neighbours.SearchedImages(reference=reference)._proposed(generated.reshape(60, -1), 12)
    expected = exhaustive.exhaustive_keys(generated.reshape(60, -1), reference.reshape(400, -1), 12)
    right = (found.keys == expected).all(axis=1)
    assert right[found.answered].all()
    assert not right.all()
    assert not found.answered.all()


def test_good_proposals_answer_nearly_all(searched, monkeypatch):
    """The exhaustive search then checks a few rows, and answers what the bound leaves open."""
    rows = []
    real = exhaustive.exhaustive_keys

    def counting(queries, *rest, **options):
        rows.append(len(queries))
        return real(queries, *rest, **options)

    monkeypatch.setattr(neighbours, "exhaustive_keys", counting)
    searched(_all_nearest)
    assert sum(rows) < 40


@pytest.mark.parametrize("make", [_smooth, _images], ids=["smooth", "noise"])
def test_the_screen_is_a_lower_bound(make, monkeypatch):
    monkeypatch.setattr(screen_module, "LEAST_ENERGY", 0)
    reference, queries = make(1, 400), make(0, 50)
    # A flat image and a grainy one differ most in what the functions leave out.
    queries[:5] = 128
    rows, own = reference.reshape(400, -1), queries.reshape(50, -1)
    screen = screen_for(rows, shape=reference.shape[1:])
    bounds = np.square(
        screen.vectors(own, squared_lengths(own))[:, None].astype(np.float64)
        - screen.vectors(rows, squared_lengths(rows))[None]
    ).sum(axis=2)
    squared = np.square(own[:, None].astype(np.int64) - rows[None]).sum(axis=2)
    assert (bounds <= squared * (1 + 1e-6)).all()
    assert bounds.mean() > 0.5 * squared.mean()


@pytest.mark.usefixtures("_way")
def test_black_against_white_is_exact():
    black, white = (np.full((1, 3, 32, 32), value, dtype=np.uint8) for value in (0, 255))
    reference = np.concatenate([white, black, _images(1, 300, side=32)])
    distances, indices = nearest_neighbours(generated=np.concatenate([black, white]), reference=reference, k=302)
    assert distances[:, -1].tolist() == [3072 * 255**2] * 2
    assert indices[:, -1].tolist() == [0, 1]
    assert distances[:, 0].tolist() == [0, 0]


@pytest.mark.usefixtures("_way")
def test_one_reference_is_every_images_neighbour():
    generated, reference = _images(0, 5), _images(1, 1)
    distances, indices = nearest_neighbours(generated=generated, reference=reference, k=1)
    np.testing.assert_array_equal(_by_hand(generated, reference, 1)[0], distances)
    assert indices.tolist() == [[0]] * 5


@pytest.mark.usefixtures("_way")
def test_all_of_the_reference_may_be_asked_for():
    generated, reference = _images(0, 4), _images(1, 30)
    distances, indices = nearest_neighbours(generated=generated, reference=reference, k=30)
    np.testing.assert_array_equal(_by_hand(generated, reference, 30)[0], distances)
    np.testing.assert_array_equal(_by_hand(generated, reference, 30)[1], indices)


@pytest.mark.usefixtures("_way")
def test_more_references_than_one_block_are_searched(monkeypatch):
    for name in ("ROWS_AT_ONCE", "FIRST_REFERENCES", "REFERENCES_AT_ONCE"):
        monkeypatch.setattr(exhaustive, name, 7)
    generated, reference = _images(0, 20), _images(1, 100)
    reference[[60, 99]] = reference[3]
    generated[5] = reference[3]
    found, expected = (
        nearest_neighbours(generated=generated, reference=reference, k=4),
        _by_hand(generated, reference, 4),
    )
    np.testing.assert_array_equal(expected[0], found[0])
    np.testing.assert_array_equal(expected[1], found[1])
    assert found[1][5, :3].tolist() == [3, 60, 99]


@pytest.mark.parametrize("side", [8, 40], ids=["exact products", "rounded products"])
def test_glaring_images_are_ordered_exactly(side):
    """Lengths beyond 2^12: float32 rounds the products, whole numbers still decide."""
    rng = np.random.default_rng(5)
    reference = np.where(rng.random((200, 3, side, side)) < 0.5, 0, 255).astype(np.uint8)
    generated = reference[:20].copy()
    generated[:, 0, 0, :4] ^= 1
    found, expected = (
        nearest_neighbours(generated=generated, reference=reference, k=6),
        _by_hand(generated, reference, 6),
    )
    np.testing.assert_array_equal(expected[0], found[0])
    np.testing.assert_array_equal(expected[1], found[1])


def test_noise_has_no_screen():
    rows = _images(1, 400).reshape(400, -1)
    assert screen_for(rows, shape=(3, 8, 8)) is None
