"""How a sentence says a number: shares as percent, differences in points, errors to two figures. Judges none."""

from __future__ import annotations

import math

LEAST_PERCENT = 0.01
"""A share nearer to none or to all than this many percent is said to be under or over it, never 0 % or 100 %."""


def percent(share: float) -> str:
    """`93.1 %`; 0 % and 100 % only of none and of all."""
    if share in (0, 1):
        return f"{share * 100:.0f} %"
    for places in (1, 2):
        text = f"{share * 100:.{places}f}"
        if float(text) not in (0, 100):
            return f"{text} %"
    return f"under {LEAST_PERCENT} %" if share < 0.5 else f"over {100 - LEAST_PERCENT} %"


def points(share: float) -> str:
    """A difference of shares in percentage points, `2.9 points`, without its sign."""
    return f"{short(abs(share) * 100)} points"


def figures(value: float, digits: int = 2) -> str:
    """`0.35`, `2.9`, `41`, `210`: so many figures, and every one before the point; never an exponent but for dust."""
    if value == 0 or not math.isfinite(value):
        return "0"
    size = math.floor(math.log10(abs(value)))
    places = max(0, digits - 1 - size)
    rounded = f"{value:,.{places}f}"
    return rounded if places <= 6 else f"{value:.{digits - 1}e}"


def short(value: float) -> str:
    """To two figures, without zeros that end it: `0.4`, `0.27`, `3`."""
    text = figures(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def measured(value: float, error: float | None) -> str:
    """The value to the place where its error, as `short` says it, ends; to three figures when there is no error."""
    if not error or not math.isfinite(error):
        return figures(value, 3)
    _, _, places = short(error).partition(".")
    return f"{value:,.{min(len(places), 6)}f}"


def amount(number: float, unit: str) -> str:
    """`1 image`, `10,000 images`, `2.5 images`; the unit in the plural."""
    whole = float(number).is_integer()
    text = f"{int(number):,}" if whole else short(number)
    singular = unit.removesuffix("s") if unit.endswith("s") and not unit.endswith("ss") else unit
    return f"{text} {singular if number == 1 else unit}"


def upper_bound(value: float, places: int = 1) -> str:
    """The value rounded up, so that what is said not to be told apart never is: `0.6`."""
    scale: int = 10**places
    return f"{math.ceil(value * scale - 1e-9) / scale:,.{places}f}"
