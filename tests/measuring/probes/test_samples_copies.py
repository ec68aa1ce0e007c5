"""Each planted truth about copying moves its own measure, in pixels and in features, and no other."""

from types import SimpleNamespace

import numpy as np
import pytest

from validator.evidence import Submission
from validator.measuring.probes import samples_copies, samples_copies_pictures, samples_feature_copies
from validator.measuring.probes.samples_kept import Kept
from validator.measuring.probes.samples_setting import Real, Setting
from validator.measuring.probes.task import Task
from validator.plan import Plan

TRAIN, TEST, SAMPLES = 400, 100, 120


class _Featured(Setting):
    """A setting whose features are made by a small random network that hardly tells left from right."""

    @property
    def weights(self):
        return SimpleNamespace(sha256="0" * 64, official=True, path=None)

    def features(self, images):
        way = np.random.default_rng(9).normal(size=(192, 48)).astype(np.float32)
        small = images.reshape(len(images), 3, 8, 4, 8, 4).mean(axis=(3, 5), dtype=np.float32) / 64 - 2
        sides = [np.maximum(each.reshape(len(images), -1) @ way, 0) for each in (small, small[..., ::-1])]
        return sides[0] + 0.6 * sides[1]


class _Unfeatured(_Featured):
    """One without the FID weights."""

    def features(self, images):
        from validator.measuring.datasets import DataError

        raise DataError("pt_inception not found; put it in DIR")


def _photographs(seed, count):
    """Images uint8 (count, 3, 32, 32) of slow waves and some grain."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(32)[:, None], np.fft.rfftfreq(32)[None])
    frequency[0, 0] = 1 / 32
    waves = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(count, 3, 32, 32))) / frequency**1.5)
    waves += waves.mean(axis=1, keepdims=True)
    return np.clip(waves * (50 / waves.std()) + 120, 0, 255).astype(np.uint8)


TRAIN_IMAGES, TEST_IMAGES, OWN = _photographs(1, TRAIN), _photographs(2, TEST), _photographs(3, SAMPLES)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Measures samples in pixels and in features; what is kept is kept for all. Pictures are drawn when asked for."""
    home = tmp_path_factory.mktemp("measured")
    task = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(home / "out" / "abcd12"),
        plan=Plan(roles=(), device="cpu"),
    )

    def measure(images, *, real=None, kind=_Featured, parts=(samples_copies, samples_feature_copies), drawn=False):
        classes = np.zeros(TRAIN, np.int64)
        real = real or Real(
            train=TRAIN_IMAGES,
            test=TEST_IMAGES,
            train_classes=classes,
            test_classes=classes[:TEST],
            lookalike=True,
        )
        setting = kind(task=task, images=images, real=real, kept=Kept(folder=home / "kept"))
        with pytest.MonkeyPatch.context() as patch:
            if not drawn:
                for name in ("draw_pairs", "draw_share"):
                    patch.setattr(samples_copies_pictures, name, lambda *_, into, **__: into / "not-drawn.png")
            found = [part.measure(setting) for part in parts]
        readings = {name: reading for part in found for name, reading in part.readings.items()}
        assert set(readings) == {name for part in parts for name in part.UNITS}
        return SimpleNamespace(
            values={name: reading.value for name, reading in readings.items()},
            whys={name: reading.why for name, reading in readings.items()},
            flags={flag.kind: flag.detail for part in found for flag in part.flags},
            pictures=[picture for part in found for picture in part.pictures],
            protocol="; ".join(part.protocol for part in found),
            run=home / "out" / "abcd12" / "run",
        )

    return measure


@pytest.fixture(scope="module")
def honest(measured):
    return measured(OWN, drawn=True)


def _counts(found):
    names = ("exact_copies", "mirrored_copies", "near_copies", "feature_near_copies", "duplicates")
    return [found.values[name] for name in names]


def test_samples_of_their_own_are_no_copies(honest):
    assert honest.values["exact_copies"] == honest.values["mirrored_copies"] == honest.values["duplicates"] == 0
    assert honest.values["near_copies"] <= honest.values["near_copies_high"]
    assert honest.values["feature_near_copies"] <= honest.values["feature_near_copies_high"]
    assert honest.flags == {}


def test_samples_of_their_own_are_as_near_to_train_as_chance_gives(honest):
    for prefix in ("", "feature_"):
        value, expected, error = (
            honest.values[f"{prefix}nearest_to_train_{each}"] for each in ("share", "expected", "se")
        )
        assert expected == pytest.approx(TRAIN / (TRAIN + TEST))
        assert abs(value - expected) < 3 * error


def test_the_median_distance_stands_beside_that_of_held_out_images(honest):
    value, expected = (honest.values[f"median_nearest_distance{end}"] for end in ("", "_expected"))
    assert value == pytest.approx(expected, rel=0.05)


def _with(images, place, image):
    changed = images.copy()
    changed[place] = image
    return changed


def test_one_exact_copy_is_counted_and_named(measured, honest):
    found = measured(_with(OWN, 12, TRAIN_IMAGES[234]))
    assert np.subtract(_counts(found), _counts(honest)).tolist() == [1, 0, 1, 1, 0]
    assert found.flags["exact-copies"] == "sample 12 = train 234; 0 of them mirrored left to right"


