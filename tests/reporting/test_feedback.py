"""`feedback.md` says what was found and how to fix it, whatever the student put into names."""

import re
from decimal import Decimal

import pytest

from validator.marking.report import Ruling
from validator.marking.rules import rule_ids
from validator.reporting import feedback, remedy


def text(report):
    return feedback.render(report).decode("utf-8")


def test_a_fail_says_what_was_found_what_it_costs_and_how_to_fix_it(report):
    section = text(report).split("### ")[1]

    assert "Found: 150,000 parameters, fewer than 100,000 allowed (in abcd12-classifier.ipynb)" in section
    assert "**-25** (5 marks x 5 complete tenths)" in section
    assert "- How to fix: Make the networks smaller" in section


def test_what_waits_for_a_person_costs_nothing_yet(report):
    waiting = text(report).split("## What a person will decide")[1]

    assert "none unless a person confirms it" in waiting
    assert "-10" not in waiting.split("##")[0]


def test_every_verdict_is_a_word(report):
    assert "? unknown" in text(report)
    assert "✓ pass" in text(report)
    assert "## What failed" in text(report)


@pytest.mark.parametrize("family", ["classifier", "samples"])
def test_numbers_that_only_the_marker_has_are_held_back(make_report, make_finding, family):
    hidden = make_finding(rule=f"{family}/x", measured=0.123, message="test accuracy 0.123", where="secret split")

    assert "0.123" not in text(make_report(penalties=(hidden,)))
    assert "secret split" not in text(make_report(penalties=(hidden,)))


def test_a_suspicion_is_not_told_before_a_person_confirms_it(make_report, make_finding):
    fields = {"rule": "integrity/x", "says": "Nothing is copied.", "kind": "proposed"}
    ruling = Ruling(clause="x", decision="confirm", marks=None, by="A. Person", why="seen", when="2025-02-01")

    assert "copied" not in text(make_report(penalties=(make_finding(**fields),)))
    assert "copied" in text(make_report(penalties=(make_finding(**fields, ruling=ruling),)))


def test_a_ruling_is_told_without_its_author(make_report, make_finding):
    ruling = Ruling(clause="x", decision="marks", marks=Decimal(-7), by="A. Person", why="private", when="2025-02-01")
    said = text(make_report(penalties=(make_finding(marks=Decimal(-7), ruling=ruling, price="marks by A. Person"),)))

    assert "as a person decided" in said
    assert "A. Person" not in said


def test_findings_of_one_clause_share_a_heading(make_report, make_finding):
    said = text(make_report(penalties=(make_finding(message="first"), make_finding(message="second"))))

    assert said.count("### ") == 1
    assert "first" in said
    assert "second" in said


def test_hostile_text_is_escaped(hostile_report):
    said = text(hostile_report)

    assert "\\<script\\>" in said
    assert not re.search(r"(?<!\\)(<script|\*\*bold|`code`|\[red\]|://)", said.replace("**-25**", ""))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e]", said)


@pytest.mark.parametrize("start", ["# x", "- x", "1. x", "> x", "+ x", "=== x"])
def test_no_text_opens_a_block(start):
    assert re.match(r"\\|&#8203;", feedback.escape(start))


def test_a_harness_error_is_said_to_cost_nothing(make_report):
    assert "not your fault and costs nothing" in text(make_report(status="harness-error", faults=("x",)))


def test_every_rule_has_a_remedy():
    assert [rule for rule in rule_ids() if not remedy.how_to_fix(rule)] == []


@pytest.mark.parametrize("rule", ["../evidence", "paper/no-such-rule", "no/where", "os", "paper/too-long.x"])
def test_an_address_that_is_no_rule_has_no_remedy(rule):
    assert remedy.how_to_fix(rule) == ""


@pytest.mark.parametrize("verdict", ["fail", "pass", "unknown"])
def test_a_stated_number_is_compared_without_telling_the_hidden_one(make_report, make_finding, verdict):
    fields = {"rule": "paper/contradicted", "verdict": verdict, "measured": 0.9313, "unit": "share"}
    finding = make_finding(**fields, message="the paper states 95 %; 93.13 % measured", where="p2")
    assert "93.13" not in text(make_report(penalties=(finding,)))
    counted = make_finding(**{**fields, "unit": "steps"}, message="the paper states 8,000; 10,000 steps measured")
    assert "10,000 steps measured" in text(make_report(penalties=(counted,)))
