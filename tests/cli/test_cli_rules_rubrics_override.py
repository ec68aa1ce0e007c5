"""The verbs `rules`, `rubrics` and `override`: what they print, what they write, what they refuse."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from validator.cli import exits, group
from validator.cli.override import command as override
from validator.cli.rubric_skeleton import skeleton
from validator.cli.rubrics import command as rubrics
from validator.cli.rules import command as rules
from validator.marking import load_rubric, mark
from validator.marking.overrides import rulings_for
from validator.marking.readings import READINGS
from validator.marking.rules import HEADINGS, rule_ids
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


def test_rules_says_of_what_kind_each_limit_is():
    printed = " ".join(said(rules, "paper/too-long").split())
    assert "limits pages (a whole number), policy (without-references or all)" in printed
    assert "days (a whole number)" in " ".join(said(rules, "handin/late").split())


def test_all_pages_are_printed_with_every_heading():
    printed = said(rules, "--all")
    assert all(f"\n### {address}\n" in printed for address in rule_ids())
    assert all(printed.count(f"**{heading}.**") == len(rule_ids()) for heading in HEADINGS)


def test_the_page_of_rules_in_the_docs_is_what_the_rules_say():
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == said(rules, "--all"), "a rule has changed; write it again: validate rules --all > docs/rules.md"


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
    assert "5 marks off for every complete 10 % over the limit" in printed
    assert "10 marks off for each page over the limit; nothing before" in printed
    assert "- The brief contradicts itself" in printed


def test_a_shown_rubric_as_json_has_its_clauses():
    assert json.loads(said(rubrics, "show", "comp3547-2024", "--json"))["clauses"][0]["id"] == "archive-safe"


def test_checking_a_broken_rubric_is_a_usage_problem(monkeypatch, capsys, tmp_path):
    (tmp_path / "broken.toml").write_text("schema = 1\nid = 3\n", encoding="utf-8")
    assert exit_code(monkeypatch, "rubrics", "check", str(tmp_path / "broken.toml")) == exits.USAGE
    assert capsys.readouterr().err.splitlines() == [
        "Error: broken.toml: `title` is missing",
        "Error: broken.toml: id: expected text, got 3",
        "Error: broken.toml: plan.role: missing",
        "Error: broken.toml: no [[clause]]: a rubric has at least one",
    ]


def test_checking_a_sound_rubric_says_so():
    clauses = len(load_rubric("comp3547-2024").clauses)
    assert f"sound: {clauses} clauses, 4 criteria, plan for paper" in said(rubrics, "check", "comp3547-2024")


BROKEN = """
schema = 1
id = "broken"
title = "Broken"
[[plan.role]]
name = "paper"
kind = "papr"
stem = "paper"
suffixes = [".pdf"]
[[clause]]
id = "one"
rule = "paper/too-lon"
cites = "a"
says = "b"
penalty = { shape = "refer" }
[[clause]]
id = "two"
rule = "paper/too-long"
cites = 3
says = "b"
about = "papier"
limits = { pages = "four", policy = "all" }
penalty = { shape = "per-unit" }
[[criterion]]
id = "all"
title = "All"
cites = "a"
marks = "many"
question = []
"""


def test_every_mistake_of_every_clause_is_told_at_once(monkeypatch, capsys, tmp_path):
    (tmp_path / "broken.toml").write_text(BROKEN, encoding="utf-8")
    assert exit_code(monkeypatch, "rubrics", "check", str(tmp_path / "broken.toml")) == exits.USAGE
    told = [line.removeprefix("Error: broken.toml: ") for line in capsys.readouterr().err.splitlines()]
    assert [line.split(": expected")[0] for line in told] == [
        "plan.role[1].kind",
        'clause 1 (one): rule: no rule "paper/too-lon" (did you mean `paper/too-long`?); `validate rules` lists them',
        "clause 2 (two): cites",
        "clause 2 (two): about",
        "clause 2 (two): limits.pages",
        "clause 2 (two): penalty.marks: shape per-unit needs marks",
        "criterion 1 (all): marks",
    ]


def test_a_new_rubric_is_sound_and_shows(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert "comp1234-2030.toml: written" in said(rubrics, "new", "comp1234-2030")
    assert "sound: 6 clauses, 1 criterion" in said(rubrics, "check", "comp1234-2030.toml")
    assert "10 % of the awarded marks off for each started working day" in " ".join(
        said(rubrics, "show", "comp1234-2030.toml").split()
    )


def test_a_new_rubric_without_an_id_has_a_name_all_the_same(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    said(rubrics, "new")
    assert load_rubric(tmp_path / "new-rubric.toml").id == "new-rubric"


def test_what_the_skeleton_leaves_out_in_comments_is_sound_too(tmp_path):
    text = skeleton("x")
    for key in (
        "classifier_role",
        "classifier_data",
        "many",
        "folders",
        "grace_minutes",
        "[plan.environment]",
        "packages",
    ):
        assert f"# {key}" in text, key
        text = text.replace(f"# {key}", key)
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    assert load_rubric(tmp_path / "x.toml").plan.role("code").many


def test_a_new_rubric_never_overwrites(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("precious")
    assert exit_code(monkeypatch, "rubrics", "new", "mine") == exits.USAGE
    assert "mine.toml: is there already and stays as it is" in capsys.readouterr().err
    assert (tmp_path / "mine.toml").read_text() == "precious"


@pytest.mark.parametrize("name", ["../mine", "Mine", "a b", "-x", "", "x.toml"])
def test_a_new_rubric_has_a_plain_id(monkeypatch, capsys, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    assert exit_code(monkeypatch, "rubrics", "new", "--", name) == exits.USAGE
    assert "small letters, digits and dashes" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


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
