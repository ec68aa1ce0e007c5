"""Whether the classifier is as often right as it says it is.

The expected calibration error is never 0 even for a perfectly calibrated classifier: bins hold few images. What such a
classifier with the same confidences would show stands beside it, with its spread.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import points
from validator.marking.chance import is_real, standard_errors
from validator.marking.told import Told

TITLE = "calibration: how sure the classifier is against how often it is right"
READINGS = (
    "classifier.calibration_error",
    "classifier.calibration_error_expected",
    "classifier.calibration_error_expected_sd",
)


def say(told: Told) -> Iterator[str]:
    """The calibration error beside that of a calibrated classifier."""
    value, expected, spread = (told.value(name) for name in READINGS)
    if value is None:
        return
    said = f"Its confidence is off by {points(value)} on average (expected calibration error on the test images)"
    if expected is None:
        yield f"{said}."
        return
    far = standard_errors(value - expected, spread)
    sd = f" (SD {points(spread)})" if spread is not None else ""
    if value <= expected or (far is not None and not is_real(far)):
        meaning = "no more than chance gives"
    else:
        meaning = "the rest is over- or under-confidence, which the reliability figure shows"
    yield f"{said}; a perfectly calibrated classifier would show {points(expected)}{sd} on as many images: {meaning}."
