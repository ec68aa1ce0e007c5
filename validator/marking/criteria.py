"""Fills the marking scheme with evidence, sentence by sentence; the mark stays the marker's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from validator.evidence import Evidence
from validator.marking.absence import reading_or_why
from validator.marking.gaps import Gap, gaps_of, sentences_on
from validator.marking.readings import is_for_students, known_names, label
from validator.marking.report import Answer, CriterionSheet, PricedFinding
from validator.marking.rubric import Question, Rubric
from validator.marking.sentences import Sentence, find_sentence
from validator.marking.stated import stated_tables
from validator.marking.told import Told
from validator.marking.words import reading_text

LOOKALIKE = " (On look-alike data: comparable with nothing.)"
REPORTED = " (Reported from inside the student's process.)"
HELD_BACK = "Measured, the numbers are with the marker: {}."


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What one sentence or one reading of a question has to say, to the marker and to the student."""

    lines: tuple[str, ...] = ()
    for_student: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    """What was measured, where its numbers are not for the student."""
    gaps: tuple[Gap, ...] = ()


def criteria_sheets(
    evidence: Evidence, rubric: Rubric, penalties: Sequence[PricedFinding]
) -> tuple[CriterionSheet, ...]:
    """One sheet for each criterion, in the rubric's order, with an empty mark."""
    told = Told(evidence=evidence)
    roles = [role.name for role in rubric.plan.roles if role.kind == "notebook"]
    units = {name: known.unit for name, known in known_names(roles, rubric.plan.classifier_names).items()}
    return tuple(
        CriterionSheet(
            id=criterion.id,
            title=criterion.title,
            cites=criterion.cites,
            out_of=criterion.marks,
            questions=tuple(_answer(told, rubric, question, penalties, units) for question in criterion.questions),
        )
        for criterion in rubric.criteria
    )


def _answer(
    told: Told, rubric: Rubric, question: Question, penalties: Iterable[PricedFinding], units: Mapping[str, str]
) -> Answer:
    """Sentences, single readings, what is missing with each reason once, then the verdicts of clauses."""
    sentences = [find_sentence(address) for address in question.sentences]
    parts = [_part_of(told, sentence) for sentence in sentences]
    parts += [_reading_part(told, name, units[name]) for name in question.readings]
    hidden = [title for part in parts for title in part.held_back]
    absent = sentences_on(gap for part in parts for gap in part.gaps)
    verdicts = [f"{one.clause}: {one.verdict}: {one.message}" for one in penalties if one.clause in question.clauses]
    return Answer(
        ask=question.ask,
        evidence=(*(line for part in parts for line in part.lines), *absent, *verdicts),
        tables=(
            *(table for sentence in sentences for table in sentence.tables(told)),
            *stated_tables(told.evidence, (clause for clause in rubric.clauses if clause.id in question.clauses)),
        ),
        pictures=question.pictures,
        for_student=(
            *(line for part in parts for line in part.for_student),
            *([HELD_BACK.format("; ".join(hidden))] if hidden else []),
            *absent,
        ),
    )


def _part_of(told: Told, sentence: Sentence) -> _Part:
    said = list(sentence.say(told))
    # Once, where they begin: they stand together.
    said[:1] = [line + _aside(told, sentence.readings) for line in said[:1]]
    return _Part(
        lines=tuple(said),
        held_back=(sentence.title,) if said else (),
        gaps=tuple(gaps_of(told, sentence, said=bool(said))),
    )


def _reading_part(told: Told, name: str, unit: str) -> _Part:
    """One reading; where each file of its role was executed, that of each which has one, by the file's name."""
    role, _, what = name.partition(".")
    runs = [run for run in told.evidence.runs_of(role) if run.of]
    if len(runs) < 2:
        return _single(told, name, unit)
    parts = [_single(told, f"{run.role}.{what}", unit, of=run.path) for run in runs]
    found = [part for part in parts if part.lines] or parts[:1]
    return _Part(
        lines=tuple(line for part in found for line in part.lines),
        for_student=tuple(line for part in found for line in part.for_student),
        held_back=tuple(title for part in found for title in part.held_back),
        gaps=tuple(gap for part in found for gap in part.gaps),
    )


def _single(told: Told, name: str, unit: str, *, of: str = "") -> _Part:
    """One reading; `of` is the file that it is about, where the role has several."""
    reading = reading_or_why(told.evidence, name, unit=unit)
    said = f"{of}: {label(name).partition(' ')[2]}" if of else label(name)
    if reading.value is None:
        return _Part(gaps=(Gap(what=label(name), why=reading.why),))
    line = f"{said}: {reading_text(reading)}."
    shown = is_for_students(name)
    return _Part(
        lines=(line + (LOOKALIKE if told.is_lookalike([name]) else ""),),
        for_student=(line,) if shown else (),
        held_back=() if shown else (said,),
    )


def _aside(told: Told, names: Sequence[str]) -> str:
    """A word of warning where numbers are comparable with nothing, or were not seen from outside."""
    return (LOOKALIKE if told.is_lookalike(names) else "") + (REPORTED if told.reported(names) else "")
