"""The verbs `rules`, `rubrics` and `override`: what they print, what they write, what they refuse."""

import json

import pytest
from click.testing import CliRunner

from validator.cli import exits, group
from validator.cli.override import command as override
from validator.cli.rubrics import command as rubrics
from validator.cli.rules import command as rules
from validator.marking import load_rubric, mark
from validator.marking.overrides import rulings_for
from validator.marking.readings import READINGS
from validator.marking.rules import rule_ids
from validator.reporting import json_report


def said(command, *arguments: str) -> str:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def exit_code(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["validate", *arguments])
    return exits.run(group)


def test_rules_lists_every_rule():
    printed = said(rules)
    assert all(f"\n{address} " in printed for address in rule_ids())


def test_rules_prints_the_page_of_one():
    printed = said(rules, "training/too-many-steps")
    assert "## How to fix" in printed
    assert "{about}.gradient_computations" in printed


def test_rules_lists_every_reading():
    assert all(known.name in said(rules, "--readings") for known in READINGS)


def test_rules_as_json_is_one_document():
    assert [rule["id"] for rule in json.loads(said(rules, "--json"))] == list(rule_ids())


def test_an_unknown_rule_is_a_usage_problem(monkeypatch, capsys):
    assert exit_code(monkeypatch, "rules", "papr/too-long") == exits.USAGE
    assert "did you mean `paper/too-long`?" in capsys.readouterr().err


def test_rubrics_lists_what_is_shipped():
    assert "comp3547-2024-demo" in said(rubrics, "list")


def test_rubrics_shows_prices_and_notes():
    printed = said(rubrics, "show", "comp3547-2024")
    assert "classifier-parameters" in printed
    assert "-5 per tenth" in printed
    assert "-10 each, proposed" in printed
    assert "note: The brief contradicts itself" in printed


def test_a_shown_rubric_as_json_has_its_clauses():
    assert json.loads(said(rubrics, "show", "comp3547-2024", "--json"))["clauses"][0]["id"] == "archive-safe"


def test_checking_a_broken_rubric_is_a_usage_problem(monkeypatch, capsys, tmp_path):
    (tmp_path / "broken.toml").write_text("schema = 1\nid = 3\n", encoding="utf-8")
    assert exit_code(monkeypatch, "rubrics", "check", str(tmp_path / "broken.toml")) == exits.USAGE
    assert capsys.readouterr().err == "Error: broken.toml: `title` is missing\n"


def test_checking_a_sound_rubric_says_so():
    assert "sound: 44 clauses, 4 criteria" in said(rubrics, "check", "comp3547-2024")


@pytest.fixture
def submission(tmp_path, evidence):
    folder = tmp_path / "abcd12"
    folder.mkdir()
    (folder / "report.json").write_bytes(json_report.render(mark(evidence, load_rubric("comp3547-2024"))))
    return folder


WHO = ("--by", "A. Marker", "--why", "looked")


def test_an_override_is_appended_and_can_be_read(submission):
    said(override, str(submission), "paper-length", "--confirm", *WHO)
    said(override, str(submission), "paper-length", "--marks", "2.5", *WHO)
    rulings = rulings_for(submission.parent / "overrides.jsonl", submission="abcd12")
    assert [(ruling.decision, str(ruling.marks)) for ruling in rulings] == [("confirm", "None"), ("marks", "-2.5")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("paper-length", *WHO), "say exactly one of --confirm, --dismiss and --marks N"),
        (("paper-length", "--confirm", "--marks", "1", *WHO), "say exactly one of"),
        (("paper-length", "--marks", "-3", *WHO), "--marks: expected how many marks to take off, such as 10, got -3"),
        (("paper-length", "--marks", "nan", *WHO), "--marks: expected how many marks to take off"),
        (("paper-lenght", "--dismiss", *WHO), "no clause `paper-lenght` (did you mean `paper-length`?)"),
        (("penalties", "--dismiss", *WHO), "its report has no clause `penalties`"),
        (("paper-length", "--dismiss", "--by", "", "--why", "x"), "override: by: expected some text"),
    ],
)
def test_a_senseless_override_is_refused_and_not_written(submission, arguments, words):
    done = CliRunner().invoke(override, [str(submission), *arguments])
    assert done.exit_code == exits.USAGE
    assert words in done.output
    assert not (submission.parent / "overrides.jsonl").exists()


def test_an_override_of_a_folder_that_was_not_marked_is_refused(tmp_path):
    done = CliRunner().invoke(override, [str(tmp_path), "paper-length", "--dismiss", *WHO])
    assert "holds no report.json" in done.output
