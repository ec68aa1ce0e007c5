"""The accuracy of the classifier could not be recomputed.

## What it checks
Whether the trained classifier gave predictions for the official test images outside the student's own reckoning.

## Why it matters
An accuracy that only the notebook prints rests on the notebook's word.

## Evidence
`{about}.test_accuracy` and `{about}.train_accuracy`, recomputed from predictions scored outside the student's
process, or the reason why there is none.

## How to fix
Let the notebook run through and leave the trained network in a variable at its end.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import reading_or_why
from validator.marking.finding import Finding
from validator.marking.networks import CLASSIFIER
from validator.marking.rubric import Clause
from validator.marking.words import reading_text

READINGS = ("{about}.test_accuracy", "{about}.train_accuracy")
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Passes with the accuracies; otherwise unknown, never a fail."""
    names = [name.format(about=clause.about or CLASSIFIER) for name in READINGS]
    test, train = (reading_or_why(evidence, name, unit="share") for name in names)
    if test.value is None:
        yield Finding(verdict="unknown", message=f"test accuracy: {test.why}", unit="share")
        return
    yield Finding(
        verdict="pass",
        message=f"test accuracy {reading_text(test)}, train accuracy {reading_text(train)}",
        measured=test.value,
        unit="share",
        witness=test.source,
    )
