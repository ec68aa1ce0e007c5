"""Samples that a run handed out: copies, repeats, distances, FID, flags and pictures, or the reason why not."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from validator.evidence import Submission
from validator.measuring.probes import samples, samples_copies, samples_range
from validator.measuring.probes.samples_handed import handed_samples
from validator.measuring.probes.task import Task
from validator.plan import Plan

TRAIN, TEST = 40, 12


def _photographs(seed, count):
    """Images whose neighbouring pixels are alike."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 220, (count, 3, 8, 8))
    return (coarse.repeat(4, axis=2).repeat(4, axis=3) + rng.integers(-9, 10, (count, 3, 32, 32))).astype(np.uint8)


@pytest.fixture
def task(tmp_path, monkeypatch):
    """A task with a small CIFAR-100 look-alike and no weights anywhere."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    folder = tmp_path / "data" / "cifar-100-python"
    folder.mkdir(parents=True)
    for name, seed, count in (("train", 1, TRAIN), ("test", 2, TEST)):
        table = {"data": _photographs(seed, count).reshape(count, 3072), "fine_labels": [0] * count}
        (folder / name).write_bytes(pickle.dumps(table))
    (folder / "meta").write_bytes(pickle.dumps({}))
    made = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(tmp_path / "out" / "abcd12"),
        plan=Plan(roles=(), samples=10, fid_fewest=10),
        data=str(tmp_path / "data"),
        lookalike=True,
    )
    made.handed("generator").mkdir(parents=True)
    return made


def _hand_out(task, images, **origin):
    np.save(task.handed("generator") / "samples.npy", images)
    (task.handed("generator") / "samples.json").write_text(json.dumps({"source": "function generate", **origin}))


def _value(metrics, name):
    return metrics.readings[f"samples.{name}"].value


def _kinds(metrics):
    return {flag.kind for flag in metrics.flags}


def test_planted_copies_and_mirrored_copies_are_counted(task):
    images = _photographs(3, 10)
    images[2], images[5] = _photographs(1, TRAIN)[7], _photographs(1, TRAIN)[9, :, :, ::-1]
    _hand_out(task, images)
    metrics = samples.score(task)
    assert _value(metrics, "exact_copies") == 2
    assert _value(metrics, "near_copies") == 2
    (flag,) = [flag for flag in metrics.flags if flag.kind == "exact-copies"]
    assert flag.detail == "sample 2 = train 7, sample 5 = train 9; 1 of them mirrored left to right"


def test_a_copy_with_noise_is_a_near_copy(task):
    images = _photographs(3, 10)
    images[4] = _photographs(1, TRAIN)[7] + np.random.default_rng(0).integers(0, 4, (3, 32, 32), dtype=np.uint8)
    _hand_out(task, images)
    metrics = samples.score(task)
    assert (_value(metrics, "exact_copies"), _value(metrics, "near_copies")) == (0, 1)


def test_real_twins_do_not_say_what_chance_gives(task):
    train, test = _photographs(1, TRAIN), _photographs(2, TEST)
    test[:3] = train[:3]
    table = {"data": test.reshape(TEST, 3072), "fine_labels": [0] * TEST}
    (Path(task.data) / "cifar-100-python" / "test").write_bytes(pickle.dumps(table))
    _hand_out(task, _photographs(3, 8))
    metrics = samples.score(task)
    assert _value(metrics, "held_out_twins") == 3
    assert _value(metrics, "near_copies_expected") == pytest.approx(8 / (TEST - 3 + 1))
    assert _value(metrics, "near_copies") == 0


def test_samples_of_their_own_are_no_copies(task):
    _hand_out(task, _photographs(3, 10))
    metrics = samples.score(task)
    assert [_value(metrics, name) for name in ("exact_copies", "near_copies", "duplicates")] == [0, 0, 0]
    assert _value(metrics, "median_nearest_distance") > 0


def test_a_collapsed_model_is_seen_in_the_repeats(task):
    _hand_out(task, _photographs(3, 1).repeat(10, axis=0))
    assert _value(samples.score(task), "duplicates") == 9


def test_the_share_nearest_to_train_counts_both_sets(task):
    _hand_out(task, np.concatenate([_photographs(1, TRAIN)[:4], _photographs(2, TEST)[:6]]))
    metrics = samples.score(task)
    assert _value(metrics, "nearest_to_train_share") == pytest.approx(0.4)
    assert _value(metrics, "nearest_to_train_expected") == pytest.approx(TRAIN / (TRAIN + TEST))
    assert 0 < _value(metrics, "nearest_to_train_se") < 0.5


def test_without_weights_there_is_no_fid_and_the_reason_says_where_they_go(task):
    _hand_out(task, _photographs(3, 10))
    metrics = samples.score(task)
    assert _value(metrics, "fid") is None
    assert "pt_inception-2015-12-05-6726825d.pth not found; put it in" in metrics.readings["samples.fid"].why
    assert _value(metrics, "count") == 10


def test_fewer_samples_than_the_protocol_takes_have_no_fid(task):
    _hand_out(task, _photographs(3, 9))
    metrics = samples.score(task)
    assert metrics.readings["samples.fid"].why == "9 samples were handed out, the protocol takes 10"
    assert _value(metrics, "exact_copies") == 0


def test_pictures_are_pngs_in_the_run_folder(task, tmp_path):
    _hand_out(task, _photographs(3, 10))
    metrics = samples.score(task)
    assert [picture.name for picture in metrics.pictures] == ["samples", "neighbours", "nearest-share"]
    for picture in metrics.pictures:
        assert (tmp_path / "out" / "abcd12" / "run" / picture.path).read_bytes().startswith(b"\x89PNG")


def test_the_search_among_held_out_images_is_kept_for_the_next_submission(task, tmp_path):
    _hand_out(task, _photographs(3, 10))
    first = samples.score(task)
    kept = list((tmp_path / "data" / ".validator-cache").glob("held-out-nearness-*.npz"))
    stamps = [path.stat().st_mtime_ns for path in kept]
    assert samples.score(task).readings == first.readings
    assert stamps == [path.stat().st_mtime_ns for path in kept]
    assert len(kept) == 1


def test_without_real_images_the_samples_are_still_counted_and_shown(task):
    _hand_out(task, _photographs(3, 10))
    metrics = samples.score(type(task)(**{**task.__dict__, "data": None}))
    assert _value(metrics, "count") == 10
    assert "CIFAR-100" in metrics.readings["samples.exact_copies"].why
    assert len(metrics.pictures) == 1


@pytest.mark.parametrize(
    ("networks", "kind"),
    [
        ([{"name": "net", "updated": False}], "untrained-network"),
        ([{"name": "net", "updated": True}, {"name": "teacher", "updated": False}], "trained-network"),
        ([{"name": "net", "updated": None}], "unclear-network"),
        ([{"name": "net", "updated": False}, {"name": "other"}], "unclear-network"),
        ([], "unclear-network"),
        ("hostile", "unclear-network"),
    ],
)
def test_the_networks_behind_the_samples_are_flagged(task, networks, kind):
    _hand_out(task, _photographs(3, 2), networks=networks)
    assert kind in _kinds(samples.score(task))


def test_clipping_and_several_sources_are_flagged(task):
    _hand_out(task, _photographs(3, 2), clipped=True, sources=["function generate", "folder out"])
    assert {"clipped-range", "several-sources"} <= _kinds(samples.score(task))


def test_samples_whose_origin_cannot_be_read_are_measured_all_the_same(task):
    _hand_out(task, _photographs(3, 2))
    (task.handed("generator") / "samples.json").write_text("[" * 100_000)
    handed = handed_samples(task)
    assert (len(handed.images), [flag.kind for flag in handed.flags]) == (2, ["unclear-network"])
    assert "samples.json: not JSON" in handed.source


@pytest.mark.parametrize("clipped_share", [10**400, float("nan"), True, "x", None])
def test_a_share_that_is_no_number_is_not_quoted(task, clipped_share):
    _hand_out(task, _photographs(3, 2), clipped=True, clipped_share=clipped_share, range=[-(10**400), 2])
    (flag,) = [flag for flag in handed_samples(task).flags if flag.kind == "clipped-range"]
    assert flag.detail.endswith("whole numbers 0..255")


@pytest.mark.parametrize(
    "error", [np.linalg.LinAlgError("did not converge"), MemoryError(), RuntimeError("CUDA error: out of memory")]
)
def test_a_part_that_breaks_off_takes_no_other_along(task, monkeypatch, error):
    def broken(images):
        raise error

    monkeypatch.setattr(samples_copies, "duplicates", broken)
    parts = [part for part in samples.MEASURES if part.units in (samples_copies.UNITS, samples_range.UNITS)]
    monkeypatch.setattr(samples, "MEASURES", parts)
    _hand_out(task, _photographs(3, 10))
    metrics = samples.score(task)
    assert _value(metrics, "exact_copies") is None
    assert type(error).__name__ in metrics.readings["samples.exact_copies"].why
    assert _value(metrics, "brightest_level") is not None
    assert "measurement-broke-off" in _kinds(metrics)


def test_a_run_without_samples_says_so(task):
    metrics = samples.score(task)
    assert {reading.value for reading in metrics.readings.values()} == {None}
    assert "handed out no samples" in metrics.readings["samples.fid"].why


def test_the_runs_own_reason_is_told(task):
    said = {"source": None, "why": "generate_samples: ValueError('returned no images')"}
    (task.handed("generator") / "samples.json").write_text(json.dumps(said))
    assert samples.score(task).readings["samples.fid"].why == said["why"]


def test_how_values_became_pixels_is_in_the_source(task):
    _hand_out(task, _photographs(3, 2), mapping="[-1, 1] to [0, 255]")
    assert samples.score(task).source == "function generate, [-1, 1] to [0, 255]"


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((10, 3, 32, 32), np.float32), "dtype float32"),
        (np.zeros((10, 32, 32, 3), np.uint8), "shape"),
        (np.zeros((0, 3, 32, 32), np.uint8), "no sample"),
        (np.array([{}], dtype=object), "dtype object"),
    ],
)
def test_another_array_is_refused_with_the_reason(task, array, words):
    _hand_out(task, array)
    assert words in samples.score(task).readings["samples.count"].why
