"""A course that nobody thought of is one TOML file: nothing else is written, and a submission is marked with it."""

import json
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fixtures.paper_words import Claims
from fixtures.papers import write_paper

RUBRIC = """
schema = 1
id = "phys4242-2031"
title = "PHYS4242 Learning machines 2031: one essay and one script"
notes = ["The brief does not say whether the cover sheet counts; here every page does."]

[plan]
classifier_role = "script"
generator_role = "script"

[[plan.role]]
name = "essay"
kind = "paper"
stem = "essay"
suffixes = [".pdf"]

[[plan.role]]
name = "script"
kind = "notebook"
stem = "run"
suffixes = [".py"]
naming = "plain"

[[plan.role]]
name = "sketches"
kind = "notebook"
stem = "sketch"
suffixes = [".ipynb"]
naming = "any"
many = true
folders = true

[[clause]]
id = "handed-in"
rule = "layout/missing-file"
cites = "Section 1"
says = "There are an essay, a script and a sketch at least."
limits = { roles = ["essay", "script", "sketches"] }
penalty = { shape = "fixed", marks = 20 }

[[clause]]
id = "names"
rule = "layout/misnamed-file"
cites = "Section 1"
says = "The script is called run.py."
penalty = { shape = "fixed", marks = 2 }

[[clause]]
id = "nothing-else"
rule = "layout/unexpected-file"
cites = "Section 1"
says = "Nothing else is handed in."
limits = { kinds = ["paper", "notebook", "source", "image", "weights", "text"] }
penalty = { shape = "refer" }

[[clause]]
id = "essay-length"
rule = "paper/too-long"
cites = "Section 2"
says = "The essay has at most 3 pages, all of them counted."
about = "essay"
limits = { pages = 3, policy = "all" }
penalty = { shape = "per-unit", marks = 7, kind = "measured" }

[[clause]]
id = "late"
rule = "handin/late"
cites = "Section 3"
says = "Each started day costs 5 % of the marks, for a week."
limits = { deadline = 2031-03-28T12:00:00, zone = "Europe/London", days = 7, window = "within", grace_minutes = 15 }
penalty = { shape = "per-unit-percent", percent = 5 }

[[clause]]
id = "too-late"
rule = "handin/late"
cites = "Section 3"
says = "After a week there are no marks."
limits = { deadline = 2031-03-28T12:00:00, zone = "Europe/London", days = 7, window = "after" }
penalty = { shape = "zero" }

[[criterion]]
id = "thought"
title = "Thought"
cites = "Section 4"
marks = 60
[[criterion.question]]
ask = "Is the essay worth reading?"
readings = ["paper.pages_total"]
clauses = ["essay-length"]

[[criterion]]
id = "craft"
title = "Craft"
cites = "Section 4"
marks = 40
[[criterion.question]]
ask = "Is the script plain?"
"""
RESIT = """
schema = 1
id = "phys4242-2031-resit"
title = "PHYS4242 Learning machines 2031: resit"
amends = "phys4242-2031"
drop = ["nothing-else"]
notes = ["The resit is due in August."]

[[clause]]
id = "essay-length"
limits = { pages = 5 }
says = "The essay has at most 5 pages, all of them counted."

[[clause]]
id = "late"
limits = { deadline = 2031-08-22T12:00:00 }

[[clause]]
id = "too-late"
limits = { deadline = 2031-08-22T12:00:00 }
"""


def validate(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "validator", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rubrics and one submission: five pages, a script under a near name, two sketches, a picture too many."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "phys4242-2031.toml").write_text(RUBRIC, encoding="utf-8")
    (folder / "phys4242-2031-resit.toml").write_text(RESIT, encoding="utf-8")
    write_paper(folder / "essay.pdf", pages=4, claims=Claims())
    sketch = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []})
    with zipfile.ZipFile(folder / "mnop78.zip", "w") as archive:
        archive.write(folder / "essay.pdf", "mnop78-essay.pdf")
        archive.writestr("mnop78-run.py", "print(1)\n")
        archive.writestr("sketches/a.ipynb", sketch)
        archive.writestr("sketches/b.ipynb", sketch + "\n")
        archive.writestr("cat.png", b"\x89PNG\r\n\x1a\n" + bytes(50))
    return folder


