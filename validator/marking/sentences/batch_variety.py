"""How different the first 64 samples are from each other, beside random batches of as many test images.

Near-duplicate pairs are counted among all pairs; the Vendi score is the effective number of different images. One batch
of 64 can miss a collapse onto a few hundred images: coverage, bins and repeats look at all samples.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import amount, figures
from validator.marking.told import Told

TITLE = "variety within the first 64 samples"
READINGS = (
    "samples.batch_vendi",
    "samples.batch_vendi_expected",
    "samples.batch_vendi_low",
    "samples.batch_vendi_high",
    "samples.batch_vendi_percentile",
    "samples.batch_near_duplicates",
    "samples.batch_near_duplicates_expected",
    "samples.batch_images",
)
FLAGS = ("near-duplicates-in-batch",)


def say(told: Told) -> Iterator[str]:
    """Near-duplicate pairs, then the Vendi score."""
    yield from _pairs(told)
    value, expected = told.value("samples.batch_vendi"), told.value("samples.batch_vendi_expected")
    if value is None:
        return
    ends = told.values("samples.batch_vendi_low", "samples.batch_vendi_high")
    within = f" (95 % of them {figures(ends[0], 3)} to {figures(ends[1], 3)})" if ends else ""
    beside = f"; random batches of real images are worth {figures(expected, 3)}{within}" if expected is not None else ""
    rank = _rank(told.value("samples.batch_vendi_percentile"))
    yield f"In variety the batch is worth {figures(value, 3)} different images (Vendi score){beside}{rank}."


def _pairs(told: Told) -> Iterator[str]:
    pairs, usual = told.value("samples.batch_near_duplicates"), told.value("samples.batch_near_duplicates_expected")
    count = told.whole("samples.batch_images")
    if pairs is None:
        return
    of = f"Of the {count * (count - 1) // 2:,} pairs among the first {count:,} samples" if count else "Of all pairs"
    beside = f"; random batches of real images have {amount(usual, 'pairs')} on average" if usual is not None else ""
    yield f"{of} {amount(pairs, 'pairs')} {'is' if pairs == 1 else 'are'} nearly one image{beside}."
    for words in told.flags(FLAGS):
        yield f"They are {words.rstrip('.')}."


def _rank(percentile: float | None) -> str:
    if percentile is None:
        return ""
    if percentile < 1:
        return ", and fewer than 1 in 100 of these are as little varied"
    return f", and {percentile:.0f} % of these are less varied"
