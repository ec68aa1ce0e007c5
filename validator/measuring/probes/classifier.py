"""Accuracy and loss of the trained classifier, scored here, outside the process that made the predictions.

The run handed the network the official train and test images in an order of its own; the network's outputs came back
in that order. The labels, and the order, were never there. Beside it stands what the student's own evaluation came to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Metrics, Picture, Reading
from validator.measuring.datasets import DataError, addnist
from validator.measuring.metrics.calibration import calibration_by_chance, probabilities, reliability
from validator.measuring.metrics.classification import (
    Accuracy,
    accuracy,
    accuracy_gap,
    confusion,
    cross_entropy,
)
from validator.measuring.probes import classifier_pictures, classifier_student
from validator.measuring.probes.classifier_predictions import (
    Prediction,
    Truth,
    order_of,
    predictions,
    read_logits,
    truth_of,
)
from validator.measuring.probes.task import Task

UNITS = {
    "train_accuracy": "share",
    "test_accuracy": "share",
    "train_loss": "nats",
    "test_loss": "nats",
    "train_loss_sd": "nats",
    "test_loss_sd": "nats",
    "train_accuracy_low": "share",
    "train_accuracy_high": "share",
    "test_accuracy_low": "share",
    "test_accuracy_high": "share",
    "accuracy_gap": "share",
    "accuracy_gap_se": "share",
    "train_images": "images",
    "test_images": "images",
    "calibration_error": "share",
    "calibration_error_expected": "share",
    "calibration_error_expected_sd": "share",
}
SEED = 20241
"""Of the labels that chance draws."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class _Scored:
    """One set of predictions against the labels, train (n,) and test (m,)."""

    prediction: Prediction
    train: Accuracy
    test: Accuracy
    train_losses: Floats
    test_losses: Floats
    classes: npt.NDArray[np.int64]
    """Predicted class of each train and then each test row."""
    test_confidence: Floats
    test_right: npt.NDArray[np.bool_]
    confusion: npt.NDArray[np.int64]


def score(task: Task) -> Metrics:
    """Score the predictions that the run handed out; what cannot be scored is missing with its reason."""
    try:
        truth = truth_of(task)
        candidates = predictions(task)
    except DataError as error:
        return _missing(task, str(error))
    scored, problems = _scored(task, candidates, truth)
    if not scored:
        why = "; ".join(problems) or "no predictions were handed out"
        return _missing(task, why, truth=truth, network=candidates[0].network)
    # The preprocessing of a student's own code cannot be known for certain: the one that serves the training images
    # best is taken, and said.
    best = max(scored, key=lambda one: one.train.correct)
    student = classifier_student.evaluated(task, network=best.prediction.network, harness=best.classes)
    readings, pictures = _measured(task, best)
    return Metrics(
        about=task.plan.classifier_role,
        readings=_named(readings) | _named(student.readings),
        protocol=_protocol(truth),
        lookalike=truth.lookalike,
        source="; ".join(part for part in (_source(best.prediction, tried=len(scored)), student.words) if part),
        pictures=pictures,
        flags=(*(Flag(kind="unscored-predictions", detail=problem) for problem in problems), *student.flags),
    )


def _scored(task: Task, candidates: tuple[Prediction, ...], truth: Truth) -> tuple[list[_Scored], list[str]]:
    scored: list[_Scored] = []
    problems: list[str] = []
    try:
        order = order_of(task, count=truth.train_count + truth.test_count)
    except DataError as error:
        return [], [str(error)]
    for prediction in candidates:
        try:
            scored.append(_score(task, prediction, truth, order))
        except DataError as error:
            problems.append(str(error))
    return scored, list(dict.fromkeys(problems))


