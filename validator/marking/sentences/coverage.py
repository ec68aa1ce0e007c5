"""Coverage: the share of test images that have a sample within the distance of their own fifth nearest test image.

Low when the samples miss a part of the data, and also when they are far from everything: read it beside the FID.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from validator.marking.amounts import percent, points
from validator.marking.chance import is_open, is_real, standard_errors
from validator.marking.told import Told

TITLE = "coverage of the test images by the samples"
READINGS = (
    "samples.coverage",
    "samples.coverage_se",
    "samples.coverage_expected",
    "samples.coverage_expected_sd",
    "samples.coverage_theory",
)


def say(told: Told) -> Iterator[str]:
    """Coverage beside that of training images and of theory."""
    value, error, expected, spread, theory = (told.value(name) for name in READINGS)
    if value is None:
        return
    se = f" (standard error {points(error)})" if error is not None else ""
    ends = [
        f"as many training images reach {percent(expected)}{f' (SD {points(spread)})' if spread is not None else ''}"
        if expected is not None
        else "",
        f"in theory {percent(theory)}" if theory is not None else "",
    ]
    beside = "; " + ", ".join(filter(None, ends)) if any(ends) else ""
    yield f"{percent(value)} of the test images have a sample in their neighbourhood{se}{beside}."
    yield f"{_meaning(value, error, expected, spread)}."


def _meaning(value: float, error: float | None, expected: float | None, spread: float | None) -> str:
    far = standard_errors(value - expected, math.hypot(error or 0, spread or 0)) if expected is not None else None
    less = far is not None and far < 0 and is_open(far)
    if far is not None and not is_real(far):
        return "That is less, which chance gives now and then" if less else "That is no less than chance gives"
    if far is not None and far > 0:
        return "That is more than real images reach"
    return "It falls when a part of the data is missing, and when samples look like nothing in the data"
