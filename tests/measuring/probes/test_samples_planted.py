"""Planted truths: a defect of the samples moves the measures of its own kind, and real images move none.

Synthetic photographs of 100 classes; in the place of Inception stand random features of thumbnails, which see classes
and shapes but neither blur nor noise.
"""

import numpy as np
import pytest

from validator.evidence import Submission
from validator.measuring.metrics import MetricError
from validator.measuring.probes import (
    samples_bins,
    samples_classes,
    samples_coverage,
    samples_diversity,
    samples_sharpness,
)
from validator.measuring.probes.samples_kept import Kept
from validator.measuring.probes.samples_setting import Real, Setting
from validator.measuring.probes.task import Task
from validator.plan import Plan

pytest.importorskip("torch", reason="torch is not installed")

CLASSES, TRAIN, COUNT = 100, 2500, 800
PARTS = (samples_diversity, samples_coverage, samples_classes, samples_bins, samples_sharpness)


def photographs(seed, count, classes=CLASSES):
    """Images (n, 3, 32, 32) with the spectrum of photographs, each with the pattern of its class; and the classes."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    frequency = np.fft.fftfreq(32)
    radius = np.hypot(frequency[:, None], np.fft.rfftfreq(32)[None])
    radius[0, 0] = 1 / 32
    white = rng.normal(size=(count, 1, 32, 32)) + 0.3 * rng.normal(size=(count, 3, 32, 32))
    own = np.fft.irfft2(np.fft.rfft2(white) / radius**1.5, s=(32, 32))
    own /= own.std(axis=(1, 2, 3), keepdims=True)
    pattern = np.random.default_rng(99).normal(size=(CLASSES, 3, 4, 4)).repeat(8, axis=2).repeat(8, axis=3)
    contrast = rng.uniform(25, 50, (count, 1, 1, 1))
    return np.clip(120 + contrast * (0.9 * own + 0.4 * pattern[labels]), 0, 255).astype(np.uint8), labels


def features(images):
    """Features float32 (n, 320) that are zero more often than not, as those of Inception are: random, of thumbnails."""
    small = images.reshape(len(images), 3, 8, 4, 8, 4).mean(axis=(3, 5)).reshape(len(images), -1)
    mix = np.random.default_rng(5).normal(size=(192, 320)) / 192**0.5
    return np.maximum((small - 120) / 30 @ mix - 0.3, 0).astype(np.float32)


def blurred(images):
    """A binomial blur of radius 1, twice."""
    levels = images.astype(np.float64)
    for axis in (2, 3, 2, 3):
        levels = (np.roll(levels, 1, axis) + 2 * levels + np.roll(levels, -1, axis)) / 4
    return np.rint(levels).astype(np.uint8)


class _Weights:
    sha256 = "0" * 64


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Real images, samples that are as real, and a folder for what is kept."""
    (train, train_classes), (test, test_classes) = photographs(1, TRAIN), photographs(2, COUNT)
    real = Real(train=train, test=test, train_classes=train_classes, test_classes=test_classes, lookalike=True)
    return real, photographs(3, COUNT)[0], tmp_path_factory.mktemp("kept")


@pytest.fixture
def stand_ins(monkeypatch):
    monkeypatch.setattr(Setting, "features", lambda _, images: features(images))
    monkeypatch.setattr(Setting, "weights", _Weights())
    monkeypatch.setattr(Setting, "device", "cpu")
    monkeypatch.setattr(samples_diversity, "PAIR_BATCHES", 400)
    monkeypatch.setattr(samples_diversity, "VENDI_BATCHES", 400)


@pytest.fixture
def undrawn(monkeypatch):
    for part, name in (
        (samples_classes, "draw_classes"),
        (samples_bins, "draw_bins"),
        (samples_sharpness, "draw_sharpness"),
    ):
        monkeypatch.setattr(part, name, lambda *_, into, **__: into / "x.png")


def setting_for(images, real, kept, home):
    task = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(home),
        plan=Plan(roles=(), samples=10_000),
    )
    return Setting(task=task, images=images, real=real, kept=Kept(folder=kept))


