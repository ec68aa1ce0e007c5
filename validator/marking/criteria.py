"""Fills the marking scheme with evidence, sentence by sentence; the mark stays the marker's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from validator.evidence import Evidence, Reading
from validator.marking.absence import reading_or_why
from validator.marking.readings import known_names
from validator.marking.report import Answer, CriterionSheet, PricedFinding
from validator.marking.rubric import Question, Rubric
from validator.marking.words import reading_text

ENDINGS = {" se": ", standard error", " low": ", lower end", " high": ", upper end", " expected": " by chance"}
"""Last words of a reading's name, and how a sentence says them."""


def criteria_sheets(
    evidence: Evidence, rubric: Rubric, penalties: Sequence[PricedFinding]
) -> tuple[CriterionSheet, ...]:
    """One sheet for each criterion, in the rubric's order, with an empty mark."""
    labels = _labels(rubric)
    return tuple(
        CriterionSheet(
            id=criterion.id,
            title=criterion.title,
            cites=criterion.cites,
            out_of=criterion.marks,
            questions=tuple(
                Answer(ask=question.ask, evidence=tuple(_sentences(evidence, question, penalties, labels)))
                for question in criterion.questions
            ),
        )
        for criterion in rubric.criteria
    )


def _labels(rubric: Rubric) -> dict[str, str]:
    """`classifier.test_accuracy` is said as `classifier test accuracy`."""
    names = known_names(role.name for role in rubric.plan.roles if role.kind == "notebook")
    return {name: _label(name) for name in names}


def _label(name: str) -> str:
    words = name.replace(".", " ").replace("_", " ").replace(" fid", " FID")
    ending = next((ending for ending in ENDINGS if words.endswith(ending)), None)
    return words.removesuffix(ending) + ENDINGS[ending] if ending else words


def _sentences(
    evidence: Evidence, question: Question, penalties: Iterable[PricedFinding], labels: dict[str, str]
) -> Iterable[str]:
    for name in question.readings:
        reading = reading_or_why(evidence, name)
        yield f"{labels[name]}: {reading_text(reading)}{_lookalike(evidence, name, reading)}"
    for priced in penalties:
        if priced.clause in question.clauses:
            yield f"{priced.clause}: {priced.verdict}: {priced.message}"


def _lookalike(evidence: Evidence, name: str, reading: Reading) -> str:
    """Numbers on look-alike data or weights are comparable with nothing, and say so."""
    holder = next((metrics for metrics in evidence.metrics if name in metrics.readings), None)
    return ", on look-alike data" if holder and holder.lookalike and reading.value is not None else ""
