"""Claims of one kind about one model: which may be the student's own final number, and how they are said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from validator.evidence import Claim
from validator.marking.words import counted

NOT_FOUND = "not found by the program; a person looks"
HARMLESS = frozenset({"approximate", "clean-fid", "over-seeds"})
"""Flags that say how a number was got, and not that it may be another's."""
TABLE = "table"
NEVER = frozenset({"limit", "difference", "per-epoch", "other-steps", "top-k"})
"""Flags of numbers that are something else for certain, unless they happen to be what was measured."""
SHOWN, QUOTE_CHARACTERS = 4, 120


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One number that is asked for: of which kind, about which role, and of which part of the data."""

    kind: str
    about: str = ""
    """Empty where any role will do."""
    part: str = ""

    @property
    def name(self) -> str:
        """As a message says it."""
        kind = "FID" if self.kind == "fid" else self.kind
        part = {"train": "training ", "test": "test "}.get(self.part, "")
        return f"{part}{kind}"


FACT_WORDS = {
    "spread": r"standard deviation|\bstd\b",
    "parameters": r"\bparameters?\b",
    "steps": r"\bsteps\b",
    "accuracy": r"\baccuracy\b",
    "loss": r"\bloss\b",
    "fid": r"\bFID\b",
    "penalty": r"\bpenalty\b",
}
PART_WORDS = {"train": r"\btraining (?:loss|accuracy)\b", "test": r"\btest (?:loss|accuracy)\b"}


def fact_of(words: str, *, classifier: str, generator: str) -> Fact | None:
    """The fact that these words of a rubric ask for; None where they ask for no number."""
    kind = next((kind for kind, sign in FACT_WORDS.items() if re.search(sign, words, re.IGNORECASE)), None)
    if kind is None:
        return None
    part = next((part for part, sign in PART_WORDS.items() if re.search(sign, words, re.IGNORECASE)), "")
    low = words.lower()
    about = classifier if "classifier" in low else generator if "generative" in low or kind == "fid" else ""
    return Fact(kind=kind, about=about, part=part)


def candidates(claims: Iterable[Claim], fact: Fact) -> tuple[list[Claim], list[Claim]]:
    """Claims that may be this fact: those that say so plainly, and those in doubt (flagged, or of no named model)."""
    plain: list[Claim] = []
    doubtful: list[Claim] = []
    for claim in claims:
        if claim.kind != fact.kind or (fact.about and claim.about not in (fact.about, "")):
            continue
        if fact.part and claim.part not in (fact.part, ""):
            continue
        sure = claim.about == fact.about or not fact.about
        sure = sure and claim.part == fact.part and not set(claim.flags) - HARMLESS
        (plain if sure else doubtful).append(claim)
    return plain, doubtful


def open_below(claim: Claim) -> float:
    """Half of what the printed digits leave open; more where `about` or a row of noughts says that it was rounded."""
    return max(claim.resolution, _rounded_to(claim)) / 2


def _rounded_to(claim: Claim) -> float:
    """98,000 is to the nearest thousand, 10,000 is what it says; `about 10,000` is to the nearest thousand."""
    if claim.kind not in ("parameters", "steps") or claim.value < 10_000 or claim.resolution > 1:
        return 0.0
    digits = f"{claim.value:.0f}"
    noughts = len(digits) - len(digits.rstrip("0"))
    significant = len(digits) - noughts
    if "approximate" in claim.flags:
        return 10.0 ** min(noughts, len(digits) - 2)
    return 10.0**noughts if significant >= 2 and noughts >= 3 else 0.0


def is_count(claim: Claim, counted_value: int) -> bool:
    """98.4k is 98,350 up to 98,449: half a unit of the last digit, as rounding gives it."""
    half = open_below(claim)
    return claim.value == counted_value or claim.value - half <= counted_value < claim.value + half


def distinct(claims: Sequence[Claim]) -> list[Claim]:
    """One claim for each different number; 0.98M and 981,234 are the same one, said more and less closely."""
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda one: (one.resolution, one.spread is None)):
        if not any(abs(claim.value - other.value) <= open_below(claim) + open_below(other) for other in kept):
            kept.append(claim)
    return [claim for claim in claims if claim in kept]


def value_text(kind: str, value: float) -> str:
    """A number of this kind as a message says it: `98,442`, `93.4 %`, `41.3`."""
    if kind in ("parameters", "steps"):
        return f"{value:,.0f}"
    if kind == "accuracy":
        return f"{100 * value:.4g} %"
    return counted(int(value), "marks") if kind == "penalty" else f"{value:.4g}"


def said(claim: Claim, *, quote: bool = True) -> str:
    """`98,442 (p2: "... has 98,442 parameters ...")`, with its flags."""
    spread = f" ± {value_text(claim.kind, claim.spread)}" if claim.spread is not None else ""
    flags = f"; {', '.join(claim.flags)}" if claim.flags else ""
    words = f': "{shortened(claim.quote)}"' if quote else ""
    return f"{value_text(claim.kind, claim.value)}{spread} ({claim.where}{words}{flags})"


def listed(claims: Sequence[Claim]) -> str:
    """All of them, the first ones with their words."""
    shown = "; ".join(said(claim) for claim in claims[:SHOWN])
    return shown + (f" and {len(claims) - SHOWN} more" if len(claims) > SHOWN else "")


def shortened(quote: str) -> str:
    """The middle of a long quote, where the number stands."""
    if len(quote) <= QUOTE_CHARACTERS:
        return quote
    cut = (len(quote) - QUOTE_CHARACTERS) // 2
    return f"...{quote[cut : cut + QUOTE_CHARACTERS].strip('. ')}..."
