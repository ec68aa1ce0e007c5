"""How far samples lie from their nearest training image, beside how far real test images lie.

Blurred and pale images lie nearer to everything: a smaller distance alone is no sign of copying.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import figures
from validator.marking.told import Told

TITLE = "distance of the samples to their nearest training image"
READINGS = ("samples.median_nearest_distance", "samples.median_nearest_distance_expected")


def say(told: Told) -> Iterator[str]:
    """The median distance beside that of test images."""
    value, expected = told.value(READINGS[0]), told.value(READINGS[1])
    if value is None:
        return
    beside = f"; of a real test image {figures(expected, 3)}" if expected is not None else ""
    yield (
        f"The median distance of a sample to its nearest training image is {figures(value, 3)} grey levels over all "
        f"pixels (L2){beside}. Blur alone makes it smaller: it is no evidence of copying by itself."
    )
