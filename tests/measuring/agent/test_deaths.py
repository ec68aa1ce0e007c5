"""Counts survive a process that dies without a word, and a fork counts for itself."""

from pathlib import Path

import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "deaths.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def died(metered_once):
    return metered_once(SCRIPT)


def test_steps_up_to_the_last_instruction_are_counted(died):
    steps = sorted(net.steps for net in died.judged("model").networks)
    assert steps == [7, 9]


def test_data_loading_workers_say_hello_and_bye(died):
    assert len({record["pid"] for record in died.of_kind("hello")}) == 4
    said = ("hello", "integrity", "bye")
    assert len({record["pid"] for record in died.records if record["kind"] not in said}) == 2


def test_a_death_is_no_sign_of_tampering(died):
    assert {"died"} == {record["what"] for record in died.of_kind("integrity")}
    assert died.judged("model").agreement
