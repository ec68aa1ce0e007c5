"""Samples that repeat another sample in every pixel. A model that draws from noise repeats itself never."""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import amount
from validator.marking.told import Told

TITLE = "samples that repeat another sample"
READINGS = ("samples.duplicates",)


def say(told: Told) -> Iterator[str]:
    """How many samples say nothing new."""
    repeats = told.whole("samples.duplicates")
    if repeats is None:
        return
    if repeats == 0:
        yield "No sample repeats another in every pixel."
        return
    verb = "repeats" if repeats == 1 else "repeat"
    yield f"{amount(repeats, 'samples')} {verb} another sample in every pixel; drawing from noise gives none."
