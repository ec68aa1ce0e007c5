"""The file of rulings: written and read back, appended to, and every kind of nonsense refused with its line."""

import json
from decimal import Decimal

import pytest

from validator.marking.overrides import Override, OverrideError, line_of, overrides_in, rulings_for
from validator.marking.report import Ruling

LINE = {
    "submission": "abcd12",
    "clause": "paper-length",
    "decision": "marks",
    "marks": -2.5,
    "by": "A. Marker",
    "why": "half a page",
    "when": "2025-02-10T09:00:00+00:00",
}


def test_a_ruling_survives_its_line():
    ruling = Ruling(clause="c", decision="marks", marks=Decimal("-2.5"), by="Zoë", why='"so"\nit is', when="now")
    override = Override(submission="abcd12", ruling=ruling)
    line = line_of(override)
    assert "\n" not in line
    assert overrides_in(line) == (override,)


def test_rulings_of_others_are_left_out(tmp_path):
    lines = [json.dumps(LINE), "", json.dumps({**LINE, "submission": "efgh34"})]
    (tmp_path / "overrides.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (ruling,) = rulings_for(tmp_path / "overrides.jsonl", submission="abcd12")
    assert (ruling.clause, ruling.marks) == ("paper-length", Decimal("-2.5"))


def test_no_file_is_no_ruling(tmp_path):
    assert rulings_for(tmp_path / "overrides.jsonl", submission="abcd12") == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"decision": "forgive"}, 'decision: expected one of confirm, dismiss, marks, got "forgive"'),
        ({"marks": 5}, "marks: expected a penalty of zero or less, such as -10, got 5"),
        ({"marks": None}, "marks: expected a penalty of zero or less, such as -10, got None"),
        ({"marks": True}, "marks: expected a penalty of zero or less, such as -10, got True"),
        ({"marks": float("nan")}, "marks: expected a penalty of zero or less, such as -10, got NaN"),
        ({"decision": "confirm"}, "marks: only decision `marks` has a number, got -2.5"),
        ({"by": " "}, 'by: expected some text, got " "'),
        ({"why": 7}, "why: expected some text, got 7"),
        ({"submission": ""}, "submission: expected the id of a submission"),
        (
            {"extra": 1},
            "expected an object with exactly the keys submission, clause, decision, marks, by, why, when",
        ),
    ],
)
def test_nonsense_is_refused_with_its_line(change, words):
    text = json.dumps(LINE) + "\n" + json.dumps({**LINE, **change})
    with pytest.raises(OverrideError) as caught:
        overrides_in(text)
    assert str(caught.value) == f"overrides.jsonl: line 2: {words}"


def test_a_torn_line_is_refused():
    with pytest.raises(OverrideError, match=r"overrides.jsonl: line 1: not JSON"):
        overrides_in('{"submission": "abc')


@pytest.mark.parametrize("marks", ["-1e300", "-1001", "-1e-999999", "-0.00001", "-" + "9" * 4000])
def test_marks_beyond_all_bounds_are_refused_in_one_short_line(marks: str) -> None:
    line = f'{{"submission":"a","clause":"c","decision":"marks","marks":{marks},"by":"x","why":"y","when":"z"}}'
    with pytest.raises(OverrideError, match=r"line 1: marks: expected at most 1000 marks in parts of 0\.001") as raised:
        overrides_in(line)
    assert len(str(raised.value)) < 200


def test_a_line_nested_without_end_is_not_json() -> None:
    with pytest.raises(OverrideError, match="line 1: not JSON"):
        overrides_in("[" * 100_000)
