"""What changed, in words a person understands."""

from dataclasses import replace

import pytest

from validator.evidence import Submission
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role, RunLimits
from validator.running.keys import changed, key_of, told
from validator.running.stages import static_stage


def test_the_key_depends_on_every_part() -> None:
    assert key_of("a", {"x": 1}) != key_of("a", {"x": 2})
    assert key_of("a", {"x": 1, "y": 2}) == key_of("a", {"y": 2, "x": 1})


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"seed": "1"}, {"seed": "2"}, "seed changed (1 -> 2)"),
        ({"seed": "1", "device": "cpu"}, {"seed": "1", "device": ""}, "device changed (cpu -> none)"),
        ({"submission": "a" * 64}, {"submission": "b" * 64}, "submission changed"),
        ({"seed": "1"}, {"seed": "1", "tier": "T1"}, "tier changed (none -> T1)"),
        ({"seed": "1", "old": "x"}, {"seed": "1"}, "old changed (x -> none)"),
        ({"seed": "1"}, {"seed": "1"}, "nothing changed"),
        ({}, {"seed": "1"}, "what it depended on was not kept"),
    ],
)
def test_the_parts_that_differ_are_named(before: dict[str, str], now: dict[str, str], words: str) -> None:
    assert changed(before=before, now=now) == words


def test_of_limits_only_those_that_differ_are_named() -> None:
    before, now = {"limits": told(RunLimits())}, {"limits": told(RunLimits(cell_seconds=5.0))}
    assert changed(before=before, now=now) == "limits changed (cell_seconds null -> 5.0)"


def test_reading_again_depends_on_what_a_user_id_is() -> None:
    role = Role(name="team", kind="team", stem="team", suffixes=(".txt",))
    task = Task(submission=Submission(id="x", sha256="0", source="x.zip"), given="", home="", plan=Plan(roles=(role,)))
    other = replace(task, plan=replace(task.plan, user_ids="[a-z]+"))
    assert static_stage(task).parts != static_stage(other).parts
