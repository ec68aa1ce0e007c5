"""The penalty that a paper states beside the one that was computed: agreement in words, a difference for a person.

Which of several statements is the total is told here; the marks come from pricing. Gives and takes no mark itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from validator.evidence import Claim, Evidence
from validator.marking.claims import listed
from validator.marking.finding import Finding
from validator.marking.words import decimal_text

RULE = "paper/penalty-unstated"
KIND = "penalty"
TOTAL = ("total", "overall", "altogether")
AFTER_THE_REFERENCES = "after-references"
MOST_PROPOSED = 10
"""Proposed penalties whose every selection is tried; more are taken all together."""


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What the other clauses come to, all as negative marks or 0."""

    applied: Decimal
    """The penalties that apply, and those that a person ruled on."""
    proposed: tuple[Decimal, ...] = ()
    """Each penalty that waits for a person."""
    unknown: tuple[str, ...] = ()
    """Clauses that count and could not be judged."""
    doubtful: bool = False
    """Whether one of the prices is one that a person decides."""

    @property
    def possible(self) -> frozenset[Decimal]:
        """Every total that a person may come to by confirming some of what is proposed."""
        some = [mark for mark in self.proposed if mark]
        sizes = range(len(some) + 1) if len(some) <= MOST_PROPOSED else (0, len(some))
        return frozenset(
            self.applied + sum(chosen, Decimal(0)) for size in sizes for chosen in combinations(some, size)
        )


def statements(evidence: Evidence) -> list[Claim]:
    """Everything that the papers say of marks to be lost, flagged or not."""
    return [claim for paper in evidence.papers for claim in paper.claims if claim.kind == KIND]


def plain(claims: Iterable[Claim]) -> list[Claim]:
    """Those that say so plainly, also behind the references, where they belong."""
    return [claim for claim in claims if not {*claim.flags} - {AFTER_THE_REFERENCES}]


def total_of(claims: Sequence[Claim]) -> list[Claim]:
    """The statements that make up the total: the one called so, the only one, or one for each model; else none."""
    totals = [claim for claim in claims if any(word in claim.quote.lower() for word in TOTAL)]
    return _one(totals) or _one(claims) or _one_each(claims)


def beside(evidence: Evidence, finding: Finding, computed: Computed) -> Finding:
    """The finding on what is stated, with what was computed; a fail where no way to rule gives the stated total."""
    chosen = total_of(plain(statements(evidence)))
    applied = f"{decimal_text(computed.applied)} marks"
    waiting = sum(computed.proposed, Decimal(0))
    more = f", and {decimal_text(waiting)} more are proposed" if waiting else ""
    if not chosen:
        return replace(finding, message=f"{finding.message}. Computed here: {applied}{more}")
    expected = Decimal(str(round(sum(claim.value for claim in chosen), 6)))
    said = f"the paper states {listed(chosen)}"
    if len(chosen) > 1:
        said += f", {decimal_text(expected)} together"
    message = f"{said}; computed here: {applied}{more}"
    if computed.unknown:
        message += f", without {', '.join(computed.unknown)}, not known here"
    if expected in computed.possible:
        agrees = "" if computed.unknown else ": it agrees"
        return replace(finding, verdict="pass", message=f"{message}{agrees}")
    if computed.unknown:
        return replace(finding, verdict="unknown", message=message)
    if computed.doubtful:
        return replace(finding, verdict="unknown", message=f"{message}, of which a person decides a price")
    return replace(finding, verdict="fail", message=f"{message}: they differ, and a person looks at both")


def _one(claims: Sequence[Claim]) -> list[Claim]:
    """The first of them, when all say the same number."""
    return list(claims[:1]) if len({claim.value for claim in claims}) == 1 else []


def _one_each(claims: Sequence[Claim]) -> list[Claim]:
    """One of each model, where every statement names its model and each model has one number."""
    models = {claim.about: claim for claim in reversed(claims)}
    numbers = {(claim.about, claim.value) for claim in claims}
    return list(reversed(models.values())) if "" not in models and len(numbers) == len(models) else []
