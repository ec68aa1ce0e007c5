"""The student's own last evaluation beside the harness's: what it saw, and what it got.

Their loop may run in train mode, leave out a last batch or see images twice; scored with the official labels, its
outputs say what it could have printed. A difference is no offence: it says which of the two numbers a paper quotes.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import percent
from validator.marking.report import Table
from validator.marking.told import Told

TITLE = "the student's own evaluation of the classifier"
READINGS = (
    "classifier.student_test_accuracy",
    "classifier.student_test_images",
    "classifier.student_test_batches",
    "classifier.student_train_accuracy",
    "classifier.student_train_images",
)
FLAGS = (
    "evaluated-in-train-mode",
    "test-images-left-out",
    "evaluation-seen-in-part",
    "test-images-repeated",
    "evaluation-unrecognised",
    "evaluated-elsewhere",
    "evaluated-before-last-update",
    "evaluated-without-test-images",
    "evaluations-disagree",
)
ROWS = (
    ("accuracy on test images", "test_accuracy"),
    ("test images seen", "test_images"),
    ("accuracy on training images", "train_accuracy"),
    ("training images seen", "train_images"),
)


def say(told: Told) -> Iterator[str]:
    """What their last evaluation on test images saw and got, and what was odd about it."""
    value = told.value("classifier.student_test_accuracy")
    if value is not None:
        yield _got(told, value)
    for words in told.flags(FLAGS):
        yield f"{words.rstrip('.')}."


def _got(told: Told, value: float) -> str:
    seen, batches = told.whole("classifier.student_test_images"), told.whole("classifier.student_test_batches")
    within = f" in {batches:,} batch{'' if batches == 1 else 'es'}" if batches is not None else ""
    of = f" on the {seen:,} different test images it saw{within}" if seen is not None else ""
    return f"The student's own last evaluation gets {percent(value)}{of}.{_beside(told, value)}"


def tables(told: Told) -> Iterator[Table]:
    """Both evaluations side by side, where there is anything of the student's."""
    rows = [(label, _cell(told, f"student_{name}"), _cell(told, name)) for label, name in ROWS]
    rows = [row for row in rows if row[1] != "–" or row[2] != "–"]
    if any(row[1] != "–" for row in rows):
        head = ("", "as the student did it", "as the harness does it")
        yield Table(title="Two evaluations of one trained network", head=head, rows=tuple(rows))


def _beside(told: Told, value: float) -> str:
    """Whether the harness's interval holds it."""
    ends = told.values("classifier.test_accuracy_low", "classifier.test_accuracy_high")
    if ends is None:
        return ""
    inside = ends[0] <= value <= ends[1]
    return f" It lies {'within' if inside else 'outside'} the harness's 95 % interval."


def _cell(told: Told, name: str) -> str:
    value = told.value(f"classifier.{name}")
    if value is None:
        return "–"
    return percent(value) if name.endswith("accuracy") else f"{value:,.0f} images"
