"""The paper does not state something it must state.

## What it checks
Whether the paper says each of the facts the clause lists. A fact is known by its words: parameters, steps, accuracy,
loss, FID, standard deviations; training or test; the classifier or the generative model. Others (an abstract, a
section) are not looked for by this version.

## Why it matters
A reader compares the claim with what was measured, and the statement is asked for.

## Evidence
The numbers found in the paper's text and tables, each with its page and its words. One number is stated; several
different ones are ambiguous, unless one of them is what was measured, and go to a person; none is not found by the
program, which is not the same as missing.

## How to fix
State each fact once, in a sentence or a table of its own, with its number and unit: "The classifier has 98,442
parameters in total and was trained for 10,000 optimisation steps."
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import unmeasured, why_absent
from validator.marking.claims import Fact, fact_of
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.statements import stated, with_spreads

READINGS = ()
LIMITS = {"facts": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each number that is asked for, and one for all else; never a fail: not found is not missing."""
    facts = {words: _fact(words) for words in clause.limits["facts"]}
    claims = [claim for paper in evidence.papers for claim in paper.claims]
    asked = [fact for fact in facts.values() if fact is not None and fact.kind != "spread"]
    other = [words for words, fact in facts.items() if fact is None]
    if other:
        yield unmeasured(evidence, f"whether the paper states {', '.join(other)}")
    for words, fact in facts.items():
        if fact is None:
            continue
        if not evidence.papers:
            message = f"{words}: no paper was read: {why_absent(evidence, 'paper')}"
            yield Finding(verdict="unknown", message=message)
        elif fact.kind == "spread":
            yield with_spreads(asked, claims, words=words)
        else:
            yield stated(evidence, fact, claims, words=words)


def _fact(words: str) -> Fact | None:
    return fact_of(words, classifier="classifier", generator="generator")
