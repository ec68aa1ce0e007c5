"""`report.json` has every promised key, reads back as the same report, and is the same bytes twice."""

import json
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from validator.evidence import Reading
from validator.marking.cohort import summarise
from validator.marking.report import Ruling
from validator.reporting import json_report

TOP = {
    "schema", "harness", "rubric", "submission", "status", "penalties", "total_penalty", "proposed_penalty", "mark_cap",
    "percent_off", "needs_review", "criteria", "readings", "notes", "faults",
}  # fmt: skip
PENALTY = {
    "rule", "clause", "cites", "says", "about", "verdict", "kind", "marks", "measured", "limit", "unit", "excess",
    "where", "witness", "message", "price", "cap", "percent_off", "ruling",
}  # fmt: skip


def test_every_promised_field_is_there(report):
    stored = json.loads(json_report.render(report))

    assert set(stored) == TOP
    assert all(set(penalty) == PENALTY for penalty in stored["penalties"])
    assert {"version", "commit"} == set(stored["harness"])
    assert {"id", "sha256"} <= set(stored["rubric"])
    assert {"id", "sha256", "source"} == set(stored["submission"])


def test_a_reading_has_a_value_and_a_witness_or_a_reason(report):
    readings = json.loads(json_report.render(report))["readings"]

    assert readings["classifier.parameters"] == {"value": 150_000, "unit": "parameters", "witness": "reported"}
    assert readings["generator.fid"] == {"why": "no weights of the Inception network"}


def test_whole_marks_are_integers_and_parts_of_marks_are_numbers(make_report, make_finding):
    report = make_report(penalties=(make_finding(marks=Decimal("-2.50")),), total_penalty=Decimal("-25.0"))
    stored = json.loads(json_report.render(report))

    assert repr(stored["penalties"][0]["marks"]) == "-2.5"
    assert repr(stored["total_penalty"]) == "-25"


def test_the_marks_of_the_marking_scheme_stay_empty(report):
    assert [sheet["mark"] for sheet in json.loads(json_report.render(report))["criteria"]] == [None]


def test_the_same_report_gives_the_same_bytes(make_report):
    report = make_report()
    shuffled = make_report(readings=dict(reversed(list(report.readings.items()))))

    assert json_report.render(report) == json_report.render(shuffled)


def test_nan_is_refused(make_report, make_finding):
    with pytest.raises(ValueError, match="JSON compliant"):
        json_report.render(make_report(penalties=(make_finding(measured=float("nan")),)))


def test_a_broken_file_name_survives_as_an_escape(make_report, make_finding):
    content = json_report.render(make_report(penalties=(make_finding(where="caf\udce9.png"),)))

    assert json.loads(content)["penalties"][0]["where"] == "caf\udce9.png"


def test_a_stored_report_reads_back_equal(make_report, make_finding):
    ruling = Ruling(clause="x", decision="marks", marks=Decimal("-2.5"), by="A. Person", why="seen", when="2025-02-01")
    report = make_report(penalties=(make_finding(ruling=ruling, cap=Decimal(40)),), mark_cap=Decimal(40))

    assert report == json_report.loads(json_report.render(report).decode())


def test_a_hostile_report_reads_back_to_the_same_bytes(hostile_report):
    content = json_report.render(hostile_report)

    assert content == json_report.render(json_report.loads(content.decode()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "report schema None"),
        ('{"schema": 7}', "report schema 7"),
        ('{"schema": 1}', "missing"),
    ],
)
def test_a_torn_report_is_refused_with_the_way_out(text, said):
    with pytest.raises(json_report.StoredReportError, match=f"a/report.json: .*{said}.*remark"):
        json_report.loads(text, name="a/report.json")


def test_every_field_of_a_report_reaches_the_file(make_report):
    before = make_report()
    changes = {
        "total_penalty": Decimal(-1), "proposed_penalty": Decimal(-1), "mark_cap": Decimal(1),
        "percent_off": Decimal(3), "status": "harness-error",
        "needs_review": (), "criteria": (), "notes": ("x",), "faults": ("x",), "penalties": (), "schema": 2,
        "readings": {"a": Reading(value=1, unit="x", source="observed")},
        "harness": replace(before.harness, commit="x"), "rubric": replace(before.rubric, id="x"),
        "submission": replace(before.submission, id="x"),
    }  # fmt: skip

    assert {field.name for field in fields(before)} == set(changes)
    for name, value in changes.items():
        assert json_report.render(before) != json_report.render(replace(before, **{name: value})), name


def test_the_cohort_has_a_row_a_student_and_a_count_a_clause(report, hostile_report):
    stored = json.loads(json_report.render_cohort(summarise([report, hostile_report])))
    row = next(row for row in stored["students"] if row["id"] == "abcd12")

    assert stored["schema"] == 1
    assert row["total_penalty"] == -30
    assert row["report"] == "abcd12/report.json"
    assert row["clauses"]["classifier-parameters"] == {
        "verdict": "fail",
        "applied": -25,
        "proposed": 0,
        "cap": None,
        "ruled": False,
        "percent_off": None,
    }
    assert {row["clause"]: row["unknown"] for row in stored["clauses"] if row["unknown"]} == {"generator-fid": 2}
