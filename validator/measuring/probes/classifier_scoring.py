"""Predictions of one network against the official labels: its readings and its pictures, under a name of their own.

Knows arrays and labels; nothing of which network is meant, of students' own evaluations or of flags.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.evidence import Picture, Reading
from validator.measuring.datasets import DataError
from validator.measuring.metrics.calibration import calibration_by_chance, probabilities, reliability
from validator.measuring.metrics.classification import (
    Accuracy,
    accuracy,
    accuracy_gap,
    confusion,
    cross_entropy,
)
from validator.measuring.probes import classifier_pictures
from validator.measuring.probes.classifier_predictions import Prediction, Truth, order_of, read_logits
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
class Scored:
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


def scored(task: Task, candidates: Sequence[Prediction], truth: Truth) -> tuple[list[Scored], list[str]]:
    """Each set of predictions that can be scored, and why the others cannot."""
    found: list[Scored] = []
    problems: list[str] = []
    try:
        order = order_of(task, count=truth.train_count + truth.test_count)
    except DataError as error:
        return [], [str(error)]
    for prediction in candidates:
        try:
            found.append(_score(task, prediction, truth, order))
        except DataError as error:
            problems.append(str(error))
    return found, list(dict.fromkeys(problems))


def best_of(found: Sequence[Scored]) -> Scored:
    """The one whose preprocessing serves the training images best: that of a student's own code is never certain."""
    return max(found, key=lambda one: one.train.correct)


def _score(
    task: Task, prediction: Prediction, truth: Truth, order: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Scored:
    shuffled = read_logits(task, prediction, count=len(order))
    logits = np.empty_like(shuffled)
    logits[order] = shuffled
    first = truth.train_count
    train, test = (logits[:first], truth.labels[:first]), (logits[first:], truth.labels[first:])
    classes = logits.argmax(axis=1).astype(np.int64)
    return Scored(
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


def measured(
    task: Task, one: Scored, truth: Truth, *, name: str = ""
) -> tuple[dict[str, Reading], tuple[Picture, ...]]:
    """Readings by their last words, and pictures; with a name the pictures are `confusion-<name>` and the like."""
    train_low, train_high = one.train.interval
    low, high = one.test.interval
    gap = accuracy_gap(train=one.train, test=one.test)
    bins = reliability(confidence=one.test_confidence, right=one.test_right)
    chance = calibration_by_chance(confidence=one.test_confidence, seed=SEED)
    values: dict[str, int | float | None] = {
        "train_accuracy": one.train.share,
        "test_accuracy": one.test.share,
        "train_loss": float(one.train_losses.mean()),
        "test_loss": float(one.test_losses.mean()),
        "train_loss_sd": _deviation(one.train_losses),
        "test_loss_sd": _deviation(one.test_losses),
        "train_accuracy_low": train_low,
        "train_accuracy_high": train_high,
        "test_accuracy_low": low,
        "test_accuracy_high": high,
        "accuracy_gap": gap.value,
        "accuracy_gap_se": gap.standard_error,
        "train_images": one.train.count,
        "test_images": one.test.count,
        "calibration_error": bins.error,
        "calibration_error_expected": chance.mean,
        "calibration_error_expected_sd": chance.standard_deviation,
    }
    readings = {known: _reading(values[known], unit) for known, unit in UNITS.items()}
    folder = task.run_folder(task.plan.classifier_role)
    folder = folder / name if name else folder
    confusing = classifier_pictures.draw_confusion(one.confusion, into=folder)
    reliable = classifier_pictures.draw_reliability(bins, error=bins.error, expected=chance.mean, into=folder)
    losses = classifier_pictures.draw_losses(train=one.train_losses, test=one.test_losses, into=folder)
    whose = f", network {name}" if name else ""
    said = f"Test images by true class (rows) and predicted class (columns), {truth.classes} classes{whose}"
    sure = f"Share of the test images that are right, by the network's confidence{whose}"
    single = f"Cross-entropy of single images, training set beside test set{whose}"
    ending = f"-{name}" if name else ""
    pictures = (
        _picture(task, f"confusion{ending}", confusing, said),
        _picture(task, f"reliability{ending}", reliable, sure),
        _picture(task, f"losses{ending}", losses, single),
    )
    return readings, pictures


def missing(why: str) -> dict[str, Reading]:
    """Every reading, absent for one reason."""
    return {name: Reading.missing(unit=unit, why=why) for name, unit in UNITS.items()}


def named(prefix: str, readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """The readings under the name of what they are about."""
    return {f"{prefix}.{name}": reading for name, reading in readings.items()}


def protocol(truth: Truth) -> str:
    """Which data and which way of scoring, in words that a report can print."""
    kind = f"look-alike {truth.title}" if truth.lookalike else f"official {truth.title}"
    return (
        f"{kind}: {truth.train_count:,} train and {truth.test_count:,} test images, not augmented, in an order unknown "
        "to the network; float64 cross-entropy per sample, its mean and SD over all; 95 % Wilson interval; calibration "
        "error in 15 bins of the test images, expected: the mean of 200 draws of labels from the predicted "
        "probabilities; the student's own evaluation as reported from inside the process, scored with these labels"
    )


def source(prediction: Prediction, *, tried: int) -> str:
    """Whose predictions they are and how the images were prepared for it."""
    said = f"network {prediction.network or 'without a name'}, preprocessing {prediction.preprocessing or 'unknown'}"
    if prediction.note:
        said += f" ({prediction.note})"
    if tried == 1:
        return said
    return f"{said}; of {tried} sets of predictions the one with the best train accuracy"


def _deviation(losses: Floats) -> float | None:
    return float(losses.std(ddof=1)) if len(losses) > 1 else None


def _reading(value: int | float | None, unit: str) -> Reading:
    if value is None:
        return Reading.missing(unit=unit, why="one image has no spread")
    return Reading(value=value, unit=unit, source="observed")


def _picture(task: Task, name: str, path: Path, caption: str) -> Picture:
    return Picture(name=name, path=path.relative_to(Path(task.home) / "run").as_posix(), caption=caption)