def report(course: Path, rubric: str, submitted: str) -> dict[str, Any]:
    out = course / f"marking-{rubric}-{submitted[:10]}"
    options = ("--rubric", str(course / f"{rubric}.toml"), "--static", "--submitted", submitted, "--out", str(out))
    done = validate(str(course / "mnop78.zip"), *options)
    assert done.returncode == 1, done.stderr
    found: dict[str, Any] = json.loads((out / "mnop78" / "report.json").read_text(encoding="utf-8"))
    return found


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    return {priced["clause"]: priced["verdict"] for priced in found["penalties"]}


def test_one_file_marks_a_submission_from_end_to_end(course: Path) -> None:
    found = report(course, "phys4242-2031", "2031-03-31T12:00:00+01:00")

    assert found["rubric"]["id"] == "phys4242-2031"
    assert verdicts(found) | {"handed-in": "pass"} == {
        "handed-in": "pass",
        "names": "fail",
        "nothing-else": "fail",
        "essay-length": "fail",
        "late": "fail",
        "too-late": "pass",
    }
    assert {priced["verdict"] for priced in found["penalties"] if priced["clause"] == "handed-in"} == {"pass"}
    assert Decimal(found["total_penalty"]) == -2 - 2 * 7
    assert (found["percent_off"], found["mark_cap"]) == (15, None)
    assert "rename mnop78-run.py to run.py" in next(p["message"] for p in found["penalties"] if p["clause"] == "names")
    assert [p["where"] for p in found["penalties"] if p["clause"] == "nothing-else"] == ["cat.png"]
    assert [(sheet["id"], sheet["out_of"], sheet["mark"]) for sheet in found["criteria"]] == [
        ("thought", 60, None),
        ("craft", 40, None),
    ]
    assert "cover sheet" in found["notes"][0]


@pytest.mark.parametrize(
    ("submitted", "late"),
    [
        ("2031-03-28T12:15:00+00:00", ("pass", "pass")),
        ("2031-03-28T12:15:01+00:00", ("fail", "pass")),
        ("2031-04-04T12:00:01+01:00", ("pass", "fail")),
    ],
)
def test_its_late_policy_holds_to_the_second_and_over_the_change_of_clocks(
    course: Path, submitted: str, late: tuple[str, str]
) -> None:
    found = verdicts(report(course, "phys4242-2031", submitted))
    assert (found["late"], found["too-late"]) == late


def test_a_second_file_amends_it(course: Path) -> None:
    found = report(course, "phys4242-2031-resit", "2031-08-22T12:00:00+01:00")

    assert verdicts(found) == {
        "handed-in": "pass",
        "names": "fail",
        "essay-length": "pass",
        "late": "pass",
        "too-late": "pass",
    }
    assert found["total_penalty"] == -2
    assert len(found["notes"]) == 2


def test_its_rubrics_are_checked_and_shown(course: Path) -> None:
    for name in ("phys4242-2031", "phys4242-2031-resit"):
        assert "sound" in validate("rubrics", "check", str(course / f"{name}.toml")).stdout
    shown = " ".join(validate("rubrics", "show", str(course / "phys4242-2031-resit.toml")).stdout.split())
    assert "script: run.py" in shown
    assert "The essay has at most 5 pages" in shown
    assert "Due: Friday 22 August 2031, 12:00 (Europe/London)" in shown


def test_marking_wrote_nothing_but_its_results(course: Path) -> None:
    files = {path.name for path in course.iterdir() if not path.name.startswith("marking-")}
    assert files == {"phys4242-2031.toml", "phys4242-2031-resit.toml", "essay.pdf", "mnop78.zip"}
