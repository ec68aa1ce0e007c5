"""Interpolations of a run: where they are found, what they are told apart from, and what is hostile about them."""

import json

import numpy as np
import pytest

from validator.evidence import Submission
from validator.measuring.datasets import DataError
from validator.measuring.metrics import MetricError
from validator.measuring.metrics.distances import nearest_distances
from validator.measuring.metrics.interpolation import blended
from validator.measuring.probes import samples_interpolation
from validator.measuring.probes.samples_kept import Kept
from validator.measuring.probes.samples_setting import Real, Setting
from validator.measuring.probes.samples_strips import NONE, strips_of
from validator.measuring.probes.task import Task
from validator.plan import Plan

pytest.importorskip("torch", reason="torch is not installed")

PAIRS, STEPS = 8, 9


def _arcs(seed, pairs=PAIRS, steps=STEPS):
    """Strips of smooth fields that keep their contrast on the way, as samples of a model do."""
    rng = np.random.default_rng(seed)
    coarse = rng.normal(size=(2, pairs, 1, 3, 8, 8)).repeat(4, axis=4).repeat(4, axis=5)
    ends = coarse + 0.3 * rng.normal(size=(2, pairs, 1, 3, 32, 32))
    angle = np.linspace(0, np.pi / 2, steps)[None, :, None, None, None]
    return np.clip(128 + 35 * (np.cos(angle) * ends[0] + np.sin(angle) * ends[1]), 0, 255).astype(np.uint8)


def _images(seed, count):
    return _arcs(seed, count, 2)[:, 0]


def _features(images):
    """Contrast and thumbnails: a blend has less contrast than any real image, so that it lies far from all."""
    small = images.reshape(len(images), 3, 8, 4, 8, 4).mean(axis=(3, 5)).reshape(len(images), -1)
    return np.stack([small.std(axis=1) / 10, images.std(axis=(1, 2, 3)) / 10, 1 + small.mean(axis=1) / 500], axis=1)


@pytest.fixture
def setting(tmp_path, monkeypatch):
    monkeypatch.setattr(Setting, "features", lambda _, images: _features(images).astype(np.float32))
    monkeypatch.setattr(Setting, "device", "cpu")
    monkeypatch.setattr(Setting, "test_features", _features(_images(2, 200)).astype(np.float32))
    task = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(tmp_path / "abcd12"),
        plan=Plan(roles=(), samples=10_000),
    )
    task.handed("generator").mkdir(parents=True)
    classes = np.zeros(200, np.int64)
    real = Real(
        train=_images(1, 200), test=_images(2, 200), train_classes=classes, test_classes=classes, lookalike=True
    )
    return Setting(task=task, images=_images(3, 200), real=real, kept=Kept(folder=tmp_path / "kept"))


@pytest.fixture
def undrawn(monkeypatch):
    monkeypatch.setattr(samples_interpolation, "draw_strips", lambda *_, into, **__: into / "x.png")


def _draw(setting, strips, source="function generate_interpolations", **said):
    folder = setting.task.handed("generator")
    np.save(folder / "interpolations.npy", strips)
    (folder / "interpolations.json").write_text(json.dumps({"source": source, **said}))


def _show(setting, *batches, columns=STEPS):
    folder = setting.task.handed("generator")
    entries = []
    for number, images in enumerate(batches):
        np.save(folder / f"pictures-{number}.npy", images)
        place = {"file": f"pictures-{number}.npy", "call": "save_image", "cell": number, "columns": columns}
        entries.append({**place, "images": len(images)})
    (folder / "pictures.json").write_text(json.dumps(entries))


def _values(part):
    return {name: reading.value for name, reading in part.readings.items()}


def _kinds(part):
    return {flag.kind for flag in part.flags}


def _flat(strips):
    return strips.reshape(-1, 3, 32, 32)


def test_pure_blends_have_no_residual_and_half_the_sharpness_and_no_realism(setting, undrawn):
    _draw(setting, blended(_arcs(4)))
    values = _values(samples_interpolation.measure(setting))
    assert (values["interpolation_pairs"], values["interpolation_steps"]) == (PAIRS, STEPS)
    assert values["interpolation_residual"] < 0.01
    assert values["interpolation_residual_low"] <= values["interpolation_residual_high"] < 0.01
    assert values["interpolation_sharpness"] == pytest.approx(0.5, abs=0.08)
    assert values["interpolation_sharpness"] == pytest.approx(values["interpolation_sharpness_blend"], abs=0.02)
    assert values["interpolation_midpoint_percentile"] > 90
    assert (values["interpolation_midpoints_nearer"], values["interpolation_sign_p"]) == (0, 1)


