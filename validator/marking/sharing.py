"""Marks of a team's members from the team's mark and their shares: pure, exact, with the arithmetic in words.

Policies. `size-times-share`: team mark x share / all shares x effective size of the team; an even division gives
everybody the team mark. `share-of-largest`: team mark x share / largest share; nobody gets more than the team. Who has
a share of zero gets nothing and is not counted in the effective size. The shares are divided by their own sum, so that
three times 33.3 is an even division and not 0.1 marks short of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from validator.marking.rubric import Sharing
from validator.marking.splits import Share
from validator.marking.words import decimal_text

CENT = Decimal("0.01")
NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Individual:
    """One member's mark, rounded half up to a hundredth, and how it came about."""

    user: str
    per_cent: Decimal
    mark: Decimal
    arithmetic: str


def effective_size(shares: Sequence[Share]) -> int:
    """Members with a share above zero."""
    return sum(share.per_cent > 0 for share in shares)


def individual_marks(
    team_mark: Decimal, shares: Sequence[Share], sharing: Sharing, *, size: int | None = None
) -> tuple[Individual, ...]:
    """The mark of each member in the order of the shares; `size` is an effective size that a person decided.

    Raises ValueError where no share is above zero.
    """
    largest = max((share.per_cent for share in shares), default=NOTHING)
    if largest <= 0:
        raise ValueError("no share is above zero")
    whole = sum((share.per_cent for share in shares), NOTHING)
    members = size if size is not None else effective_size(shares)
    made = []
    for share in shares:
        if sharing.policy == "share-of-largest":
            exact = team_mark * share.per_cent / largest
            said = f"{decimal_text(team_mark)} x {decimal_text(share.per_cent)} / {decimal_text(largest)}"
        else:
            exact = team_mark * share.per_cent * members / whole
            said = f"{decimal_text(team_mark)} x {decimal_text(share.per_cent)} / {decimal_text(whole)} x {members}"
        made.append(_individual(share, exact, said, sharing.highest))
    return tuple(made)


def _individual(share: Share, exact: Decimal, said: str, highest: Decimal) -> Individual:
    rounded = exact.quantize(CENT, rounding=ROUND_HALF_UP)
    words = f"{said} = {decimal_text(rounded)}"
    if not share.per_cent:
        words = "a share of zero: not of the team"
    elif exact > highest:
        words += f", at most {decimal_text(highest)}"
    mark = min(rounded, highest)
    return Individual(user=share.user or share.where, per_cent=share.per_cent, mark=mark, arithmetic=words)
