"""Outputs within a budget: progress bars fold, floods stop."""

from typing import Any

import pytest

from validator.measuring.probes.run_outputs import Budget, merged, overwritten


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n", "a\n"),
        ("\r10%\r20%\r30%", "30%"),
        ("start\n\r1/2\r2/2\nend", "start\n2/2\nend"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("done\r", "done"),
    ],
)
def test_text_is_kept_as_a_terminal_shows_it(text: str, shown: str) -> None:
    assert overwritten(text) == shown


def test_one_stream_grows_in_one_output() -> None:
    outputs = [stream("a")]
    assert merged(outputs, stream("b"), Budget(output_bytes=100))
    assert outputs == [stream("ab")]


def test_the_other_stream_starts_its_own_output() -> None:
    assert not merged([stream("a")], stream("b", name="stderr"), Budget(output_bytes=100))


def test_a_progress_bar_of_any_length_stays_within_its_last_state() -> None:
    budget, outputs = Budget(output_bytes=1000), [stream("")]
    for step in range(10_000):
        merged(outputs, stream(f"\r{step:8}"), budget)
    assert outputs == [stream("    9999")]
    assert not budget.exceeded


def test_what_is_over_budget_is_dropped_and_marked() -> None:
    budget, outputs = Budget(output_bytes=10), [stream("a")]
    assert merged(outputs, stream("b" * 11), budget)
    assert outputs == [stream("a")]
    assert budget.exceeded
