"""A report that is written again says why."""

from dataclasses import replace
from pathlib import Path

from validator.evidence import SCHEMA, Evidence, Harness, Layout, Submission
from validator.running import reported

EVIDENCE = Evidence(
    schema=SCHEMA,
    harness=Harness(version="1"),
    submission=Submission(id="anna01", sha256="a", source="anna01.zip"),
    layout=Layout(),
)


def parts(found: Evidence = EVIDENCE, *, rubric: str = "r" * 64, rulings: object = ()) -> dict[str, str]:
    return reported.parts(found, rubric=rubric, rulings=rulings, harness="1")


def test_the_first_report_and_an_equal_one_need_no_reason(tmp_path: Path) -> None:
    assert reported.why_again(tmp_path, parts()) == ""
    reported.note(tmp_path, parts())
    assert reported.why_again(tmp_path, parts()) == ""


def test_what_changed_is_named(tmp_path: Path) -> None:
    reported.note(tmp_path, parts())
    assert reported.why_again(tmp_path, parts(rubric="s" * 64)) == "rubric changed"
    assert reported.why_again(tmp_path, parts(rulings=["one"])).startswith("rulings changed")
    other = replace(EVIDENCE, layout=Layout(roles={"paper": ("a.pdf",)}))
    assert reported.why_again(tmp_path, parts(other)) == "evidence changed"


def test_a_torn_note_is_no_obstacle(tmp_path: Path) -> None:
    reported.note(tmp_path, parts())
    (tmp_path / "stages" / reported.NAME).write_text('{"evi')
    assert reported.why_again(tmp_path, parts()) == ""