def test_images_of_their_own_on_the_way_are_told_from_blends(setting, undrawn):
    _draw(setting, _arcs(4))
    part = samples_interpolation.measure(setting)
    values = _values(part)
    assert values["interpolation_residual"] > 0.12
    assert values["interpolation_sharpness"] == pytest.approx(1, abs=0.15)
    assert values["interpolation_sharpness_blend"] == pytest.approx(0.5, abs=0.08)
    assert 5 < values["interpolation_midpoint_percentile"] < 95
    assert values["interpolation_blend_percentile"] > 90
    assert values["interpolation_midpoints_nearer"] == PAIRS
    assert values["interpolation_sign_p"] == pytest.approx(2 / 256)
    assert values["interpolation_residual_unrelated"] == pytest.approx(np.sqrt(3) / 2, abs=0.06)
    assert _kinds(part) == {"interpolations"}


def test_the_picture_shows_the_strips_and_says_how_sure_eight_pairs_can_be(setting, tmp_path):
    _draw(setting, _arcs(4))
    (picture,) = samples_interpolation.measure(setting).pictures
    assert (tmp_path / "abcd12" / "run" / picture.path).read_bytes().startswith(b"\x89PNG")
    assert "With 8 pairs no two-sided sign test gives less than p = 0.0078" in picture.caption
    assert "function generate_interpolations" in picture.caption


def test_strips_among_the_pictures_of_the_run_are_found_and_samples_are_not(setting, undrawn):
    _show(setting, _images(5, 63), _flat(_arcs(6, 3)), _flat(_arcs(4)), _images(7, 63))
    strips = strips_of(setting.task)
    assert np.array_equal(strips.images, _arcs(4))
    assert strips.source == "shown by the run with save_image in cell 2"


def test_a_function_comes_before_what_was_shown_and_that_before_latents(setting, undrawn):
    _show(setting, _flat(_arcs(4)))
    _draw(setting, _arcs(8))
    assert np.array_equal(strips_of(setting.task).images, _arcs(8))
    _draw(setting, _arcs(8), source="latents of sample, great-circle ways between normal noise")
    assert np.array_equal(strips_of(setting.task).images, _arcs(4))
    (setting.task.handed("generator") / "pictures.json").unlink()
    assert "latents of sample" in strips_of(setting.task).source


def test_without_strips_the_reason_is_told(setting, undrawn):
    with pytest.raises(DataError, match=NONE):
        samples_interpolation.measure(setting)
    _show(setting, _images(5, 63))
    (setting.task.handed("generator") / "interpolations.json").write_text(json.dumps({"why": "no sampler takes noise"}))
    with pytest.raises(DataError, match=r"no sampler to draw one \(no sampler takes noise\)"):
        samples_interpolation.measure(setting)


def test_endpoints_that_are_training_images_are_named(setting, undrawn):
    strips = _arcs(4)
    strips[2, 0] = setting.real.train[17]
    strips[5, -1] = np.minimum(setting.real.train[40, :, :, ::-1], 254) + 1
    _draw(setting, blended(strips))
    part = samples_interpolation.measure(setting)
    (flag,) = [flag for flag in part.flags if flag.kind == "interpolation-of-training-images"]
    assert flag.detail == "first image of strip 3 = train 17; last image of strip 6 = train 40, mirrored"


def test_endpoints_unlike_the_samples_are_said(setting, undrawn):
    strips = _arcs(4)
    strips[:, [0, -1]] = np.random.default_rng(0).integers(0, 256, (PAIRS, 2, 3, 32, 32))
    _draw(setting, strips)
    assert "interpolation-endpoints-unlike-samples" in _kinds(samples_interpolation.measure(setting))


