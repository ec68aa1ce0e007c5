"""`gradescope.json` has a test for each clause, verdicts in words, and no points."""

import json

from validator.reporting import gradescope


def results(report):
    return json.loads(gradescope.render(report))


def test_a_clause_is_passed_failed_or_neither(report):
    statuses = {test["extra_data"]["clause"]: test.get("status") for test in results(report)["tests"]}

    assert statuses == {
        "only-three-files": "passed",
        "classifier-parameters": "failed",
        "classifier-steps": "failed",
        "paper-length": "failed",
        "generator-fid": None,
    }


def test_no_clause_has_points_and_the_score_is_said_to_be_no_mark(report):
    assert results(report)["score"] == 0
    assert "no mark" in results(report)["output"]
    assert not [test for test in results(report)["tests"] if "score" in test or "max_score" in test]


def test_totals_travel_as_extra_data(report):
    assert results(report)["extra_data"]["total_penalty"] == -30
    assert results(report)["extra_data"]["proposed_penalty"] == -10


def test_the_output_says_verdict_and_marks_in_words(report):
    output = results(report)["tests"][1]["output"]

    assert output.startswith("✗ fail: 150,000 parameters")
    assert "Marks: -25" in output


def test_a_suspicion_is_hidden_from_the_student(make_report, make_finding):
    (test,) = results(make_report(penalties=(make_finding(rule="integrity/x", kind="proposed"),)))["tests"]

    assert test["visibility"] == "hidden"


def test_every_text_is_shown_as_text(hostile_report):
    written = results(hostile_report)

    assert {written[key] for key in ("output_format", "test_output_format", "test_name_format")} == {"text"}
    assert "\x1b" not in written["tests"][0]["output"]


def test_several_submissions_stand_under_their_ids(report, hostile_report):
    every = json.loads(gradescope.render_every([report, hostile_report]))

    assert every["abcd12"] == results(report)
    assert len(every) == 2