def _score(
    task: Task, prediction: Prediction, truth: Truth, order: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> _Scored:
    shuffled = read_logits(task, prediction, count=len(order))
    logits = np.empty_like(shuffled)
    logits[order] = shuffled
    first = truth.train_count
    train, test = (logits[:first], truth.labels[:first]), (logits[first:], truth.labels[first:])
    classes = logits.argmax(axis=1).astype(np.int64)
    return _Scored(
        prediction=prediction,
        train=accuracy(*train),
        test=accuracy(*test),
        train_losses=cross_entropy(*train),
        test_losses=cross_entropy(*test),
        classes=classes,
        test_confidence=probabilities(logits[first:]).max(axis=1),
        test_right=classes[first:] == truth.labels[first:],
        confusion=confusion(*test),
    )


def _measured(task: Task, scored: _Scored) -> tuple[dict[str, Reading], tuple[Picture, ...]]:
    train_low, train_high = scored.train.interval
    low, high = scored.test.interval
    gap = accuracy_gap(train=scored.train, test=scored.test)
    bins = reliability(confidence=scored.test_confidence, right=scored.test_right)
    chance = calibration_by_chance(confidence=scored.test_confidence, seed=SEED)
    values: dict[str, int | float | None] = {
        "train_accuracy": scored.train.share,
        "test_accuracy": scored.test.share,
        "train_loss": float(scored.train_losses.mean()),
        "test_loss": float(scored.test_losses.mean()),
        "train_loss_sd": _deviation(scored.train_losses),
        "test_loss_sd": _deviation(scored.test_losses),
        "train_accuracy_low": train_low,
        "train_accuracy_high": train_high,
        "test_accuracy_low": low,
        "test_accuracy_high": high,
        "accuracy_gap": gap.value,
        "accuracy_gap_se": gap.standard_error,
        "train_images": scored.train.count,
        "test_images": scored.test.count,
        "calibration_error": bins.error,
        "calibration_error_expected": chance.mean,
        "calibration_error_expected_sd": chance.standard_deviation,
    }
    readings = {name: _reading(values[name], unit) for name, unit in UNITS.items()}
    folder = task.run_folder(task.plan.classifier_role)
    confusing = classifier_pictures.draw_confusion(scored.confusion, into=folder)
    reliable = classifier_pictures.draw_reliability(bins, error=bins.error, expected=chance.mean, into=folder)
    losses = classifier_pictures.draw_losses(train=scored.train_losses, test=scored.test_losses, into=folder)
    said = f"Test images by true class (rows) and predicted class (columns), {addnist.CLASSES} classes"
    pictures = (
        _picture(task, "confusion", confusing, said),
        _picture(task, "reliability", reliable, "Share of the test images that are right, by the network's confidence"),
        _picture(task, "losses", losses, "Cross-entropy of single images, training set beside test set"),
    )
    return readings, pictures


def _deviation(losses: Floats) -> float | None:
    return float(losses.std(ddof=1)) if len(losses) > 1 else None


def _reading(value: int | float | None, unit: str) -> Reading:
    if value is None:
        return Reading.missing(unit=unit, why="one image has no spread")
    return Reading(value=value, unit=unit, source="observed")


def _named(readings: Mapping[str, Reading]) -> dict[str, Reading]:
    return {f"classifier.{name}": reading for name, reading in readings.items()}


def _missing(task: Task, why: str, *, truth: Truth | None = None, network: str = "") -> Metrics:
    """Without predictions of the harness's own; what the student's evaluation came to may be known all the same."""
    student = classifier_student.evaluated(task, network=network, harness=None)
    return Metrics(
        about=task.plan.classifier_role,
        readings=_named({name: Reading.missing(unit=unit, why=why) for name, unit in UNITS.items()})
        | _named(student.readings),
        protocol=_protocol(truth) if truth else "",
        lookalike=truth.lookalike if truth else False,
        source=student.words,
        flags=student.flags,
    )


def _protocol(truth: Truth) -> str:
    kind = "look-alike AddNIST" if truth.lookalike else "official AddNIST"
    return (
        f"{kind}: {truth.train_count:,} train and {truth.test_count:,} test images, not augmented, in an order unknown "
        "to the network; float64 cross-entropy per sample, its mean and SD over all; 95 % Wilson interval; calibration "
        "error in 15 bins of the test images, expected: the mean of 200 draws of labels from the predicted "
        "probabilities; the student's own evaluation as reported from inside the process, scored with these labels"
    )


def _source(prediction: Prediction, *, tried: int) -> str:
    said = f"network {prediction.network or 'without a name'}, preprocessing {prediction.preprocessing or 'unknown'}"
    if prediction.note:
        said += f" ({prediction.note})"
    if tried == 1:
        return said
    return f"{said}; of {tried} sets of predictions the one with the best train accuracy"


def _picture(task: Task, name: str, path: Path, caption: str) -> Picture:
    return Picture(name=name, path=path.relative_to(Path(task.home) / "run").as_posix(), caption=caption)
