"""Accuracy of the trained classifier on the official images, with its interval, and the gap between train and test.

The interval is Wilson's; the gap is held against its standard error. A gap that is real says that the classifier does
better on images it was trained on; it does not say why, and a small one is no merit of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import percent, points
from validator.marking.chance import is_open, is_real, standard_errors, times
from validator.marking.told import Told

TITLE = "accuracy on the official train and test images"
READINGS = (
    "classifier.test_accuracy",
    "classifier.test_accuracy_low",
    "classifier.test_accuracy_high",
    "classifier.test_images",
    "classifier.train_accuracy",
    "classifier.train_accuracy_low",
    "classifier.train_accuracy_high",
    "classifier.train_images",
    "classifier.accuracy_gap",
    "classifier.accuracy_gap_se",
)


def say(told: Told) -> Iterator[str]:
    """Test accuracy, train accuracy, and what the gap is worth."""
    both = "; ".join(filter(None, (_one(told, "test"), _one(told, "train"))))
    if both:
        yield f"{both}."
    gap = told.value("classifier.accuracy_gap")
    if gap is not None:
        yield _gap(gap, told.value("classifier.accuracy_gap_se"))


def _one(told: Told, split: str) -> str:
    value = told.value(f"classifier.{split}_accuracy")
    if value is None:
        return ""
    ends = told.values(f"classifier.{split}_accuracy_low", f"classifier.{split}_accuracy_high")
    interval = f" (95 % interval {percent(ends[0]).removesuffix(' %')} to {percent(ends[1])})" if ends else ""
    count = told.whole(f"classifier.{split}_images")
    on = f" on {count:,} {split} images, each once, in evaluation mode" if count is not None and split == "test" else ""
    on = f" on {count:,} images" if count is not None and split == "train" else on
    return f"{split} accuracy {percent(value)}{interval}{on}"


def _gap(gap: float, error: float | None) -> str:
    """Held against its standard error, where there is one."""
    far = standard_errors(gap, error)
    size = f"The gap between train and test is {points(gap)}"
    if far is None or error is None:
        return f"{size}; how much of that chance gives is not known." if gap else f"{size}: there is none."
    wide = f"{size}, {times(far)} of {points(error)} each"
    if gap < 0:
        better = "it does better on the test images than on its own training images"
        return f"{wide}: {better}." if is_real(far) else f"{wide}: no sign that it does better on its training images."
    if is_real(far):
        return f"{wide}: it is real, not chance."
    return f"{wide}: chance gives that {'now and then' if is_open(far) else 'easily'}, so it may be none."
