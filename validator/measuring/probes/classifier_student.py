"""The classifier as the student evaluated it: what the last evaluation saw and got, scored with the official labels.

What was seen and answered is told from inside the student's process: every reading here is reported, not observed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Reading
from validator.measuring.datasets import DataError
from validator.measuring.metrics import MetricError
from validator.measuring.metrics.spread import BATCHES, EVALUATIONS, NETWORKS, Spread
from validator.measuring.probes.classifier_evaluations import evaluations
from validator.measuring.probes.classifier_official import official_images
from validator.measuring.probes.classifier_passes import Pass, Seen, seen_of
from validator.measuring.probes.classifier_quoted import quoted_spreads
from validator.measuring.probes.classifier_remarks import name_of, remarks, strangers, why_no_test
from validator.measuring.probes.task import Task

UNITS = {
    "student_test_accuracy": "share",
    "student_test_images": "images",
    "student_test_batches": "batches",
    "student_train_accuracy": "share",
    "student_train_images": "images",
    "student_test_accuracy_batch_sd": "share",
    "student_test_accuracy_epoch_sd": "share",
    "student_test_accuracy_network_sd": "share",
}
WHOLE = 0.9
"""An evaluation is one of the test set when it saw this share of what the fullest one saw."""

Classes = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Student:
    """What the student's own evaluations came to; names of readings come without `classifier.`."""

    readings: Mapping[str, Reading]
    flags: tuple[Flag, ...] = ()
    spreads: tuple[Spread, ...] = ()
    """What a quoted standard deviation may have been taken over."""
    words: str = ""


def evaluated(task: Task, *, network: str, harness: Classes | None, alike: frozenset[str] | None = None) -> Student:
    """Score the evaluations of the network that was measured.

    `network` is its name, empty where none was; `harness` its predicted class of each train and then each test row,
    as the harness found them, or None. Of several classifiers in one run only the evaluations of those `alike` count:
    networks of one design.
    """
    try:
        told = evaluations(task)
        official = official_images(task)
        seen = [seen_of(judged, official) for judged in told if alike is None or judged.network in alike]
    except (DataError, MetricError) as error:
        return _missing(str(error))
    own = [one for one in seen if one.judged.network == network] if network else seen
    last = _last(own)
    flags = tuple(remarks(last, own, seen, official, network=network, harness=harness))
    spreads = tuple(_spreads(last, own, seen))
    accuracy = last.test.accuracy if last is not None and last.test is not None else None
    return Student(
        readings=_readings(last, own, spreads, why=why_no_test(own, seen, network)),
        flags=(*flags, *quoted_spreads(task, spreads=spreads, accuracy=accuracy)),
        spreads=spreads,
        words=_words(last) if last is not None else "",
    )


def _last(own: list[Seen]) -> Seen | None:
    """The evaluation after the last update; where there is none, the latest one that saw test images."""
    tested = [one for one in own if one.test is not None]
    if not tested:
        return None
    newest = min(one.judged.updates_since for one in tested)
    last = [one for one in tested if one.judged.updates_since == newest]
    return max(reversed(last), key=lambda one: one.test.seen if one.test else 0)


def _readings(last: Seen | None, own: list[Seen], spreads: tuple[Spread, ...], *, why: str) -> dict[str, Reading]:
    test = last.test if last is not None else None
    train = _train(last, own)
    known = test is not None or not strangers(own)
    deviations = {spread.over: spread.standard_deviation for spread in spreads}
    values: dict[str, tuple[float | int | None, str]] = {
        "student_test_accuracy": (test.accuracy if test else None, why),
        "student_test_images": (test.seen if test else 0 if own and known else None, why),
        "student_test_batches": (len(test.sizes) if test else None, why),
        "student_train_accuracy": (train.accuracy if train else None, "it judged no training image as it is"),
        "student_train_images": (train.seen if train else 0 if own else None, why),
        "student_test_accuracy_batch_sd": (deviations.get(BATCHES), "the evaluation was one batch" if test else why),
        "student_test_accuracy_epoch_sd": (deviations.get(EVALUATIONS), "fewer than two evaluations were seen"),
        "student_test_accuracy_network_sd": (deviations.get(NETWORKS), "fewer than two networks were evaluated"),
    }
    return {name: _reading(value, UNITS[name], why) for name, (value, why) in values.items()}


def _train(last: Seen | None, own: list[Seen]) -> Pass | None:
    """The fullest pass over the training set in the state that the last evaluation was made in."""
    newest = (
        last.judged.updates_since if last is not None else min((one.judged.updates_since for one in own), default=0)
    )
    passes = [one.train for one in own if one.train is not None and one.judged.updates_since == newest]
    return max(passes, key=lambda one: one.seen, default=None)


def _reading(value: float | int | None, unit: str, why: str) -> Reading:
    return Reading.missing(unit=unit, why=why) if value is None else Reading(value=value, unit=unit, source="reported")


def _spreads(last: Seen | None, own: list[Seen], seen: list[Seen]) -> Iterator[Spread]:
    if last is not None and last.test is not None:
        batches = last.test.batch_accuracies()
        if len(batches) > 1:
            yield Spread(over=BATCHES, accuracies=batches)
    epochs = _whole(own)
    if len(epochs) > 1:
        yield Spread(over=EVALUATIONS, accuracies=tuple(one.accuracy for one in epochs))
    names = {one.judged.network for one in seen if one.judged.network}
    finals = [_last([one for one in seen if one.judged.network == name]) for name in sorted(names)]
    networks = _whole([one for one in finals if one is not None])
    if len(networks) > 1:
        yield Spread(over=NETWORKS, accuracies=tuple(one.accuracy for one in networks))


def _whole(seen: list[Seen]) -> list[Pass]:
    tests = [one.test for one in seen if one.test is not None]
    most = max((test.seen for test in tests), default=0)
    return [test for test in tests if test.seen >= WHOLE * most]


def _words(last: Seen) -> str:
    how = f", {last.found.arrangement}" if last.found.arrangement not in ("", "as they are") else ""
    mode = "training" if last.test is not None and last.test.training.mean() > 0.5 else "evaluation"
    return f"as the student did it: {name_of(last.judged)} in {mode} mode{how}"


def _missing(why: str, *, flags: tuple[Flag, ...] = ()) -> Student:
    return Student(readings={name: Reading.missing(unit=unit, why=why) for name, unit in UNITS.items()}, flags=flags)
