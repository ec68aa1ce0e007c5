"""520 damaged papers: each is counted right or refused with a reason, by both readers together, within the limits.

Some 25 seconds of processor time in four child processes, so that all of them are tried every time.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import Any

import pytest

from fixtures.paper_mutations import BASES, DRAWN, MUTATIONS, Base, bases, mutated

PARTS = 4
SECONDS_EACH = 20.0
"""Of processor time, as `PaperLimits` has it."""
NAMES = (*BASES, *(f"drawn-{name}" for name in DRAWN))


@pytest.fixture(scope="module")
def known() -> dict[str, Base]:
    return {base.name: base for base in bases()}


def asked_for(part: int) -> list[str]:
    return [f"{name}:{number}" for name in NAMES[part::PARTS] for number in range(len(MUTATIONS))]


@pytest.fixture(scope="module", params=range(PARTS))
def answers(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """What came of each paper of one part; a child that ended early says less than it was asked."""
    asked = asked_for(request.param)
    command = [sys.executable, "-m", "tests.measuring.probes.mutated", *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["asked"] for one in said] == asked, f"ended after {said[-1:]}: {done.stderr[-500:]}"
    assert done.returncode == 0
    return said


def test_there_are_520_and_they_are_damaged(known: dict[str, Base]) -> None:
    assert len(NAMES) * len(MUTATIONS) == 520
    for base in known.values():
        copies = {mutated(base.content, number, seed=base.name) for number in range(len(MUTATIONS))}
        assert len(copies - {base.content}) == len(MUTATIONS)


def test_the_same_number_is_the_same_damage(known: dict[str, Base]) -> None:
    base = known["iclr-plain"]
    copies = [[mutated(base.content, n, seed=base.name) for n in range(len(MUTATIONS))] for _ in range(2)]
    assert copies[0] == copies[1]


def test_no_damaged_paper_raises_or_takes_too_long(answers: list[dict[str, Any]]) -> None:
    assert [one for one in answers if "raised" in one or one["seconds"] > SECONDS_EACH] == []


def test_a_paper_that_is_not_counted_says_why(answers: list[dict[str, Any]]) -> None:
    unsaid = [one for one in answers if one["counted"] is None and not (one["why"] and one["kinds"])]
    assert unsaid == []


def test_no_damaged_paper_is_counted_wrong(answers: list[dict[str, Any]], known: dict[str, Base]) -> None:
    wrong = []
    for one in answers:
        base = known[one["asked"].partition(":")[0]]
        if one["counted"] not in (None, base.pages_counted) or one["total"] not in (None, base.pages_total):
            wrong.append(one)
    assert wrong == []


@pytest.mark.skipif(importlib.util.find_spec("pypdfium2") is None, reason="the second reader is not installed")
def test_both_readers_together_are_never_silently_wrong(answers: list[dict[str, Any]], known: dict[str, Base]) -> None:
    silent = []
    for one in answers:
        truth = known[one["asked"].partition(":")[0]].pages_total
        agreed = one["total"] is not None and one["total"] == one["second"]
        if agreed and one["total"] != truth:
            silent.append(one)
    assert silent == []
    assert any(one["second"] is not None for one in answers)


def test_some_are_counted_and_some_are_refused(answers: list[dict[str, Any]]) -> None:
    counted = sum(one["counted"] is not None for one in answers)
    assert len(answers) / 8 < counted < len(answers) / 2
