"""How many samples there are, where they were taken from, and what is odd about their values or their network."""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import amount, percent
from validator.marking.told import Told

TITLE = "the samples themselves"
READINGS = (
    "samples.count",
    "samples.extreme_values_share",
    "samples.extreme_values_share_expected",
    "samples.brightest_level",
)
FLAGS = (
    "untrained-network",
    "unclear-network",
    "several-sources",
    "mis-scaled-range",
    "clipped-range",
    "duplicates-inside",
    "source-refused",
)


def say(told: Told) -> Iterator[str]:
    """Their number and source, and what is odd."""
    count = told.whole("samples.count")
    if count is None:
        return
    holder = next((each for each in told.evidence.metrics if "samples.count" in each.readings), None)
    source = f", taken from: {holder.source[:200]}" if holder and holder.source else ""
    yield f"{amount(count, 'samples')} {'is' if count == 1 else 'are'} at hand{source}."
    yield from _values(told)
    for words in told.flags(FLAGS):
        yield f"{words.rstrip('.')}."


def _values(told: Told) -> Iterator[str]:
    """Whether the values fill the range as those of real images do."""
    share, expected = told.value("samples.extreme_values_share"), told.value("samples.extreme_values_share_expected")
    if share is None:
        return
    real = f"; of real test images {percent(expected)} are" if expected is not None else ""
    brightest = told.whole("samples.brightest_level")
    most = f" The largest is {brightest} of 255." if brightest is not None else ""
    yield f"{percent(share)} of their values are 0 or 255{real}.{most}"
