"""Stated numbers beside measured ones as a table, for questions whose clauses compare them. Judges nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from validator.evidence import Claim, Evidence
from validator.marking.claims import NEVER, SHOWN, Fact, candidates, distinct, said
from validator.marking.contradictions import findings
from validator.marking.finding import Verdict
from validator.marking.measures import measure_of
from validator.marking.report import Table
from validator.marking.rubric import Clause

PAPER, SOURCE = "paper/contradicted", "source/contradicted"
TELLERS = {PAPER: "the paper", SOURCE: "the notebook as handed in"}
WORDS: dict[Verdict, str] = {"pass": "agrees", "fail": "differs: a person looks", "unknown": "cannot be told"}
HEAD = ("number", "stated", "measured, and what noise allows", "so")


def stated_tables(evidence: Evidence, clauses: Iterable[Clause]) -> Iterator[Table]:
    """One table of every number that those of the clauses compare that compare any; none where nothing is stated."""
    rows = [row for clause in clauses if clause.rule in TELLERS for row in _rows(evidence, clause)]
    if rows:
        yield Table(title="Stated numbers beside measured ones", head=HEAD, rows=tuple(rows))


def _rows(evidence: Evidence, clause: Clause) -> Iterator[tuple[str, str, str, str]]:
    claims = _claims(evidence, clause)
    names = clause.limits["facts"]
    for name in names:
        part, _, kind = name.rpartition("-")
        fact = Fact(kind=kind, about=clause.about, part=part)
        plain, doubtful = candidates(claims, fact)
        verdict = _verdict(evidence, clause, claims, name)
        # A limit that the notebook names is not what it states of its model, unless that is what was measured.
        shown = distinct(plain) or [claim for claim in doubtful if verdict == "pass" or not NEVER & {*claim.flags}]
        if shown:
            yield (
                f"{fact.name}, {TELLERS[clause.rule]}",
                _stated(shown),
                _measured(evidence, clause, fact, shown[0]),
                WORDS[verdict],
            )


def _claims(evidence: Evidence, clause: Clause) -> list[Claim]:
    if clause.rule == PAPER:
        return [claim for paper in evidence.papers for claim in paper.claims]
    return [claim for source in evidence.sources if source.role == clause.about for claim in source.claims]


def _stated(claims: Sequence[Claim]) -> str:
    more = f" and {len(claims) - SHOWN} more" if len(claims) > SHOWN else ""
    return "; ".join(said(claim, quote=False) for claim in claims[:SHOWN]) + more


def _measured(evidence: Evidence, clause: Clause, fact: Fact, claim: Claim) -> str:
    measure = measure_of(evidence, fact, clause.limits)
    return f"nothing to compare with: {measure.why}" if measure.value is None else measure.judge(claim).beside


def _verdict(evidence: Evidence, clause: Clause, claims: Sequence[Claim], name: str) -> Verdict:
    """As the rule itself gives it for this number alone."""
    limits = {**clause.limits, "facts": (name,)}
    teller = TELLERS[clause.rule]
    found = findings(evidence, about=clause.about, teller=teller, claims=claims, limits=limits)
    return next((finding.verdict for finding in found), "unknown")
