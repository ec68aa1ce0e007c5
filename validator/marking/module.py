"""The mark of a module from the marks of its parts: pure, exact; what is not known yet stays unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from validator.marking.rubric import Part
from validator.marking.words import decimal_text

CENT, WHOLE = Decimal("0.01"), Decimal(100)


@dataclass(frozen=True, kw_only=True)
class ModuleMark:
    """What is known of one student's mark, in per cent of the module."""

    known: Decimal
    """Earned in the parts whose marks are known."""
    weight_known: Decimal
    """What these parts weigh together."""
    unknown: tuple[str, ...]
    """Ids of the parts without a mark."""
    arithmetic: str
    groups: Mapping[str, Decimal]
    """Earned in each group of parts whose marks are all known."""

    @property
    def mark(self) -> Decimal | None:
        """The module's mark, rounded half up to a hundredth; None while a part is unknown."""
        return None if self.unknown else rounded(self.known)

    @property
    def lowest(self) -> Decimal:
        """The mark if every unknown part got nothing."""
        return rounded(self.known)

    @property
    def highest(self) -> Decimal:
        """The mark if every unknown part got all."""
        return rounded(self.known + WHOLE - self.weight_known)


def module_mark(marks: Mapping[str, Decimal | None], parts: Sequence[Part]) -> ModuleMark:
    """The module's mark of marks out of 100 by the id of their part; an absent one is unknown, never zero."""
    earned = {part.id: _earned(part, marks.get(part.id)) for part in parts}
    known = [part for part in parts if earned[part.id] is not None]
    unknown = tuple(part.id for part in parts if earned[part.id] is None)
    terms = [f"{decimal_text(part.weight)} % of {decimal_text(marks[part.id] or Decimal(0))}" for part in known]
    total = sum((value for value in earned.values() if value is not None), Decimal(0))
    said = " + ".join(terms) + f" = {decimal_text(rounded(total))}" if terms else "no part is known"
    return ModuleMark(
        known=total,
        weight_known=sum((part.weight for part in known), Decimal(0)),
        unknown=unknown,
        arithmetic=said + (f"; not known: {', '.join(unknown)}" if unknown else ""),
        groups=_groups(earned, parts),
    )


def rounded(value: Decimal) -> Decimal:
    """Half up to a hundredth."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def _earned(part: Part, mark: Decimal | None) -> Decimal | None:
    return None if mark is None else part.weight * mark / WHOLE


def _groups(earned: Mapping[str, Decimal | None], parts: Sequence[Part]) -> dict[str, Decimal]:
    """What each group earned; a group with an unknown part has no sum."""
    found: dict[str, Decimal] = {}
    for name in dict.fromkeys(part.group for part in parts if part.group):
        values = [earned[part.id] for part in parts if part.group == name]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            found[name] = rounded(sum(known, Decimal(0)))
    return found