@pytest.fixture
def measured(world, stand_ins, undrawn, tmp_path):
    """Values by name of what all parts find."""
    real, _, kept = world

    def values(images):
        setting = setting_for(images, real, kept, tmp_path)
        found = {name: reading for part in PARTS for name, reading in part.measure(setting).readings.items()}
        return {name: reading.value for name, reading in found.items()}

    return values


def moved(values):
    """The measures that differ from what real images give, by their own nulls."""

    def beyond(name, expected, spread, times=4.0):
        return abs(values[name] - expected) > times * spread

    coverage = (values["coverage_se"] ** 2 + values["coverage_expected_sd"] ** 2) ** 0.5
    bins = values["bins_differing_se"]
    checks = {
        "pairs": values["batch_near_duplicates"] > 1,
        "vendi": not 0.5 <= values["batch_vendi_percentile"] <= 99.5,
        "coverage": beyond("coverage", values["coverage_expected"], coverage),
        "rare": values["classes_rare"] > values["classes_rare_high"] + 2,
        "effective": beyond("classes_effective", values["classes_effective_expected"], values["classes_effective_se"]),
        "bins": beyond("bins_differing", values["bins_differing_expected"], bins),
        "laplacian": beyond("blur_auc", 0.5, values["blur_auc_se"]),
        "octave": beyond("blur_auc_octave", 0.5, values["blur_auc_octave_se"]),
        "noise": values["noise_share"] > values["noise_share_expected"] + 4 * values["noise_share_se"],
    }
    return {name for name, found in checks.items() if found}


def test_real_held_out_images_move_nothing(world, measured):
    values = measured(world[1])
    assert moved(values) == set()
    assert values["coverage"] == pytest.approx(values["coverage_theory"], abs=0.03)
    assert values["class_probe_accuracy"] > 0.5
    assert values["bins"] == 80
    assert (values["batch_images"], values["batch_vendi_low"] < values["batch_vendi_high"]) == (64, True)


def test_a_collapse_to_64_images_moves_diversity_and_neither_blur_nor_noise(world, measured):
    chosen = np.random.default_rng(0).integers(0, 64, COUNT)
    values = measured(world[1][chosen])
    assert moved(values) == {"pairs", "vendi", "coverage", "rare", "effective", "bins"}
    assert values["batch_vendi_percentile"] == 0
    assert values["coverage"] < 0.6 * values["coverage_expected"]


def test_twenty_of_a_hundred_classes_are_missed_classes_and_no_blur_or_repeats(world, measured):
    values = measured(photographs(4, COUNT, classes=20)[0])
    assert {"rare", "effective"} <= moved(values) <= {"rare", "effective", "coverage", "bins", "vendi"}
    assert values["classes_rare"] > 20
    assert values["classes_effective"] < 0.6 * values["classes_effective_expected"]


def test_blur_moves_only_the_two_measures_of_blur(world, measured):
    values = measured(blurred(world[1]))
    assert moved(values) == {"laplacian", "octave"}
    assert min(values["blur_auc"], values["blur_auc_octave"]) > 0.9
    assert values["noise_share"] == 0


def test_noise_moves_only_the_measures_of_detail_and_the_other_way(world, measured):
    noisy = world[1] + np.random.default_rng(0).normal(0, 20, world[1].shape)
    values = measured(np.clip(noisy, 0, 255).astype(np.uint8))
    assert moved(values) == {"laplacian", "octave", "noise"}
    assert max(values["blur_auc"], values["blur_auc_octave"]) < 0.2
    assert values["noise_share"] > 0.3


def test_repeats_within_the_64_move_only_the_count_of_pairs(world, measured):
    images = world[1].copy()
    images[10], images[20] = images[1], images[2, :, :, ::-1]
    images[30] = np.clip(images[3] + np.random.default_rng(0).normal(0, 12, (3, 32, 32)), 0, 255)
    before, after = measured(world[1]), measured(images)
    assert after["batch_near_duplicates"] - before["batch_near_duplicates"] == 3
    assert moved(after) == {"pairs"}


