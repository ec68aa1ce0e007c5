"""How many bins of training images hold clearly more or fewer samples than they should (NDB/K).

Chance alone makes some bins differ; the share that differs for as many real test images stands beside.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import percent, points
from validator.marking.chance import is_open, is_real, standard_errors
from validator.marking.told import Told

TITLE = "bins of the data in which the samples are too many or too few"
READINGS = (
    "samples.bins_differing",
    "samples.bins_differing_expected",
    "samples.bins_differing_se",
    "samples.bins",
)


def say(told: Told) -> Iterator[str]:
    """The share of differing bins beside that of test images."""
    value, expected, error = (told.value(name) for name in READINGS[:3])
    bins = told.whole("samples.bins")
    if value is None:
        return
    of = f"Of {bins:,} bins made" if bins is not None else "Of bins made"
    beside = _beside(value, expected, error)
    yield f"{of} from the training images {percent(value)} hold too many or too few samples{beside}."


def _beside(value: float, expected: float | None, error: float | None) -> str:
    if expected is None:
        return " (NDB/K)"
    se = f" (standard error {points(error)})" if error is not None else ""
    far = standard_errors(value - expected, error)
    if far is None:
        return f" (NDB/K); for as many real test images {percent(expected)} do{se}"
    meaning = "no more than chance gives"
    if far > 0 and is_real(far):
        meaning = "the samples are spread otherwise than the data"
    elif far > 0 and is_open(far):
        meaning = "more, which chance gives now and then"
    return f" (NDB/K); for as many real test images {percent(expected)} do{se}: {meaning}"
