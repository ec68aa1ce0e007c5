"""Accuracy and loss of the trained classifier, scored here, outside the process that made the predictions.

The run handed the network the official train and test images in an order of its own; the network's outputs came back
in that order. The labels, and the order, were never there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Metrics, Picture, Reading
from validator.measuring.datasets import DataError, addnist
from validator.measuring.metrics.classification import (
    Accuracy,
    accuracy,
    accuracy_gap,
    confusion,
    cross_entropy,
)
from validator.measuring.probes import classifier_picture
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
    "test_accuracy_low": "share",
    "test_accuracy_high": "share",
    "accuracy_gap": "share",
    "accuracy_gap_se": "share",
    "train_images": "images",
    "test_images": "images",
}


@dataclass(frozen=True, kw_only=True)
class _Scored:
    """One set of predictions against the labels."""

    prediction: Prediction
    train: Accuracy
    test: Accuracy
    train_loss: float
    test_loss: float
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
        return _missing(task, "; ".join(problems) or "no predictions were handed out", truth=truth)
    # The preprocessing of a student's own code cannot be known for certain: the one that serves the training images
    # best is taken, and said.
    best = max(scored, key=lambda one: one.train.correct)
    return Metrics(
        about=task.plan.classifier_role,
        readings=_readings(best),
        protocol=_protocol(truth),
        lookalike=truth.lookalike,
        source=_source(best.prediction, tried=len(scored)),
        pictures=(_picture(task, best),),
        flags=tuple(Flag(kind="unscored-predictions", detail=problem) for problem in problems),
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
    return _Scored(
        prediction=prediction,
        train=accuracy(*train),
        test=accuracy(*test),
        train_loss=float(cross_entropy(*train).mean()),
        test_loss=float(cross_entropy(*test).mean()),
        confusion=confusion(*test),
    )


def _readings(scored: _Scored) -> dict[str, Reading]:
    low, high = scored.test.interval
    gap = accuracy_gap(train=scored.train, test=scored.test)
    values: Mapping[str, int | float] = {
        "train_accuracy": scored.train.share,
        "test_accuracy": scored.test.share,
        "train_loss": scored.train_loss,
        "test_loss": scored.test_loss,
        "test_accuracy_low": low,
        "test_accuracy_high": high,
        "accuracy_gap": gap.value,
        "accuracy_gap_se": gap.standard_error,
        "train_images": scored.train.count,
        "test_images": scored.test.count,
    }
    return {
        f"classifier.{name}": Reading(value=values[name], unit=unit, source="observed") for name, unit in UNITS.items()
    }


def _missing(task: Task, why: str, *, truth: Truth | None = None) -> Metrics:
    return Metrics(
        about=task.plan.classifier_role,
        readings={f"classifier.{name}": Reading.missing(unit=unit, why=why) for name, unit in UNITS.items()},
        protocol=_protocol(truth) if truth else "",
        lookalike=truth.lookalike if truth else False,
    )


def _protocol(truth: Truth) -> str:
    kind = "look-alike AddNIST" if truth.lookalike else "official AddNIST"
    return (
        f"{kind}: {truth.train_count:,} train and {truth.test_count:,} test images, not augmented, in an order unknown "
        "to the network; float64 cross-entropy per sample, its mean over all; 95 % Wilson interval"
    )


def _source(prediction: Prediction, *, tried: int) -> str:
    said = f"network {prediction.network or 'without a name'}, preprocessing {prediction.preprocessing or 'unknown'}"
    if prediction.note:
        said += f" ({prediction.note})"
    if tried == 1:
        return said
    return f"{said}; of {tried} sets of predictions the one with the best train accuracy"


def _picture(task: Task, scored: _Scored) -> Picture:
    folder = task.run_folder(task.plan.classifier_role)
    path = classifier_picture.draw_confusion(scored.confusion, into=folder)
    return Picture(
        name="confusion",
        path=path.relative_to(Path(task.home) / "run").as_posix(),
        caption=f"Test images by true class (rows) and predicted class (columns), {addnist.CLASSES} classes",
    )
