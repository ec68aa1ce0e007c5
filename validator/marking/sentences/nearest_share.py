"""Share of samples whose nearest real image is a training image, against what chance gives.

A model that learned the distribution cannot tell train from test, so the share is that of the training images in the
pool; blur and contrast move both distances alike. It takes many copies to move it: the counts of copies stand beside.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import percent, points
from validator.marking.chance import is_open, is_real, standard_errors, times
from validator.marking.told import Told

TITLE = "share of samples nearest to a training image"
READINGS = (
    "samples.nearest_to_train_share",
    "samples.nearest_to_train_expected",
    "samples.nearest_to_train_se",
    "samples.feature_nearest_to_train_share",
    "samples.feature_nearest_to_train_expected",
    "samples.feature_nearest_to_train_se",
)


def say(told: Told) -> Iterator[str]:
    """The share in pixels, and that in features."""
    yield from _one(told, "samples.nearest_to_train", "")
    yield from _one(told, "samples.feature_nearest_to_train", "In Inception features, ")


def _one(told: Told, name: str, where: str) -> Iterator[str]:
    share, expected = told.value(f"{name}_share"), told.value(f"{name}_expected")
    if share is None:
        return
    said = f"{where}{percent(share)} of the samples lie nearest to a training image, not a test image"
    if expected is None:
        yield f"{said}."
        return
    error = told.value(f"{name}_se")
    se = f" (standard error {points(error)})" if error is not None else ""
    yield f"{said}; {percent(expected)} is what chance gives{se}: {_meaning(share - expected, error)}."


def _meaning(difference: float, error: float | None) -> str:
    far = standard_errors(difference, error)
    if far is None:
        return (
            "whether that differs cannot be said"
            if difference
            else "no sign of copying (a few copies would not show here)"
        )
    if is_real(far) and far > 0:
        return f"{times(far)} more, samples lie nearer to training images than real images do; look at the pairs"
    if is_real(far):
        return f"{times(far)} fewer, samples lie nearer to the test images than to the training images"
    if is_open(far):
        return f"{times(far)} {'more' if far > 0 else 'fewer'}, which chance gives now and then"
    return "no sign of copying (a few copies would not show here)"
