"""One pass of a student's evaluation over the official images: which it saw, how often, and how many were right.

Knows recognised rows and labels; nothing of files, flags or words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.signatures import recognised
from validator.measuring.probes.classifier_evaluations import Judged
from validator.measuring.probes.classifier_official import Official

MOST_PASSES = 2_000
"""Of one state over one split: a pass for each of a million batches would take hours, and nobody evaluates so often."""

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """What one module judged, with the picture of each row."""

    judged: Judged
    pictures: Integers
    """Distinct official picture of each image (n,), -1 where none was recognised."""
    arrangement: str


@dataclass(frozen=True, kw_only=True)
class Pass:
    """Consecutive batches that hold images of one split, up to where they come again."""

    pictures: Integers
    """(n,) recognised rows of the split."""
    classes: Integers
    """Predicted class of each (n,)."""
    right: npt.NDArray[np.bool_]
    batch: Integers
    """Number of its batch, from 0 (n,)."""
    sizes: Integers
    """All images of each of its batches, recognised or not."""
    training: npt.NDArray[np.bool_]
    """By batch, whether it was judged in training mode."""
    seen: int
    """Rows of the split that it covers: a picture in several rows counts as often as it was seen, at most so often."""
    repeated: int
    """Images beyond that."""

    @property
    def accuracy(self) -> float:
        """Share right of all its images."""
        return float(self.right.mean())

    def batch_accuracies(self) -> tuple[float, ...]:
        """Share right of each batch that has an image of the split."""
        counts = np.bincount(self.batch, minlength=len(self.sizes))
        rights = np.bincount(self.batch, weights=self.right, minlength=len(self.sizes))
        return tuple((rights[counts > 0] / counts[counts > 0]).tolist())


def recognise(judged: Judged, official: Official) -> Recognised:
    """Find the official picture of each image by its signatures."""
    if judged.signatures is None:
        return Recognised(judged=judged, pictures=np.full(len(judged.classes), -1, np.int64), arrangement="")
    pictures, words = recognised(judged.signatures, official.signatures(judged.shape))
    return Recognised(judged=judged, pictures=pictures, arrangement=words)


def main_pass(found: Recognised, official: Official, split: str) -> Pass | None:
    """Of the passes over this split the one that covers most of it, of equals the last; None where it saw none."""
    passes = list(_passes(found, official, split))
    return max(reversed(passes), key=lambda one: one.seen) if passes else None


def _passes(found: Recognised, official: Official, split: str) -> list[Pass]:
    copies = official.copies[split]
    ends = np.cumsum(found.judged.batches[:, 0])
    starts = ends - found.judged.batches[:, 0]
    passes: list[Pass] = []
    current: list[int] = []
    counts = np.zeros(len(copies), np.int64)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if len(passes) == MOST_PASSES:
            return passes
        pictures = found.pictures[start:end]
        pictures = pictures[pictures >= 0]
        pictures = pictures[copies[pictures] > 0]
        if not len(pictures):
            continue
        again = counts[pictures] >= copies[pictures]
        if current and again.mean() > 0.5:
            passes.append(_pass(found, official, copies, current, ends))
            current, counts = [], np.zeros(len(copies), np.int64)
        current.append(number)
        np.add.at(counts, pictures, 1)
    if current:
        passes.append(_pass(found, official, copies, current, ends))
    return passes


def _pass(found: Recognised, official: Official, copies: Integers, numbers: list[int], every_end: Integers) -> Pass:
    batches = found.judged.batches[numbers]
    ends = every_end[numbers]
    rows = np.concatenate([np.arange(end - size, end) for end, size in zip(ends, batches[:, 0], strict=True)])
    batch = np.repeat(np.arange(len(numbers)), batches[:, 0])
    pictures = found.pictures[rows]
    of_split = pictures >= 0
    of_split[of_split] = copies[pictures[of_split]] > 0
    pictures, classes = pictures[of_split], found.judged.classes[rows[of_split]]
    counts = np.bincount(pictures, minlength=len(copies))
    seen = int(np.minimum(counts, copies).sum())
    return Pass(
        pictures=pictures,
        classes=classes,
        right=classes == official.labels[pictures],
        batch=batch[of_split],
        sizes=batches[:, 0],
        training=batches[:, 1] > 0,
        seen=seen,
        repeated=int(counts.sum()) - seen,
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One state of a network, with its passes over the two sets."""

    found: Recognised
    test: Pass | None
    train: Pass | None

    @property
    def judged(self) -> Judged:
        """What was handed out of it."""
        return self.found.judged


def seen_of(judged: Judged, official: Official) -> Seen:
    """Recognise what was judged, and find its passes."""
    found = recognise(judged, official)
    return Seen(found=found, test=main_pass(found, official, "test"), train=main_pass(found, official, "train"))
