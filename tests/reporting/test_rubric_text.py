"""A rubric as a student reads it: its sections, prices in words, names of files, deadlines, from the data alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from validator.marking import load_rubric, rubric_ids
from validator.marking.rubric import Clause, Penalty
from validator.plan import Role
from validator.reporting import rubric_prices, rubric_text

MAIN = load_rubric("comp3547-2024")


def clause(rule="paper/too-long", **penalty):
    penalty = {"shape": "refer", **penalty}
    limits = {"pages": 4, "policy": "all"}
    return Clause(id="c", rule=rule, cites="Here", says="It is so.", limits=limits, penalty=Penalty(**penalty))


def late(**limits):
    limits = {"deadline": datetime(2022, 5, 13, 16), "zone": "Europe/London", "window": "within", **limits}
    penalty = Penalty(shape="per-unit-percent", percent=Decimal(10))
    return Clause(id="l", rule="handin/late", cites="There", says="Late costs.", limits=limits, penalty=penalty)


def one_line(rubric, **how):
    return " ".join(rubric_text.render(rubric, **how).split())


@pytest.mark.parametrize("name", rubric_ids())
def test_every_clause_criterion_and_note_of_every_rubric_is_said_once(name):
    rubric = load_rubric(name)
    text = one_line(rubric)
    for each in rubric.clauses:
        assert text.count(f" {each.id}, {each.rule}") == 1, each.id
        assert each.says in text
    assert all(question.ask in text for each in rubric.criteria for question in each.questions)
    assert all(note in text for note in rubric.notes)


def test_the_sections_stand_in_the_order_a_student_needs_them():
    heads = [line for line in rubric_text.render(MAIN).splitlines() if line and line.upper() == line]
    assert heads == [
        "WHAT TO HAND IN",
        "LIMITS AND WHAT IT COSTS TO EXCEED THEM",
        "WHAT ELSE IS LOOKED AT; WHERE IT IS NOT KEPT, A PERSON DECIDES WHAT THAT COSTS",
        "WHEN",
        "HOW IT IS MARKED, BY A PERSON",
        "NOTES ON THIS RUBRIC",
    ]


@pytest.mark.parametrize("width", [60, 100])
def test_no_line_is_longer_than_the_page(width):
    long = [line for line in rubric_text.render(MAIN, width=width).splitlines()[3:] if len(line) > width]
    assert [line for line in long if line.upper() != line] == []


@pytest.mark.parametrize(
    ("penalty", "words"),
    [
        ({}, "a person decides what it costs"),
        ({"kind": "proposed"}, "a person decides what it costs"),
        ({"shape": "fixed", "marks": 0}, "it is said, and costs nothing"),
        ({"shape": "fixed", "marks": 1}, "1 mark off"),
        ({"shape": "per-unit", "marks": "2.5"}, "2.5 marks off for each page over the limit"),
        ({"shape": "per-unit-percent", "percent": 5}, "5 % of the awarded marks off for each page over the limit"),
        ({"shape": "per-tenth", "marks": 5}, "5 marks off for every complete 10 % over the limit"),
        ({"shape": "per-tenth", "marks": 5, "policy": "started-tenths"}, "5 marks off for every started 10 %"),
        ({"shape": "per-tenth", "marks": 5, "policy": "proportional"}, "more or less of it in proportion"),
        (
            {"shape": "cap", "marks": 40, "kind": "proposed"},
            "the final mark is at most 40; nothing before a",
        ),
        ({"shape": "zero"}, "the final mark is 0"),
    ],
)
def test_a_price_is_said_in_words(penalty, words):
    numbers = {key: Decimal(value) for key, value in penalty.items() if key in ("marks", "percent")}
    assert words in rubric_prices.price(clause(**{**penalty, **numbers}))


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ({}, "r: <username>-main.py or .ipynb"),
        ({"naming": "plain"}, "r: main.py or .ipynb"),
        ({"naming": "any", "many": True}, "r: a file ending in .py or .ipynb, under any name; there may be several"),
        (
            {"naming": "any", "many": True, "each": True},
            "r: a file ending in .py or .ipynb, under any name; there may be several, each is run",
        ),
        ({"folders": True}, "; it may lie in a folder"),
        ({"naming": "plain", "suffixes": ("", ".md", ".txt")}, "r: main.md, .txt or no ending"),
    ],
)
def test_a_file_is_named_as_it_must_be(role, words):
    made = Role(**{"name": "r", "kind": "notebook", "stem": "main", "suffixes": (".py", ".ipynb"), **role})
    assert words in one_line(replace(MAIN, plan=replace(MAIN.plan, roles=(made,))))


def test_the_late_policy_says_its_days_in_the_zone_of_the_deadline():
    deadline = datetime(2022, 10, 28, 16)
    rubric = replace(MAIN, clauses=(late(deadline=deadline, working_days=2, holidays=(date(2022, 10, 31),)),))
    text = one_line(rubric)
    assert "Due: Friday 28 October 2022, 16:00 (Europe/London); later for those with an approved extension" in text
    assert "10 % of the awarded marks off for each started working day" in text
    assert "after Friday 28 October 2022, 16:00, until Wednesday 2 November 2022, 16:00 (2 working days later)" in text
    assert "No working days: 31 October 2022" in text


def test_a_window_without_days_and_the_minutes_of_grace_are_said():
    text = one_line(replace(MAIN, clauses=(late(window="after", grace_minutes=10),)))
    assert "for everything after Friday 13 May 2022, 16:00; a hand-in up to 10 minutes late counts as in time" in text


def test_shares_of_a_team_and_parts_of_a_module_are_said():
    team = one_line(load_rubric("comp6248-reproducibility-2021"))
    assert "team's mark x share x members with a share, at most 100; the shares stand in mark-split" in team
    labs = one_line(load_rubric("comp6248-labs-2021"))
    assert "Reproducibility challenge: 40 % (coursework)" in labs


def test_a_deadline_without_a_zone_is_said_with_its_offset():
    made = late(deadline=datetime(2025, 1, 28, 14, tzinfo=UTC))
    made.limits.pop("zone")
    assert "14:00 (UTC)" in one_line(replace(MAIN, clauses=(made,)))
    assert "14:00 (Europe/London)" in one_line(MAIN)
