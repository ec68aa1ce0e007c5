"""Predictions handed out in a secret order are scored outside; what cannot be scored is missing with its reason."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from validator.evidence import Submission
from validator.measuring.datasets import addnist
from validator.measuring.probes import classifier
from validator.measuring.probes.task import Task
from validator.plan import Plan

TRAIN, TEST = 60, 40


def _write_split(folder, split, count, rng):
    images = np.full((count, 3, 28, 28), addnist.LOWEST, np.float32)
    images[:, :, 5:9] = addnist.HIGHEST
    labels = rng.integers(0, 20, count)
    np.save(folder / f"{split}_x.npy", images)
    np.save(folder / f"{split}_y.npy", labels)
    return labels


@pytest.fixture
def handed_out(tmp_path):
    """A task whose run has handed out predictions: 90 % right on train, 75 % on test."""
    rng = np.random.default_rng(0)
    data = tmp_path / "data" / "AddNIST"
    data.mkdir(parents=True)
    labels = [_write_split(data, split, count, rng) for split, count in (("train", TRAIN), ("test", TEST))]
    _write_split(data, "valid", 20, rng)
    task = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(tmp_path / "home"),
        plan=Plan(roles=()),
        data=str(tmp_path / "data"),
        lookalike=True,
    )
    order = rng.permutation(TRAIN + TEST)
    secret = task.run_folder("classifier") / "secret"
    secret.mkdir(parents=True)
    np.save(secret / "order.npy", order)
    task.handed("classifier").mkdir()
    truth = np.concatenate(labels)
    predicted = truth.copy()
    wrong = [*range(6), *range(TRAIN, TRAIN + 10)]
    predicted[wrong] = (predicted[wrong] + 1) % 20
    logits = np.zeros((TRAIN + TEST, 20), np.float32)
    logits[np.arange(TRAIN + TEST), predicted] = 5
    return task, logits[order]


def _hand_out(task, **arrays):
    entries = []
    for name, array in arrays.items():
        np.save(task.handed("classifier") / f"{name}.npy", array)
        entry = {"file": f"{name}.npy", "network": "Net", "preprocessing": name, "images": len(array), "note": ""}
        entries.append(entry)
    (task.handed("classifier") / "predictions.json").write_text(json.dumps(entries))


def _value(metrics, name):
    return metrics.readings[f"classifier.{name}"].value


def _why(metrics):
    whys = {reading.why for name, reading in metrics.readings.items() if ".student_" not in name}
    assert len(whys) == 1
    return whys.pop()


def test_accuracies_are_those_of_the_official_labels(handed_out):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    metrics = classifier.score(task)
    assert _value(metrics, "train_accuracy") == pytest.approx(0.9)
    assert _value(metrics, "test_accuracy") == pytest.approx(0.75)
    assert _value(metrics, "accuracy_gap") == pytest.approx(0.15)
    assert (_value(metrics, "train_images"), _value(metrics, "test_images")) == (TRAIN, TEST)
    assert _value(metrics, "test_accuracy_low") < 0.75 < _value(metrics, "test_accuracy_high")
    assert metrics.lookalike
    assert "look-alike AddNIST" in metrics.protocol


def test_losses_are_means_over_the_whole_sets(handed_out):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    right = math.log(math.exp(5) + 19) - 5
    assert _value(classifier.score(task), "test_loss") == pytest.approx(0.75 * right + 0.25 * (right + 5))


def test_losses_have_their_deviation_and_train_its_interval_as_well(handed_out):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    metrics = classifier.score(task)
    # One in four images loses 5 nats more than the others.
    assert _value(metrics, "test_loss_sd") == pytest.approx(5 * math.sqrt(0.75 * 0.25 * TEST / (TEST - 1)))
    assert _value(metrics, "train_loss_sd") == pytest.approx(5 * math.sqrt(0.9 * 0.1 * TRAIN / (TRAIN - 1)))
    assert _value(metrics, "train_accuracy_low") < 0.9 < _value(metrics, "train_accuracy_high")


def test_calibration_stands_beside_what_chance_would_show(handed_out):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    metrics = classifier.score(task)
    confidence = 1 / (1 + 19 * math.exp(-5))
    assert _value(metrics, "calibration_error") == pytest.approx(confidence - 0.75)
    assert _value(metrics, "calibration_error_expected") < 0.1
    assert [picture.name for picture in metrics.pictures] == ["confusion", "reliability", "losses"]
    assert all((Path(task.home) / "run" / picture.path).is_file() for picture in metrics.pictures)


def test_probabilities_lose_what_their_logarithm_loses(handed_out):
    task, logits = handed_out
    exponentials = np.exp(logits)
    _hand_out(task, asis=logits)
    expected = _value(classifier.score(task), "test_loss")
    _hand_out(task, asis=(exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32))
    assert _value(classifier.score(task), "test_loss") == pytest.approx(expected, rel=1e-5)


def test_the_best_preprocessing_on_train_is_taken_and_said(handed_out):
    task, logits = handed_out
    _hand_out(task, asis=np.roll(logits, 1, axis=1), undone=logits)
    metrics = classifier.score(task)
    assert _value(metrics, "train_accuracy") == pytest.approx(0.9)
    assert "preprocessing undone" in metrics.source
    assert "best train accuracy" in metrics.source


def test_a_broken_candidate_does_not_hide_a_good_one(handed_out):
    task, logits = handed_out
    _hand_out(task, broken=np.full_like(logits, np.nan), asis=logits)
    metrics = classifier.score(task)
    assert _value(metrics, "test_accuracy") == pytest.approx(0.75)
    assert [flag.kind for flag in metrics.flags] == ["unscored-predictions"]


def test_the_confusion_matrix_is_a_picture_in_the_run_folder(handed_out, tmp_path):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    picture = next(picture for picture in classifier.score(task).pictures if picture.name == "confusion")
    assert (tmp_path / "home" / "run" / picture.path).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((100, 20), np.inf, np.float32), "NaN or infinity"),
        (np.zeros((100, 10), np.float32), "10 outputs an image"),
        (np.zeros((99, 20), np.float32), "shape"),
        (np.zeros((100, 20), np.float64), "dtype float64"),
        (np.array([{}] * 100, dtype=object), "dtype object"),
    ],
)
def test_outputs_that_cannot_be_scored_are_missing_with_the_reason(handed_out, array, words):
    task, _ = handed_out
    _hand_out(task, asis=array)
    metrics = classifier.score(task)
    assert _value(metrics, "test_accuracy") is None
    assert words in _why(metrics)


def test_a_run_without_predictions_says_so(handed_out):
    task, _ = handed_out
    assert "handed out no predictions" in _why(classifier.score(task))


def test_the_runs_own_note_is_the_reason(handed_out):
    task, _ = handed_out
    entries = [{"file": None, "network": "", "preprocessing": "", "images": 0, "note": "no network was alive"}]
    (task.handed("classifier") / "predictions.json").write_text(json.dumps(entries))
    assert _why(classifier.score(task)) == "no network was alive"


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '[{"file": "../secret/order.npy"}]', '{"file": 3}', "[1, null]"])
def test_hostile_predictions_are_one_reason(handed_out, text):
    task, _ = handed_out
    (task.handed("classifier") / "predictions.json").write_text(text)
    assert _why(classifier.score(task))


@pytest.mark.parametrize("name", ["\ud800.npy", "\u00e9" * 199, "a\nb.npy", "\x1b[31m.npy"])
def test_a_name_that_no_file_has_is_one_reason(handed_out, name):
    task, _ = handed_out
    entries = [{"file": name, "network": "Net", "preprocessing": "", "images": 100}]
    (task.handed("classifier") / "predictions.json").write_text(json.dumps(entries))
    assert _why(classifier.score(task)) == "the run handed out no predictions"


@pytest.mark.parametrize(
    "header",
    ["(((", "'''", "{'descr': (), 'fortran_order': False, 'shape': (1,)}", "{'descr': ('|u1',), 'shape': 3}"],
)
def test_a_header_that_no_parser_likes_is_one_reason(handed_out, header):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    (task.handed("classifier") / "asis.npy").write_bytes(content)
    assert "not a .npy file" in _why(classifier.score(task))


def test_a_link_to_another_array_is_not_followed(handed_out, tmp_path):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    moved = tmp_path / "elsewhere.npy"
    (task.handed("classifier") / "asis.npy").rename(moved)
    (task.handed("classifier") / "asis.npy").symlink_to(moved)
    assert "cannot be opened" in _why(classifier.score(task))


def test_an_order_that_is_no_permutation_is_the_harness_own_trouble(handed_out):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    np.save(task.run_folder("classifier") / "secret" / "order.npy", np.zeros(TRAIN + TEST, np.int64))
    assert "no permutation" in _why(classifier.score(task))


def test_missing_data_is_the_reason(handed_out):
    task, logits = handed_out
    _hand_out(task, asis=logits)
    (Path(task.data) / "AddNIST" / "test_y.npy").unlink()
    assert "test_y.npy not found" in _why(classifier.score(task))


def test_a_trial_with_a_better_accuracy_is_not_the_network_that_judged_the_images(handed_out):
    task, logits = handed_out
    _hand_out(task, final=np.roll(logits, 1, axis=1), trial=logits)
    path = task.handed("classifier") / "predictions.json"
    entries = json.loads(path.read_text())
    path.write_text(json.dumps([{**entries[0], "network": "Final"}, entries[1]]))
    assert _value(classifier.score(task), "train_accuracy") < 0.5


def test_features_of_a_network_in_parts_are_not_scored_as_classes(handed_out):
    task, logits = handed_out
    _hand_out(task, features=np.pad(logits, ((0, 0), (0, 44))))
    assert "64 outputs an image, AddNIST has 20 classes" in _why(classifier.score(task))


def test_far_too_many_outputs_are_told_of_as_outputs_and_not_as_bytes(handed_out):
    task, logits = handed_out
    _hand_out(task, features=np.pad(logits, ((0, 0), (0, 2000))))
    assert "more than 1,024 outputs an image" in _why(classifier.score(task))