def test_the_pairs_are_named_most_alike_first(world, stand_ins, tmp_path):
    images = world[1].copy()
    images[41] = images[7]
    flags = samples_diversity.measure(setting_for(images, world[0], world[2], tmp_path)).flags
    (flag,) = [flag for flag in flags if flag.kind == "near-duplicates-in-batch"]
    assert flag.detail.startswith("pairs of 2,016: samples 7 and 41")


def test_rare_classes_are_named(world, stand_ins, undrawn, tmp_path):
    one = photographs(4, 400, classes=1)[0]
    part = samples_classes.measure(setting_for(one, world[0], world[2], tmp_path))
    (flag,) = part.flags
    assert flag.kind == "rare-classes"
    assert "(0 samples, " in flag.detail
    assert not samples_classes.measure(setting_for(world[1], world[0], world[2], tmp_path)).flags


def test_pictures_are_drawn_into_the_run_folder(world, stand_ins, tmp_path):
    setting = setting_for(world[1], world[0], world[2], tmp_path)
    pictures = [each for part in PARTS for each in part.measure(setting).pictures]
    assert [picture.name for picture in pictures] == ["classes", "bins", "sharpness"]
    for picture in pictures:
        assert (tmp_path / "run" / picture.path).read_bytes().startswith(b"\x89PNG")
        assert picture.caption


def test_what_depends_on_real_images_alone_is_kept(world, measured, monkeypatch):
    measured(world[1])
    monkeypatch.setattr(Setting, "train_features", property(lambda _: pytest.fail("the training images were asked")))
    measured(world[1])


def test_without_features_pixels_are_still_measured(world, stand_ins, undrawn, tmp_path, monkeypatch):
    def none(_, images):
        raise MetricError("no weights here")

    monkeypatch.setattr(Setting, "features", none)
    setting = setting_for(world[1], world[0], world[2], tmp_path)
    readings = samples_diversity.measure(setting).readings
    assert readings["batch_near_duplicates"].value is not None
    assert readings["batch_vendi"].why == "no weights here"
    assert samples_bins.measure(setting).readings["bins_differing"].value is not None
    assert samples_sharpness.measure(setting).readings["blur_auc"].value is not None


@pytest.mark.parametrize("sizes", [(64, 300, 256), (64, 90, 70), (10, 40, 12), (1, 3, 2), (30, 3, 2)])
def test_small_sets_are_measured_honestly_or_missing_with_a_reason(world, stand_ins, undrawn, tmp_path, sizes):
    (samples, train, test), (real, images, _) = sizes, world
    small = Real(
        train=real.train[:train],
        test=real.test[:test],
        train_classes=real.train_classes[:train],
        test_classes=real.test_classes[:test],
        lookalike=True,
    )
    setting = setting_for(images[:samples], small, tmp_path / "kept", tmp_path)
    for part in PARTS:
        try:
            readings = part.measure(setting).readings
        except MetricError as error:
            assert str(error)
            continue
        assert set(readings) == set(part.UNITS)
        assert all(reading.unit == part.UNITS[name] for name, reading in readings.items())


def test_classes_that_features_do_not_show_are_not_counted(world, stand_ins, undrawn, tmp_path):
    real = world[0]
    shuffled = np.random.default_rng(0).permutation(real.train_classes)
    blind = Real(
        train=real.train, test=real.test, train_classes=shuffled, test_classes=real.test_classes, lookalike=True
    )
    with pytest.raises(MetricError, match="cannot be told apart"):
        samples_classes.measure(setting_for(world[1], blind, world[2], tmp_path))


def test_more_samples_than_real_images_have_no_draw_to_compare_with(world, stand_ins, undrawn, tmp_path):
    real = world[0]
    few = Real(
        train=real.train[:500],
        test=real.test[:300],
        train_classes=real.train_classes[:500],
        test_classes=real.test_classes[:300],
        lookalike=True,
    )
    setting = setting_for(world[1], few, tmp_path / "kept", tmp_path)
    coverage = samples_coverage.measure(setting).readings
    assert "only 500 training images" in coverage["coverage_expected"].why
    assert coverage["coverage"].value == pytest.approx(coverage["coverage_theory"].value, abs=0.05)
    bins = samples_bins.measure(setting).readings
    assert "only 300 test images" in bins["bins_differing_expected"].why
