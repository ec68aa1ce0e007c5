"""What chance gives: how far a number lies from it in standard errors, and the words for that. Knows no reading."""

from __future__ import annotations

SURE, UNSURE = 3.0, 2.0
"""Standard errors from which a difference is called real (chance: once in 370), and called open (once in 22)."""


def standard_errors(difference: float, error: float | None) -> float | None:
    """The difference in standard errors, with its sign; None when the error is not known or is none."""
    return difference / error if error is not None and error > 0 else None


def times(errors: float) -> str:
    """`8 standard errors`, `1 standard error`, `0.4 standard errors`."""
    size = abs(errors)
    text = f"{size:.0f}" if size >= 3 else f"{size:.1f}".removesuffix(".0")
    return f"{text} standard error{'' if text == '1' else 's'}"


def is_real(errors: float | None) -> bool:
    """Whether chance is no explanation of a difference of so many standard errors."""
    return errors is not None and abs(errors) >= SURE


def is_open(errors: float | None) -> bool:
    """Whether the difference may be chance or not: more data would tell."""
    return errors is not None and UNSURE <= abs(errors) < SURE