def test_one_mirrored_copy_is_counted_and_named(measured, honest):
    found = measured(_with(OWN, 12, TRAIN_IMAGES[234, :, :, ::-1]))
    assert np.subtract(_counts(found), _counts(honest)).tolist() == [1, 1, 1, 1, 0]
    assert found.flags["exact-copies"] == "sample 12 = train 234; 1 of them mirrored left to right"


@pytest.mark.parametrize("mirrored", [False, True], ids=["as it is", "mirrored"])
def test_one_near_copy_is_near_and_not_exact(measured, honest, mirrored):
    """One grey level up or down on 5 % of the pixels."""
    rng = np.random.default_rng(4)
    image = TRAIN_IMAGES[234].astype(np.int64)
    image += rng.choice([-1, 1], image.shape) * (rng.random(image.shape) < 0.05)
    image = np.clip(image, 0, 255).astype(np.uint8)
    found = measured(_with(OWN, 12, image[..., ::-1] if mirrored else image))
    assert np.subtract(_counts(found), _counts(honest)).tolist() == [0, 0, 1, 1, 0]


def test_more_near_copies_than_chance_gives_are_named_with_their_distance(measured):
    images = OWN.copy()
    images[:20] = np.clip(TRAIN_IMAGES[100:120].astype(np.int64) + 1, 0, 255)
    found = measured(images)
    assert found.values["near_copies"] >= 20 > found.values["near_copies_high"]
    assert "sample 0 ~ train 100 (d² " in found.flags["near-copies"]
    assert "where chance gives" in found.flags["feature-near-copies"]


def test_copies_alone_are_nearer_to_train_than_chance_gives(measured):
    found = measured(TRAIN_IMAGES[:SAMPLES], parts=(samples_copies,))
    assert found.values["nearest_to_train_share"] == 1
    assert "z = +" in found.flags["nearer-to-train"]


def test_a_collapse_to_few_images_is_not_called_significant(measured):
    found = measured(OWN[:8].repeat(15, axis=0)[:SAMPLES])
    assert found.values["duplicates"] == SAMPLES - 8
    assert found.values["nearest_to_train_se"] > 0.1
    assert not {"nearer-to-train", "nearer-to-train-in-features"} & set(found.flags)


def test_blur_brings_samples_nearer_without_moving_the_share(measured, honest):
    from scipy.ndimage import gaussian_filter

    blurred = gaussian_filter(OWN.astype(np.float32), (0, 0, 1, 1)).astype(np.uint8)
    found = measured(blurred, parts=(samples_copies,))
    assert found.values["median_nearest_distance"] < honest.values["median_nearest_distance"]
    moved = found.values["nearest_to_train_share"] - honest.values["nearest_to_train_share"]
    assert abs(moved) < 2 * honest.values["nearest_to_train_se"]
    assert found.values["near_copies"] <= found.values["near_copies_high"]


def test_lower_contrast_is_no_copying(measured, honest):
    pale = (OWN // 2 + 60).astype(np.uint8)
    found = measured(pale, parts=(samples_copies,))
    assert found.values["median_nearest_distance"] < honest.values["median_nearest_distance"]
    assert found.flags == {}


def test_without_weights_features_are_missing_and_pixels_are_not(measured):
    found = measured(OWN[:20], kind=_Unfeatured)
    assert found.values["near_copies"] is not None
    assert found.whys["feature_near_copies"] == "pt_inception not found; put it in DIR"


def test_a_handful_of_images_is_measured_too(measured):
    classes = np.zeros(9, np.int64)
    real = Real(
        train=TRAIN_IMAGES[:9],
        test=TEST_IMAGES[:2],
        train_classes=classes,
        test_classes=classes[:2],
        lookalike=True,
    )
    found = measured(OWN[:3], real=real)
    assert found.values["near_copies_expected"] == pytest.approx(3 / 3)
    assert None not in found.values.values()


def test_where_every_test_image_has_a_twin_chance_is_unknown(measured):
    classes = np.zeros(50, np.int64)
    real = Real(
        train=TRAIN_IMAGES[:50],
        test=TRAIN_IMAGES[:5],
        train_classes=classes,
        test_classes=classes[:5],
        lookalike=True,
    )
    found = measured(OWN[:6], real=real)
    assert found.values["held_out_twins"] == 5
    for name in ("near_copies", "near_copies_expected", "feature_near_copies", "median_nearest_distance_expected"):
        assert "every test image has a twin" in found.whys[name]
    assert found.values["exact_copies"] == 0


def test_twins_on_both_sides_count_half_for_each(measured):
    classes = np.zeros(50, np.int64)
    test = TEST_IMAGES[:10].copy()
    test[0] = TRAIN_IMAGES[0]
    real = Real(train=TRAIN_IMAGES[:50], test=test, train_classes=classes, test_classes=classes[:10], lookalike=True)
    found = measured(TRAIN_IMAGES[:2], real=real)
    assert found.values["nearest_to_train_share"] == found.values["feature_nearest_to_train_share"] == 0.75


def test_pictures_are_drawn_in_the_run_folder(honest):
    names = [picture.name for picture in honest.pictures]
    assert names == ["neighbours", "nearest-share", "feature-neighbours", "feature-nearest-share"]
    for picture in honest.pictures:
        assert (honest.run / picture.path).read_bytes().startswith(b"\x89PNG")


def test_look_alike_data_use_no_published_list(honest):
    assert "(by distance)" in honest.protocol
    assert "Barz" not in honest.protocol
