"""`marks.csv` has a row a submission and a cell a clause, and no cell is a formula."""

import csv
import io
from decimal import Decimal

import pytest

from validator.marking.cohort import Standing, summarise
from validator.marking.report import SubmissionRef
from validator.reporting import csv_marks


def rows(*reports):
    text = csv_marks.render(summarise(reports)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def standing(**changes):
    fields = {"verdict": "fail", "applied": Decimal(0), "proposed": Decimal(0), "cap": None, "ruled": False}
    return Standing(**{**fields, **changes})


def test_a_row_holds_totals_and_a_cell_for_each_clause(report):
    (row,) = rows(report)

    assert list(row.values())[:9] == ["abcd12", "abcd12.zip", "marked", "-30", "-10", "", "", "3", "1"]
    assert row["classifier-parameters"] == "-25"
    assert row["paper-length"] == "proposed -10"
    assert row["generator-fid"] == "unknown"
    assert row["only-three-files"] == "pass"


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ("", None),
        ("pass", standing(verdict="pass")),
        ("unknown", standing(verdict="unknown")),
        ("fail", standing()),
        (-5, standing(applied=Decimal(-5))),
        (-2.5, standing(applied=Decimal("-2.5"))),
        ("cap 40", standing(cap=Decimal(40))),
        ("-30 %", standing(percent_off=Decimal(30))),
        (0, standing(ruled=True)),
    ],
)
def test_a_cell_says_what_the_clause_costs(cell, seen):
    assert cell == csv_marks.clause_cell(seen)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\x1b[0m=1", "\u202e=1", "＝1", "\n=1"]
)
def test_no_text_of_a_student_starts_a_formula(text):
    assert csv_marks.harmless(text).startswith("'")


def test_an_ordinary_name_is_left_alone():
    assert csv_marks.harmless("abcd12.zip") == "abcd12.zip"


def test_a_hostile_id_is_quoted_and_numbers_stay_numbers(hostile_report):
    (row,) = rows(hostile_report)

    assert row["id"].startswith("'=cmd|")
    assert row["total_penalty"] == "-30"


def test_commas_quotes_and_line_ends_stay_in_their_cell(make_report):
    source = 'a,"b"\nc.zip'
    (row,) = rows(make_report(submission=SubmissionRef(id="x", sha256="0", source=source)))

    assert row["source"] == 'a,"b" c.zip'


def test_rows_stand_in_the_order_of_their_ids(make_report):
    reports = [make_report(submission=SubmissionRef(id=name, sha256="0", source="")) for name in ("b", "c", "a")]

    assert [row["id"] for row in rows(*reports)] == ["a", "b", "c"]


def test_an_empty_cohort_has_a_header_only():
    assert (
        csv_marks.render(summarise([]))
        == b"id,source,status,total_penalty,proposed_penalty,mark_cap,percent_off,failed,unknown\n"
    )
