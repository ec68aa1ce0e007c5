"""Individual marks from a team's mark, and a module's mark from its parts: exact, shown, unknown where unknown."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.evidence import Document, Entry, Reading
from validator.marking import RubricError, load_rubric, mark
from validator.marking.module import module_mark
from validator.marking.rubric import Part, Sharing
from validator.marking.sharing import effective_size, individual_marks
from validator.marking.splits import Share
from validator.marking.tables import TableError, lines_of
from validator.marking.team_marks import Given, given_by, member_rows

SIZE = Sharing(role="mark-split", list="team")
LARGEST = replace(SIZE, policy="share-of-largest")
ids = ("ab1c20", "xyz2d21", "qr9e19", "lmn3f20")


def shares(*values):
    return tuple(Share(user=user, per_cent=Decimal(value), where="") for user, value in zip(ids, values, strict=False))


def marks(team, values, sharing=SIZE, **changes):
    return [one.mark for one in individual_marks(Decimal(team), shares(*values), sharing, **changes)]


@pytest.mark.parametrize(
    ("team", "values", "expected"),
    [
        ("72", ("25", "25", "25", "25"), ["72"] * 4),
        ("72", ("33.3", "33.3", "33.3"), ["72"] * 3),
        ("72", ("33.33", "33.33", "33.34"), ["71.99", "71.99", "72.01"]),
        ("60", ("40", "35", "25"), ["72", "63", "45"]),
        ("72", ("50", "50", "0"), ["72", "72", "0"]),
        ("60", ("60", "30", "10"), ["100", "54", "18"]),
        ("0", ("60", "30", "10"), ["0", "0", "0"]),
        ("61.5", ("100",), ["61.5"]),
    ],
)
def test_a_share_of_the_team_mark_times_the_effective_size(team, values, expected):
    assert marks(team, values) == [Decimal(one) for one in expected]


def test_the_largest_share_gets_the_team_mark_under_the_other_policy():
    assert marks("60", ("40", "30", "20", "10"), LARGEST) == [Decimal(one) for one in ("60", "45", "30", "15")]


def test_a_person_may_reduce_the_effective_size():
    assert marks("60", ("45", "45", "10"), size=2) == [Decimal("54"), Decimal("54"), Decimal("12")]
    assert effective_size(shares("45", "45", "10", "0")) == 3


def test_the_arithmetic_gives_the_mark():
    first, second, third = individual_marks(Decimal("61"), shares("33.3", "66.6", "0"), SIZE)
    assert first.arithmetic == "61 x 33.3 / 99.9 x 2 = 40.67"
    assert second.arithmetic == "61 x 66.6 / 99.9 x 2 = 81.33"
    assert third.arithmetic == "a share of zero: not of the team"
    (over, _) = individual_marks(Decimal("80"), shares("80", "20"), SIZE)
    assert (over.mark, over.arithmetic) == (Decimal(100), "80 x 80 / 100 x 2 = 128, at most 100")


@pytest.mark.parametrize("values", [(), ("0", "0")])
def test_a_team_of_zeros_has_no_marks(values):
    with pytest.raises(ValueError, match="no share is above zero"):
        individual_marks(Decimal(60), shares(*values), SIZE)


@given(
    team=st.decimals(0, 100, places=2),
    values=st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=4).filter(any),
    policy=st.sampled_from([SIZE, LARGEST]),
)
def test_nobody_gets_less_than_nothing_or_more_than_the_highest(team, values, policy):
    made = individual_marks(team, shares(*map(str, values)), policy)
    assert all(0 <= one.mark <= 100 for one in made)
    if policy is SIZE and all(one.mark < 100 for one in made):
        mean = sum(one.mark for one in made) / effective_size(shares(*map(str, values)))
        assert abs(mean - team) <= Decimal("0.01")  # the team's members have the team's mark on average


PARTS = (
    Part(id="labs", title="Labs", weight=Decimal(40), group="labs"),
    Part(id="quiz-1", title="Quiz", weight=Decimal(10), group="quizzes"),
    Part(id="quiz-2", title="Quiz", weight=Decimal(10), group="quizzes"),
    Part(id="coursework", title="Coursework", weight=Decimal(40)),
)


def test_a_module_mark_is_the_weighted_sum():
    known = {"labs": Decimal("82.5"), "quiz-1": Decimal(60), "quiz-2": Decimal(0), "coursework": Decimal("71.93")}
    made = module_mark(known, PARTS)
    assert made.mark == Decimal("67.77")
    assert made.arithmetic == "40 % of 82.5 + 10 % of 60 + 10 % of 0 + 40 % of 71.93 = 67.77"
    assert made.groups == {"labs": Decimal("33.00"), "quizzes": Decimal("6.00")}
    assert (made.lowest, made.highest) == (made.mark, made.mark)


def test_an_unknown_part_leaves_the_mark_unknown_and_gives_its_range():
    made = module_mark({"labs": Decimal(80), "quiz-1": None, "coursework": Decimal(50)}, PARTS)
    assert (made.mark, made.unknown) == (None, ("quiz-1", "quiz-2"))
    assert (made.lowest, made.highest) == (Decimal(52), Decimal(72))
    assert made.arithmetic == "40 % of 80 + 40 % of 50 = 52; not known: quiz-1, quiz-2"
    assert "quizzes" not in made.groups


def test_a_module_of_which_nothing_is_known_may_still_be_anything():
    made = module_mark({}, PARTS)
    assert (made.mark, made.lowest, made.highest, made.arithmetic[:16]) == (None, 0, 100, "no part is known")


def test_the_shipped_module_adds_up_to_its_three_thirds():
    parts = load_rubric("comp6248-labs-2021").parts
    weights = {}
    for part in parts:
        weights[part.group] = weights.get(part.group, 0) + part.weight
    assert weights == {"labs": 40, "quizzes": 20, "coursework": 40}
    assert [part.weight for part in parts if part.group == "labs"] == [Decimal(5)] * 8


def table(text, required=("submission", "mark"), optional=("size",)):
    return lines_of(text, name="marks.csv", required=required, optional=optional)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "marks.csv: column `submission` is missing; the first line names the columns"),
        ("submission\n", "marks.csv: column `mark` is missing; the first line names the columns"),
        ("submission,mark,mark\n", "marks.csv: column `mark` stands twice; the first line names the columns"),
        (
            "submission,marks\n",
            'marks.csv: unknown column "marks" (did you mean `mark`?); known: submission, mark, size',
        ),
        ("submission,mark\na,1,2\n", "marks.csv: line 2: 3 cells under 2 columns"),
        ('submission,mark\na,"1\n', "marks.csv: line 2: not CSV (unexpected end of data)"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_place(text, mistake):
    with pytest.raises(TableError) as raised:
        table(text)
    assert str(raised.value) == mistake


@pytest.mark.parametrize("cell", ["x", "-1", "101", "NaN", "inf", "1e3", "0" * 40, "1;2"])
def test_a_cell_that_is_no_mark_is_named_with_its_line(cell):
    (line,) = table(f"submission,mark\nteam1,{cell}\n")
    with pytest.raises(TableError, match=r"marks.csv: line 2: mark: expected a number from 0 to 100, got "):
        line.number("mark")


@pytest.mark.parametrize(
    ("cell", "number"), [("72", 72), (" 72.5 % ", Decimal("72.5")), ("", None), ("?", None), ("-", None)]
)
def test_a_cell_is_a_number_or_unknown(cell, number):
    (line,) = table(f"\ufeffSubmission,Mark\n\nteam1,{cell}\n")
    assert line.number("mark") == number


def given_of(marks_text, shares_text=""):
    lines = lines_of(shares_text, name="shares.csv", required=("submission", "user", "share")) if shares_text else ()
    return given_by(table(marks_text), lines)


def test_tables_give_marks_sizes_and_shares_by_team():
    found = given_of(
        "submission,mark,size\na,70,\nb,,2\n", "submission,user,share\nb,AB1c20,60\nb,xyz2d21,40\nc,x,100\n"
    )
    assert found["a"] == Given(awarded=Decimal(70))
    assert (found["b"].awarded, found["b"].size, [one.user for one in found["b"].shares]) == (
        None,
        2,
        ["ab1c20", "xyz2d21"],
    )
    assert found["c"].shares[0].per_cent == 100


@pytest.mark.parametrize(
    ("marks_text", "shares_text", "words"),
    [
        ("submission,mark\na,1\na,2\n", "", "line 3: submission: a has a mark already"),
        ("submission,mark,size\na,1,2.5\n", "", "size: expected a whole number of members"),
        ("submission,mark,size\na,1,0\n", "", "size: expected a whole number of members"),
        ("submission,mark\na,1\n", "submission,user,share\na,x,50\na,X,50\n", "user: x has a share already"),
        ("submission,mark\na,1\n", "submission,user,share\na,x,\n", "share: is empty"),
        ("submission,mark\na,1\n", "submission,user,share\na,,50\n", "user: is empty"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(marks_text, shares_text, words):
    with pytest.raises(TableError, match=words):
        given_of(marks_text, shares_text)


RUBRIC = "comp6248-reproducibility-2021"


@pytest.fixture
def team(made):
    """A team's evidence with these shares on its form, and its report."""

    def build(*values, submitted="2022-05-13T14:00:00+00:00"):
        rows = [
            Entry(key="share", value=value, unit="%", words=user, where=f"p1 row {number}")
            for number, (user, value) in enumerate(zip(ids, values, strict=False), 1)
        ]
        total = Reading.missing(unit="%", why="the form is a picture")
        form = Document(
            path="f.pdf", role="mark-split", kind="split", entries=tuple(rows), readings={"mark-split.total": total}
        )
        members = [Entry(key="member", words=user, where="") for user in ids[:3]]
        listed = Document(path="team.txt", role="team", kind="team", entries=tuple(members))
        evidence = made.nothing(documents=(form, listed))
        evidence = replace(evidence, submission=replace(evidence.submission, submitted_at=submitted))
        return evidence, mark(evidence, load_rubric(RUBRIC))

    return build


