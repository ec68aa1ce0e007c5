"""Numbers and places as a message says them. Knows no rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal

from validator.evidence import Outcome, Reading, Run
from validator.marking.finding import Number

PLACES_SHOWN = 6

ENDED: Mapping[Outcome, str] = {
    "finished": "the run finished",
    "raised": "the run ended in an error",
    "timed-out": "the run was stopped at its time limit",
    "killed": "the run was killed",
    "not-started": "the run did not start",
}


def counted(number: Number, unit: str) -> str:
    """`1 page`, `6 pages`, `150,000 parameters`; the unit is given in the plural."""
    singular = unit.removesuffix("s") if unit.endswith("s") and not unit.endswith("ss") else unit
    return f"{number:,} {singular if number == 1 else unit}"


def decimal_text(value: Decimal) -> str:
    """Marks without trailing zeros: `5`, `2.5`, `-100`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quotient_text(dividend: int, divisor: int) -> str:
    """The quotient to two places, cut and with dots where it goes on."""
    cut = (Decimal(dividend) / divisor).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return decimal_text(cut) + ("" if cut * divisor == dividend else "...")


def ended_text(run: Run) -> str:
    """How a run ended, in words."""
    return ENDED[run.outcome] + (f": {run.detail}" if run.detail else "")


def reading_text(reading: Reading) -> str:
    """The value with its unit and its witness, or the reason why there is none: `9,000 steps (reported)`."""
    if reading.value is None:
        return f"not measured ({reading.why})"
    if reading.unit == "share":
        return f"{reading.value * 100:.4g} % ({reading.source})"
    number = f"{reading.value:,}" if isinstance(reading.value, int) else f"{reading.value:.4g}"
    unit = reading.unit.removesuffix("s") if reading.value == 1 and not reading.unit.endswith("ss") else reading.unit
    return f"{number} {unit}".rstrip() + f" ({reading.source})"


def places(found: Iterable[str]) -> str:
    """The places, shortened when there are many."""
    every = list(dict.fromkeys(found))
    more = f" and {len(every) - PLACES_SHOWN} more" if len(every) > PLACES_SHOWN else ""
    return ", ".join(every[:PLACES_SHOWN]) + more