def test_one_end_that_all_strips_share_counts_once(setting, undrawn):
    """From the sample that is farthest from real images to eight that are as near as most: all of them are samples."""
    nearest = nearest_distances(_features(setting.images), setting.test_features)
    order = np.argsort(nearest)
    strips = _arcs(4)
    strips[:, 0], strips[:, -1] = setting.images[order[-1]], setting.images[order[100 : 100 + PAIRS]]
    _draw(setting, strips)
    assert "interpolation-endpoints-unlike-samples" not in _kinds(samples_interpolation.measure(setting))


def test_constant_strips_and_jumps_count_for_nothing_and_are_said(setting, undrawn):
    strips = _arcs(4)
    strips[0] = strips[0, :1]
    strips[3, 1:5], strips[3, 5:] = strips[3, 0], strips[3, -1]
    _draw(setting, strips)
    part = samples_interpolation.measure(setting)
    assert _values(part)["interpolation_pairs"] == PAIRS - 2
    details = {flag.kind: flag.detail for flag in part.flags}
    assert details["interpolation-constant"].startswith("strip 1:")
    assert details["interpolation-jumps"].startswith("strip 4:")


def test_strips_of_nothing_but_one_image_have_no_numbers_but_the_reason(setting, undrawn):
    _draw(setting, _arcs(4)[:, :1].repeat(STEPS, axis=1))
    part = samples_interpolation.measure(setting)
    assert set(_values(part).values()) == {None}
    assert "interpolation-constant" in _kinds(part)


def test_flat_endpoints_have_no_sharpness(setting, undrawn):
    strips = np.zeros((2, 3, 3, 32, 32), np.uint8)
    strips[:, 1], strips[:, 2] = _images(4, 2), 200
    _draw(setting, strips)
    readings = samples_interpolation.measure(setting).readings
    assert readings["interpolation_sharpness"].why == "the endpoints hold no detail at all"
    assert readings["interpolation_residual_low"].why == "2 pairs have no 95 % interval, 6 have"


def test_without_features_the_rest_is_measured(setting, undrawn, monkeypatch):
    def none(_, images):
        raise MetricError("no weights here")

    monkeypatch.setattr(Setting, "features", none)
    _draw(setting, _arcs(4))
    readings = samples_interpolation.measure(setting).readings
    assert set(readings) == set(samples_interpolation.UNITS)
    assert readings["interpolation_residual"].value > 0.12
    assert readings["interpolation_midpoint_percentile"].why == "no weights here"


@pytest.mark.parametrize("entries", ["[1, 2", '{"file": 3}', '[{"file": "../samples.npy", "columns": true}]', "[[]]"])
def test_hostile_lists_of_pictures_show_nothing(setting, undrawn, entries):
    np.save(setting.task.handed("generator").parent / "samples.npy", _flat(_arcs(4)))
    (setting.task.handed("generator") / "pictures.json").write_text(entries)
    with pytest.raises(DataError, match=NONE):
        strips_of(setting.task)


@pytest.mark.parametrize("columns", ["nine", True, -1, 0, 10**9, None, 2.5])
def test_a_width_that_is_none_is_found_out(setting, undrawn, columns):
    _show(setting, _flat(_arcs(4)), columns=columns)
    assert np.array_equal(strips_of(setting.task).images, _arcs(4))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 5, 3, 32, 32), np.float32),
        np.zeros((0, 5, 3, 32, 32), np.uint8),
        np.zeros((2, 2, 3, 32, 32), np.uint8),
        np.zeros((1, 65, 3, 32, 32), np.uint8),
        np.array([{}], dtype=object),
    ],
)
def test_other_arrays_are_refused_and_what_was_shown_is_still_found(setting, undrawn, array):
    _draw(setting, array)
    with pytest.raises(DataError, match=r"interpolations\.npy: "):
        strips_of(setting.task)
    _show(setting, _flat(_arcs(4)))
    assert np.array_equal(strips_of(setting.task).images, _arcs(4))


def test_one_unreadable_batch_does_not_hide_the_others(setting, undrawn):
    _show(setting, _flat(_arcs(4)), np.zeros((4, 2)), _images(5, 2))
    folder = setting.task.handed("generator")
    (folder / "pictures-9.npy").symlink_to("/dev/zero")
    entries = json.loads((folder / "pictures.json").read_text())
    (folder / "pictures.json").write_text(json.dumps([*entries, {"file": "pictures-9.npy", "columns": 9}]))
    assert np.array_equal(strips_of(setting.task).images, _arcs(4))