def rows_of(team, given, *values, **changes):
    evidence, report = team(*values, **changes)
    return member_rows(evidence, report, SIZE, given)


def test_members_get_marks_from_the_form_and_what_waits_is_said(team):
    rows = rows_of(team, Given(awarded=Decimal(60)), 40.0, 35.0, 25.0)
    assert [(row.user, row.mark) for row in rows] == [("ab1c20", 72), ("xyz2d21", 63), ("qr9e19", 45)]
    assert {row.size for row in rows} == {3}
    assert "split-even" in rows[0].waits.split()


def test_a_late_team_loses_its_penalty_first(team):
    rows = rows_of(team, Given(awarded=Decimal(60)), 33.3, 33.3, 33.3, submitted="2022-05-17T10:00:00+00:00")
    assert {row.team_mark for row in rows} == {48}
    assert rows[0].arithmetic == "team: 60 - 20 % of 60 = 48; 48 x 33.3 / 99.9 x 3 = 48"


def test_without_shares_the_listed_members_have_no_mark_and_the_reason(team):
    rows = rows_of(team, Given(awarded=Decimal(60)))
    assert [(row.user, row.mark) for row in rows] == [(user, None) for user in ids[:3]]
    assert rows[0].arithmetic == "the shares are not known: a person reads the form and gives them with --shares"


