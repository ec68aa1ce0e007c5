"""The labels, the secret order, and the predictions that a run handed out: read, checked, not yet scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.datasets import DataError
from validator.measuring.datasets.labelled import labelled
from validator.measuring.datasets.npy import load_npy
from validator.measuring.probes.handed import is_plain_name, read_json, tables, text_of
from validator.measuring.probes.task import Task

MOST_CLASSES = 1024
MOST_CANDIDATES = 64
HEADER_BYTES = 4096


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One array of outputs: its file under `handed`, whose they are, how the images were prepared for the network."""

    file: str
    network: str
    preprocessing: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Labels int64 (n,) of the train images followed by those of the test images."""

    labels: npt.NDArray[np.int64]
    train_count: int
    test_count: int
    lookalike: bool
    title: str
    """What the data set is called."""
    classes: int


def truth_of(task: Task) -> Truth:
    """The official labels. Raises DataError when the data set is not there."""
    found = labelled(task.plan.classifier_data)
    data = Path(task.data) if task.data else None
    train = found.read(data, "train", lookalike=task.lookalike).labels
    test = found.read(data, "test", lookalike=task.lookalike).labels
    return Truth(
        labels=np.concatenate([train, test]),
        train_count=len(train),
        test_count=len(test),
        lookalike=found.inventory(data).lookalike,
        title=found.title,
        classes=found.classes,
    )


def predictions(task: Task) -> tuple[Prediction, ...]:
    """The predictions of the network named first, which is the one that judged the images last.

    Others are trials, or parts of a whole: their accuracy is not the submission's, however good it looks. Raises
    DataError, with the run's own notes, where there are none.
    """
    path = task.handed(task.plan.classifier_role) / "predictions.json"
    if not path.exists():
        raise DataError(_why_none(task))
    everything = tables(read_json(path), at_most=MOST_CANDIDATES)
    entries = [entry for entry in everything if text_of(entry, "network") == text_of(everything[0], "network")]
    return _of_entries(entries)


def all_predictions(task: Task) -> dict[str, tuple[Prediction, ...]]:
    """Of every network that was asked and answered, by its name, the one used last first. Raises DataError for none."""
    path = task.handed(task.plan.classifier_role) / "predictions.json"
    if not path.exists():
        raise DataError(_why_none(task))
    everything = tables(read_json(path), at_most=MOST_CANDIDATES)
    _of_entries(everything)
    found: dict[str, tuple[Prediction, ...]] = {}
    for entry in everything:
        if is_plain_name(entry.get("file")):
            name = text_of(entry, "network")
            found[name] = (*found.get(name, ()), _prediction(entry))
    return found


def _of_entries(entries: Sequence[Mapping[str, Any]]) -> tuple[Prediction, ...]:
    found = tuple(_prediction(entry) for entry in entries if is_plain_name(entry.get("file")))
    if not found:
        notes = [note for entry in entries if (note := text_of(entry, "note"))]
        raise DataError("; ".join(dict.fromkeys(notes)) or "the run handed out no predictions")
    return found


def order_of(task: Task, *, count: int) -> npt.NDArray[np.int64]:
    """Place of each shuffled image among train followed by test. Raises DataError unless it is a permutation."""
    path = task.run_folder(task.plan.classifier_role) / "secret" / "order.npy"
    if not path.exists():
        raise DataError("the order of the images was not kept: measure the submission again with --force")
    order = load_npy(path, dtype="<i8", shape=(count,), max_bytes=8 * count + HEADER_BYTES)
    if not np.array_equal(np.sort(order), np.arange(count)):
        raise DataError("the order of the images is no permutation: measure the submission again with --force")
    return order


def read_logits(task: Task, prediction: Prediction, *, count: int) -> npt.NDArray[np.float32]:
    """Outputs float32 (n, classes) in the shuffled order, as logits. Raises DataError for what cannot be scored."""
    known = labelled(task.plan.classifier_data)
    path = task.handed(task.plan.classifier_role) / prediction.file
    most = 4 * count * MOST_CLASSES + HEADER_BYTES
    if path.is_file() and path.stat().st_size > most:
        many = f"more than {MOST_CLASSES:,} outputs an image, {known.title} has {known.classes} classes"
        raise DataError(f"network {prediction.network}: {many}")
    outputs = load_npy(path, dtype="<f4", shape=(count, None), max_bytes=most)
    if outputs.shape[1] != known.classes:  # more of them are features, and a network in parts
        outputs_of = f"network {prediction.network}: {outputs.shape[1]} outputs an image"
        raise DataError(f"{outputs_of}, {known.title} has {known.classes} classes")
    if not np.isfinite(outputs).all():
        raise DataError(f"network {prediction.network}: its outputs hold NaN or infinity")
    return _as_logits(outputs)


def _as_logits(outputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Outputs that are probabilities already are scored by their logarithm: a second softmax would flatten them."""
    if outputs.min() < 0 or np.abs(outputs.sum(axis=1, dtype=np.float64) - 1).max() > 1e-3:
        return outputs
    logits: npt.NDArray[np.float32] = np.log(np.maximum(outputs, np.finfo(np.float32).tiny))
    return logits


def _prediction(entry: Any) -> Prediction:
    return Prediction(
        file=entry["file"],
        network=text_of(entry, "network"),
        preprocessing=text_of(entry, "preprocessing"),
        note=text_of(entry, "note"),
    )


def _why_none(task: Task) -> str:
    if task.plan.execute == "smoke":
        return "a smoke run ends training early, so nothing is predicted"
    return "the run handed out no predictions: it ended before them, or the trained network was gone"
