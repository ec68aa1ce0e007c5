"""Whether a number that is asked for is stated at all: once, several times over, or not that the program could see."""

from __future__ import annotations

from collections.abc import Sequence

from validator.evidence import Claim, Evidence
from validator.marking.claims import NEVER, NOT_FOUND, TABLE, Fact, candidates, distinct, is_count, listed
from validator.marking.finding import Finding


def stated(evidence: Evidence, fact: Fact, claims: Sequence[Claim], *, words: str) -> Finding:
    """Pass where one number, or one that was also measured, is stated; unknown otherwise, and never a fail."""
    plain, doubtful = candidates(claims, fact)
    tabled = [claim for claim in doubtful if claim.flags == (TABLE,) and claim.about == fact.about]
    measured = _measured(evidence, fact)
    agreeing = [claim for claim in [*plain, *doubtful] if measured is not None and is_count(claim, int(measured))]
    values = distinct([*plain, *tabled] or agreeing)
    if not values:
        perhaps = distinct([claim for claim in doubtful if not NEVER & {*claim.flags}])
        why = f"perhaps {listed(perhaps)}" if perhaps else NOT_FOUND
        return _unknown(f"{words}: {why}", perhaps)
    agreeing = distinct(agreeing)
    if len(values) > 1 and not agreeing:
        return _unknown(f"{words}: stated, ambiguous: {listed(values)}", values)
    shown = agreeing or values
    also = "; the number that was measured" if agreeing else ""
    return Finding(verdict="pass", message=f"{words}: {listed(shown)}{also}", where=shown[0].where, witness="claimed")


def with_spreads(facts: Sequence[Fact], claims: Sequence[Claim], *, words: str) -> Finding:
    """Pass where each of these numbers is stated with its standard deviation somewhere."""
    have: list[Claim] = []
    lack: list[str] = []
    for fact in facts:
        plain, doubtful = candidates(claims, fact)
        spread = [claim for claim in (*plain, *doubtful) if claim.spread is not None]
        have += spread[:1]
        lack += [] if spread else [fact.name]
    if facts and not lack:
        return Finding(verdict="pass", message=f"{words}: {listed(have)}", where=have[0].where, witness="claimed")
    beside = f"; the program found {listed(have)}" if have else ""
    return _unknown(f"{words}: for {', '.join(lack) or 'no number'} {NOT_FOUND}{beside}", have)


def _measured(evidence: Evidence, fact: Fact) -> float | None:
    """The exact count where there is one: it tells the number that is asked for from its neighbours."""
    if fact.kind not in ("parameters", "steps") or not fact.about:
        return None
    return evidence.reading(f"{fact.about}.{fact.kind}").value


def _unknown(message: str, claims: Sequence[Claim]) -> Finding:
    return Finding(verdict="unknown", message=message, where=claims[0].where if claims else "")
