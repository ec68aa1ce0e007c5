"""Samples drawn again beside those handed out, and what is wrong with the values of samples."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from validator.measuring.datasets import DataError
from validator.measuring.metrics.relabelling import apart
from validator.measuring.probes import samples_again, samples_range

COUNT = 120


def pictures(seed, *, brightness=0):
    """Images whose neighbouring pixels are alike."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 200, (COUNT, 3, 8, 8)) + brightness
    return (coarse.repeat(4, axis=2).repeat(4, axis=3) + rng.integers(-9, 10, (COUNT, 3, 32, 32))).astype(np.uint8)


class Setting:
    """Samples and real images without FID weights, which are asked for and not there."""

    def __init__(self, folder, images):
        self.images, self.seed = images, 5
        self.real = SimpleNamespace(test=pictures(3, brightness=40))
        self.task = SimpleNamespace(plan=SimpleNamespace(generator_role="generator"), handed=lambda role: folder)

    @property
    def sample_features(self):
        raise DataError("no weights")


@pytest.fixture
def measured(tmp_path):
    def measure(images, again, **said):
        if again is not None:
            np.save(tmp_path / "resamples.npy", again)
        (tmp_path / "resamples.json").write_text(json.dumps({"sampler": "generate_samples", **said}))
        return samples_again.measure(Setting(tmp_path, images))

    return measure


def kinds(part):
    return [flag.kind for flag in part.flags]


def test_samples_of_the_same_sampler_are_not_told_apart(measured):
    part = measured(pictures(1), pictures(2), without_data="same", why="")
    assert kinds(part) == ["sampled-without-data"]
    value, expected, spread = (part.readings[f"resampled_distance{name}"].value for name in ("", "_expected", "_se"))
    assert abs(value - expected) < 5 * spread
    assert part.readings["resampled_count"].value == COUNT


def test_pictures_that_the_live_sampler_does_not_make_are_told(measured):
    """Painted, downloaded or from another model: here a little brighter than what the sampler gives."""
    part = measured(pictures(1), pictures(2, brightness=35), without_data="same", why="")
    assert kinds(part) == ["sampled-without-data", "resampled-differs"]


def test_a_sampler_that_goes_class_by_class_is_not_told_apart_from_itself(measured):
    """The same 100 kinds of images, bright to dark, in as many samples each: the first 500 hold other kinds."""
    kinds_of_image = np.random.default_rng(6).integers(-15, 16, (100, 3, 8, 8))
    kinds_of_image += np.linspace(160, 30, 100, dtype=int)[:, None, None, None]

    def drawn(seed, of_each):
        coarse = kinds_of_image.repeat(of_each, axis=0).repeat(4, axis=2).repeat(4, axis=3)
        return (coarse + np.random.default_rng(seed).integers(-9, 10, coarse.shape)).astype(np.uint8)

    part = measured(drawn(1, 50), drawn(2, 10), without_data="same", why="")
    assert kinds(part) == ["sampled-without-data"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"without_data": "differs"}, "depends-on-data"),
        ({"without_data": "failed"}, "sampling-failed-without-data"),
        ({"without_data": None, "why": "no seed repeats"}, "data-dependence-unknown"),
        ({"without_data": ["same"]}, "data-dependence-unknown"),
        ({"without_data": "same", "fixed": True}, "sampler-repeats"),
    ],
)
def test_what_the_run_says_of_its_sampler_becomes_a_flag(measured, said, kind):
    assert kind in kinds(measured(pictures(1), pictures(2), **said))


def test_without_samples_drawn_again_the_readings_say_why(measured):
    part = measured(pictures(1), None, why="nothing was seen making images")
    assert all("nothing was seen making images" in reading.why for reading in part.readings.values())


@pytest.mark.parametrize(
    "array", [np.zeros((9, 3, 64, 64), np.uint8), np.zeros((9, 3, 32, 32)), np.zeros((0, 3, 32, 32), np.uint8)]
)
def test_what_is_no_array_of_samples_is_a_reason_and_no_number(measured, array):
    part = measured(pictures(1), array)
    assert all(reading.value is None and reading.why for reading in part.readings.values())


def test_too_few_to_compare_is_said(measured):
    part = measured(pictures(1)[:4], pictures(2)[:4])
    assert part.readings["resampled_count"].value == 4
    assert "too few" in part.readings["resampled_distance"].why


def test_a_file_that_lies_about_itself_is_no_word_of_the_run(tmp_path):
    (tmp_path / "resamples.json").write_text("[" * 100_000)
    assert samples_again.told(tmp_path / "resamples.json") == {}
    assert list(samples_again.flags_of({})) == []


def test_equal_sets_are_nearer_than_chance_and_order_changes_nothing():
    rows = np.random.default_rng(0).normal(size=(60, 16))
    other = np.random.default_rng(1).normal(size=(60, 16))
    assert apart(first=rows, second=rows, seed=1).distance < 0
    there, back = apart(first=rows, second=other, seed=1), apart(first=other[::-1], second=rows, seed=1)
    assert there.distance == pytest.approx(back.distance, rel=1e-9)


def test_the_distance_is_the_mean_over_pairs():
    """MMD^2 written out for two sets, pair by pair."""
    first, second = np.random.default_rng(2).normal(size=(9, 4)), np.random.default_rng(3).normal(1, 1, size=(11, 4))

    def kernel(x, y):
        return (x @ y / 4 + 1) ** 3

    def mean(left, right, same):
        pairs = [kernel(x, y) for i, x in enumerate(left) for j, y in enumerate(right) if not (same and i == j)]
        return sum(pairs) / len(pairs)

    expected = mean(first, first, True) + mean(second, second, True) - 2 * mean(first, second, False)
    assert apart(first=first, second=second, seed=1).distance == pytest.approx(expected, rel=1e-9)


def ranged(images):
    return samples_range.measure(SimpleNamespace(images=images, real=SimpleNamespace(test=pictures(9))))


def test_pictures_have_no_flag():
    part = ranged(pictures(1))
    assert part.flags == ()
    assert part.readings["extreme_values_share"].value < 0.05


def test_images_divided_by_255_twice_are_nearly_black():
    part = ranged((pictures(1) / 255).round().astype(np.uint8))
    assert "mis-scaled-range" in kinds(part)


def test_values_of_minus_one_to_one_written_as_nought_to_one_lose_their_dark_half():
    values = pictures(1) / 127.5 - 1
    part = ranged((values.clip(0, 1) * 255).astype(np.uint8))
    (flag,) = [flag for flag in part.flags if flag.kind == "clipped-range"]
    assert "below 0" in flag.detail


def test_samples_that_are_there_twice_are_counted():
    images = pictures(1)
    images[50:53] = images[0]
    (flag,) = ranged(images).flags
    assert (flag.kind, flag.detail) == (
        "duplicates-inside",
        "3 of 120 samples equal an earlier one in every pixel",
    )
