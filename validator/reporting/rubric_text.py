"""A rubric as a student reads it: what to hand in, its limits and what a breach costs, when, how it is marked.

Everything comes from the rubric's data; nothing is said that does not stand there. Returns text, prints nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from validator.marking.rubric import Clause, Criterion, Part, Rubric, Sharing
from validator.marking.words import decimal_text
from validator.plan import Role
from validator.reporting import rubric_prices
from validator.reporting.rubric_prices import LATE

WIDTH = 100


def render(rubric: Rubric, *, width: int = WIDTH) -> str:
    """The whole page, wrapped to so many columns."""
    return "\n".join(line for block in _blocks(rubric, width) for line in block) + "\n"


def _blocks(rubric: Rubric, width: int) -> Iterator[list[str]]:
    late = tuple(clause for clause in rubric.clauses if clause.rule == LATE)
    rest = [clause for clause in rubric.clauses if clause.rule != LATE]
    packing = [clause for clause in rest if clause.rule.startswith(("layout/", "handin/"))]
    others = [clause for clause in rest if clause not in packing]
    priced = [clause for clause in others if clause.penalty.shape != "refer"]
    looked = [clause for clause in others if clause.penalty.shape == "refer"]
    yield [rubric.title, f"{rubric.id}, sha256 {rubric.sha256}"]
    yield [*_title("What to hand in"), *_roles(rubric.plan.roles, width), "", *_clauses(packing, width)]
    if priced:
        yield [*_title("Limits and what it costs to exceed them"), *_clauses(priced, width)]
    if looked:
        head = "What else is looked at; where it is not kept, a person decides what that costs"
        yield [*_title(head), *_clauses(looked, width, with_price=False)]
    if late:
        yield [*_title("When"), *_late(late, width)]
    if rubric.criteria:
        yield [*_title("How it is marked, by a person"), *_scheme(rubric.criteria, width)]
    if rubric.sharing:
        yield [*_title("How a team's mark is divided"), *_point(_sharing(rubric.sharing), width)]
    if rubric.parts:
        parts = [line for part in rubric.parts for line in _point(_part(part), width)]
        yield [*_title("What the module's mark is made of"), *parts]
    if rubric.notes:
        notes = [line for note in rubric.notes for line in _point(note, width)]
        yield [*_title("Notes on this rubric"), *notes]


def _title(text: str) -> list[str]:
    return ["", text.upper()]


def _roles(roles: Iterable[Role], width: int) -> Iterator[str]:
    for role in roles:
        yield from _point(f"{role.name}: {_name(role)}", width)


def _name(role: Role) -> str:
    endings = _either([*filter(None, role.suffixes), *(["no ending"] if "" in role.suffixes else [])])
    named = {
        "username": f"<username>-{role.stem}{endings}",
        "plain": f"{role.stem}{endings}",
        "any": f"a file ending in {endings}, under any name",
    }[role.naming]
    many = ("; there may be several" + (", each is run" if role.each else "")) if role.many else ""
    return named + many + ("; it may lie in a folder" if role.folders else "")


def _either(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _clauses(clauses: Iterable[Clause], width: int, *, with_price: bool = True) -> Iterator[str]:
    for clause in clauses:
        yield from _point(clause.says, width)
        if with_price:
            yield from _under(f"Otherwise: {rubric_prices.price(clause)}.", width)
            if clause.penalty.caution:
                yield from _under(f"From twice the limit on: {clause.penalty.caution}.", width)
        yield from _under(f"[{clause.cites}] {clause.id}, {clause.rule}", width)


def _late(clauses: tuple[Clause, ...], width: int) -> Iterator[str]:
    for due in dict.fromkeys(rubric_prices.deadline(clause) for clause in clauses):
        yield from _point(f"Due: {due}; later for those with an approved extension.", width)
    for clause in clauses:
        yield from _point(clause.says, width)
        yield from _under(f"{rubric_prices.price(clause)}; {'; '.join(rubric_prices.late_lines(clause))}.", width)
        yield from _under(f"[{clause.cites}] {clause.id}, {clause.rule}", width)
    days = rubric_prices.holidays(clauses)
    if days:
        yield from _point(f"No working days: {', '.join(map(rubric_prices.day, days))}.", width)


def _scheme(criteria: Iterable[Criterion], width: int) -> Iterator[str]:
    for criterion in criteria:
        marks = decimal_text(criterion.marks)
        yield from _point(f"{criterion.title}: {marks} {'mark' if marks == '1' else 'marks'}", width)
        for question in criterion.questions:
            yield from _wrapped(question.ask, width, first="    - ", further="      ")


def _sharing(sharing: Sharing) -> str:
    whose = {
        "size-times-share": "team's mark x share x members with a share",
        "share-of-largest": "team's mark x share / largest share",
    }[sharing.policy]
    return f"Each member's mark: {whose}, at most {decimal_text(sharing.highest)}; the shares stand in {sharing.role}."


def _part(part: Part) -> str:
    return f"{part.title}: {decimal_text(part.weight)} %" + (f" ({part.group})" if part.group else "")


def _point(text: str, width: int) -> list[str]:
    return _wrapped(text, width, first="- ", further="  ")


def _under(text: str, width: int) -> list[str]:
    return _wrapped(text, width, first="    ", further="    ")


def _wrapped(text: str, width: int, *, first: str, further: str) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=further, break_on_hyphens=False)
