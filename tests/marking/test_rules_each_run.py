"""Rules and the marking scheme where each notebook and script of a role was executed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from validator.evidence import Cell, Claim, Evidence, Flag, Reading, RepeatedLoss, Run, Source
from validator.marking import load_rubric, mark
from validator.marking.rubric import RubricError

BAND = {"share": Decimal("0.2"), "drop": Decimal("0.03"), "errors": Decimal(3)}
NO_DATA = Cell(index=1, status="error", error="FileNotFoundError: [Errno 2] No such file or directory: 'data/a.csv'")
NAME = Cell(index=0, status="error", error="NameError: name 'x' is not defined")
WEB = Flag(kind="tried-to-download", detail="asked for weights", where="cell 0")
ASKED = Cell(index=0, status="error", error="SystemExit: 2")


def ran(path: str, number: int, **changes: Any) -> Run:
    role = f"code-{number}" if number > 1 else "code"
    sound = Run(path=path, role=role, of="code", outcome="finished", cells=(Cell(index=0, status="ok"),), complete=True)
    return replace(sound, **changes)


def several(made: Any, *runs: Run, **changes: Any) -> Evidence:
    layout = replace(made.layout(), roles={"code": tuple(run.path for run in runs)}, many=("code",))
    return made.evidence(layout=layout, runs=runs, sources=(), **changes)


def loss(stored: float, rerun: float) -> tuple[RepeatedLoss, ...]:
    return (
        RepeatedLoss(
            name="loss", part="train", where="cell 0", stored_points=9, rerun_points=9, stored_start=2.0,
            stored_end=stored, rerun_end=rerun,
        ),
    )  # fmt: skip


def test_each_that_broke_is_named_and_those_that_ran_are_one_pass_in_their_order(made):
    broke = Cell(index=2, status="error", error="NameError: x")
    evidence = several(made, ran("a.ipynb", 1), ran("b.ipynb", 2, outcome="raised", cells=(broke,)), ran("c.py", 3))
    fail, passed = made.check(evidence, made.clause("training/run-incomplete", about="code"))
    assert (fail.verdict, fail.where) == ("fail", "b.ipynb")
    assert fail.message.startswith("b.ipynb: the run ended in an error")
    assert passed.message == "ran to their ends, in this order: a.ipynb (1 cell), c.py (1 cell)"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"outcome": "raised", "cells": (ASKED,)}, "unknown"),
        ({"outcome": "raised", "cells": (ASKED,), "path": "b.ipynb"}, "fail"),
        ({"outcome": "raised", "cells": (ASKED,), "of": ""}, "fail"),
        ({"outcome": "raised", "cells": (replace(ASKED, error="SystemExit: 1"),)}, "fail"),
        ({"outcome": "not-started", "flags": (Flag(kind="time-used-up", detail="no time left"),)}, "unknown"),
        ({"outcome": "not-started", "flags": (Flag(kind="not-after-others", detail="full"),)}, "unknown"),
        ({"outcome": "not-started"}, "fail"),
        ({"outcome": "raised", "cells": (NO_DATA,)}, "unknown"),
        ({"outcome": "raised", "cells": (NO_DATA,), "of": ""}, "fail"),
        ({"outcome": "raised", "cells": (NAME, NO_DATA)}, "fail"),
        ({"outcome": "raised", "cells": (NAME,)}, "fail"),
        ({"outcome": "raised", "cells": (NAME,), "flags": (WEB,)}, "unknown"),
        ({"outcome": "raised", "cells": (NAME,), "flags": (replace(WEB, where="cell 3"),)}, "fail"),
        ({"outcome": "raised", "cells": (NAME,), "flags": (WEB,), "of": ""}, "fail"),
    ],
)
def test_what_is_not_asked_of_a_hand_in_and_is_not_here_goes_to_a_person(made, changes, verdict):
    evidence = several(made, replace(ran("b.py", 1), **changes))
    evidence = replace(evidence, runs=(replace(evidence.runs[0], role="code"),))
    assert made.verdicts(evidence, made.clause("training/run-incomplete", about="code")) == [verdict]


def test_the_trainings_of_every_notebook_are_compared(made):
    runs = ran("data.ipynb", 1), ran("a.ipynb", 2, repeated=loss(0.5, 0.5)), ran("b.ipynb", 3, repeated=loss(0.5, 1.5))
    found = made.check(several(made, *runs), made.clause("training/not-reproduced", about="code", **BAND))
    assert [(one.verdict, one.where.split()[0]) for one in found] == [("pass", "a.ipynb"), ("fail", "b.ipynb")]


def test_no_training_in_any_notebook_is_one_unknown(made):
    why = {"code.stored_loss": Reading.missing(unit="", why="the notebook was handed in without outputs")}
    evidence = several(made, ran("a.ipynb", 1, readings=why), ran("b.ipynb", 2))
    (found,) = made.check(evidence, made.clause("training/not-reproduced", about="code", **BAND))
    assert "handed in without outputs" in found.message


def counted(number: int, parameters: int) -> dict[str, Reading]:
    role = f"code-{number}" if number > 1 else "code"
    return {f"{role}.parameters": Reading(value=parameters, unit="parameters", source="reported")}


def stated(path: str, value: int) -> Source:
    claim = Claim(kind="parameters", about="code", value=value, unit="parameters", where="cell 1 output", quote="p")
    return Source(path=path, role="code", claims=(claim,))


def test_the_outputs_of_each_notebook_are_compared_with_its_own_run(made):
    runs = ran("a.ipynb", 1, readings=counted(1, 11_178)), ran("b.ipynb", 2, readings=counted(2, 22_356))
    evidence = several(made, *runs)
    evidence = replace(evidence, sources=(stated("a.ipynb", 11_178), stated("b.ipynb", 11_178)))
    found = made.check(evidence, made.clause("source/contradicted", about="code", facts=("parameters", "steps")))
    assert [one.verdict for one in found] == ["pass", "fail"]
    assert "b.ipynb as handed in" in found[1].message
    nothing = replace(evidence, sources=(stated("c.ipynb", 1),))
    assert made.verdicts(nothing, made.clause("source/contradicted", about="code", facts=("steps",))) == ["unknown"]


def test_the_marking_scheme_names_the_file_that_a_number_is_of(made):
    rubric = load_rubric("comp47650-2023")
    missing = {"code.parameters": Reading.missing(unit="parameters", why="it trains nothing")}
    evidence = several(made, ran("data.ipynb", 1, readings=missing), ran("cnn.ipynb", 2, readings=counted(2, 9)))
    lines = mark(evidence, rubric, ()).criteria[0].questions[0].evidence
    assert "cnn.ipynb: parameters: 9 parameters (reported)." in lines
    assert not any("it trains nothing" in line for line in lines)
    one = several(made, ran("cnn.ipynb", 1, readings=counted(1, 9)))
    assert "code parameters: 9 parameters (reported)." in mark(one, rubric, ()).criteria[0].questions[0].evidence


def test_runs_of_a_role_are_all_of_it_or_the_one(made):
    evidence = several(made, ran("a.ipynb", 1), ran("b.ipynb", 2))
    assert [run.path for run in evidence.runs_of("code")] == ["a.ipynb", "b.ipynb"]
    assert [run.path for run in made.evidence().runs_of("classifier")] == ["abcd12-classifier.ipynb"]
    assert made.nothing().runs_of("code") == ()


@pytest.mark.parametrize("line", ['kind = "notebook"', 'kind = "weights"\nmany = true'])
def test_every_file_is_executed_only_of_a_notebooks_role_with_many(tmp_path, line):
    role = f'[[plan.role]]\nname = "code"\nstem = "x"\nsuffixes = [".py"]\neach = true\n{line}\n'
    clause = (
        '[[clause]]\nid = "x"\nrule = "layout/unsafe-archive"\ncites = "a"\nsays = "b"\npenalty = {shape = "zero"}\n'
    )
    (tmp_path / "s.toml").write_text(f'schema = 1\nid = "s"\ntitle = "S"\n{role}{clause}')
    with pytest.raises(RubricError, match="code: each: every file is executed only of a notebook's role"):
        load_rubric(tmp_path / "s.toml")
