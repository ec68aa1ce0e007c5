"""The report on a terminal fits it, with and without colour."""

import re

import pytest

from validator import reporting
from validator.evidence import NOT_MEASURED


def shown(report, width=120):
    return reporting.report_text(report, width=width, colour=False)


def test_a_report_shows_verdict_measured_limit_and_marks(report):
    line = next(line for line in shown(report).splitlines() if "classifier-parameters" in line)

    assert line.split()[:6] == ["✗", "fail", "classifier-parameters", "150,000", "100,000", "-25"]


def test_every_verdict_is_a_word(report):
    assert {"✗ fail", "? unknown", "✓ pass"} <= set(re.findall(r"[✗?✓] \w+", shown(report)))


def test_fails_come_first_and_passes_last(report):
    text = shown(report)

    assert text.index("classifier-steps") < text.index("generator-fid") < text.index("only-three-files")


def test_totals_keep_measured_and_proposed_apart(report):
    assert "measured penalty -30   proposed, waits for a person -10" in shown(report)


def test_what_waits_is_listed_without_repeating_the_unknown(report):
    waiting = shown(report).split("Waits for a person")[1]

    assert "confirm that page 5 counts" in waiting
    assert "generator-fid" not in waiting


def test_what_this_version_does_not_measure_takes_one_row(make_report, make_finding):
    unmeasured = [
        make_finding(clause=name, verdict="unknown", measured=None, message=f"pages: {NOT_MEASURED}")
        for name in ("one-clause", "other-clause")
    ]

    assert f"{NOT_MEASURED}: one-clause, other-clause" in shown(make_report(penalties=tuple(unmeasured)))


def test_hostile_text_is_neither_markup_nor_escape(hostile_report):
    text = shown(hostile_report)

    assert "[red]boom[/red]" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_square_brackets_and_colons_of_a_message_are_printed_as_they_are(make_report, make_finding):
    report = make_report(penalties=(make_finding(message="[bold]x[/bold] :smile:"),), needs_review=(), notes=())

    assert "[bold]x[/bold] :smile:" in shown(report)


def test_a_pipe_gets_no_colour_and_a_terminal_does(report):
    assert "\x1b[" not in reporting.report_text(report)
    assert "\x1b[" in reporting.report_text(report, width=100, colour=True)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(hostile_report, width):
    assert max(map(len, shown(hostile_report, width).splitlines())) <= width


def test_a_harness_error_is_said_and_never_the_students(make_report):
    text = shown(make_report(status="harness-error", faults=("run: the sandbox did not start",)))

    assert "never of the student" in text
    assert "the sandbox did not start" in text


def test_the_cohort_has_one_row_a_submission(report, hostile_report):
    text = reporting.cohort_text([report, hostile_report], width=120, colour=False)

    assert next(line.split() for line in text.splitlines() if line.startswith("abcd12")) == [
        "abcd12",
        "-30",
        "-10",
        "3",
        "1",
        "2",
        "marked",
    ]
    assert "2 marked" in text