def test_shares_that_add_up_to_more_are_not_divided_by(team):
    rows = rows_of(team, Given(awarded=Decimal(60)), 40.0, 40.0, 40.0)
    assert {row.mark for row in rows} == {None}
    assert rows[0].arithmetic == "the shares add up to 120 %: a person gives others with --shares"


def test_the_module_leaders_shares_stand_in_the_place_of_the_forms(team):
    leader = Given(awarded=Decimal(60), shares=shares("50", "50"))
    rows = rows_of(team, leader, 40.0, 40.0, 40.0)
    assert [(row.user, row.mark) for row in rows] == [("ab1c20", 60), ("xyz2d21", 60)]
    assert rows[0].arithmetic == "shares of the module leader; 60 x 50 / 100 x 2 = 60"


def test_a_team_that_is_not_marked_yet_has_shares_and_no_marks(team):
    rows = rows_of(team, Given(), 40.0, 35.0, 25.0)
    assert next((row.share, row.mark, row.arithmetic) for row in rows) == (40, None, "the team's mark is not given")


BASE = """
schema = 1
id = "x"
title = "X"
[plan]
[[plan.role]]
name = "form"
kind = "split"
stem = "f"
suffixes = [".pdf"]
[[clause]]
id = "safe"
rule = "layout/unsafe-archive"
cites = "1"
says = "Safe."
penalty = { shape = "refer" }
"""


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('[sharing]\nrole = "forms"', 'x.toml: sharing.role: expected a role of kind split (form), got "forms"'),
        ('[sharing]\nrole = "form"\nlist = "form"', "x.toml: sharing.list: expected a role of kind team (none)"),
        ('[sharing]\nrole = "form"\npolicy = "fair"', "x.toml: sharing.policy: expected one of size-times-share"),
        ('[sharing]\npolicy = "share-of-largest"', "x.toml: sharing: `role` is missing"),
        ("sharing = 3", "x.toml: sharing: expected a table, got 3"),
        ('[[part]]\nid = "a"\ntitle = "A"\nweight = 60', "x.toml: part: weight: expected 100 per cent in all parts"),
        ('[[part]]\nid = "a"\ntitle = "A"\nweight = "x"', 'x.toml: part 1: weight: expected a number, got "x"'),
        (
            '[[part]]\nid = "a"\ntitle = "A"\nweight = 50\n[[part]]\nid = "a"\ntitle = "A"\nweight = 50',
            "x.toml: part 2: id: `a` is already taken",
        ),
    ],
)
def test_a_mistake_in_sharing_or_parts_is_a_path_to_it(tmp_path, text, mistake):
    path = tmp_path / "x.toml"
    head, _, rest = BASE.partition("[plan]")
    path.write_text(f"{head}{text}\n[plan]{rest}" if text.startswith("sharing") else f"{BASE}{text}\n")
    with pytest.raises(RubricError) as raised:
        load_rubric(path)
    assert str(raised.value).startswith(mistake)


def test_a_pattern_of_user_ids_that_is_none_is_a_path_to_it(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(BASE.replace("[plan]", '[plan]\nuser_ids = "[a-z"'))
    with pytest.raises(RubricError, match=r"x.toml: plan.user_ids: expected a regular expression, got "):
        load_rubric(path)
