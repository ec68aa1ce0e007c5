"""Floods of output: the first of it is kept, nothing large is received, and what was lost is said."""

import resource
from typing import Any

import pytest

from tests.measuring.probes.test_run_outcomes import Go, go, kinds, statuses, stored
from validator.measuring.probes.run_messages import Tally, printed_bytes
from validator.measuring.probes.run_outputs import Budget

__all__ = ["go"]

MIB = 1024 * 1024
FLOODS = (
    "print('x' * 200_000_000)",
    "print('after one message')",
    "raise ValueError('y' * 50_000_000)",
    "print('after a reply')",
    "import os\nfor _ in range(30): os.write(1, b'z' * 1_000_000)",
    "import subprocess\nsubprocess.run('yes | head -c 30000000', shell=True)",
    "import sys\nfor _ in range(5_000): sys.stderr.write('e\\n'); sys.stderr.flush()",
    "from IPython.display import display\nfor i in range(100): display(str(i) * 1000, display_id='bar', update=i > 0)",
    "for i in range(15):\n    print('w' * 2_000_000, flush=True)\n    print(i, flush=True)",
    "print('the end')",
)


@pytest.mark.slow
def test_floods_of_every_kind_take_little_memory_and_nothing_else_down(go: Go, tmp_path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = go(*FLOODS, output_bytes=300_000)
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert statuses(found) == ["ok", "ok", "error", *["ok"] * 7]
    assert found.cells[2].error == "ReplyTooLarge: the kernel's answer was too large to be read"
    assert "output-limit" in kinds(found)
    kept = stored(tmp_path)
    assert [words in kept for words in ("after one message", "after a reply", "the end")] == [True] * 3
    assert len(kept) < 2 * MIB
    assert grown_kib < 150 * 1024


def numbered(*numbers: int, sender: str = "session_1") -> Tally:
    tally = Tally()
    for number in numbers:
        tally.count({"msg_id": f"{sender}_{number}"})
    return tally


def test_a_gap_in_the_numbers_of_messages_is_a_loss() -> None:
    assert numbered(*range(10, 100)).lost == 0
    assert numbered(10, 11, 60, 99).lost == 86
    assert numbered(10, 12, 11, 14).lost == 0, "a reply may come before the last output, and an interrupt takes a few"


def test_children_number_their_own_messages() -> None:
    tally = numbered(1, 2)
    tally.count({"msg_id": "session_2_500"})
    tally.count({"msg_id": "no number"})
    assert tally.lost == 0


def test_only_printed_text_is_dropped_unread() -> None:
    rest = [b"<IDS|MSG>", b"", b"", b"", b"", b"12345"]
    assert printed_bytes([b"stream.stdout", *rest]) == 5
    assert printed_bytes([b"kernel.1.status", *rest]) == 0


def test_a_display_that_changes_costs_only_what_it_grows() -> None:
    budget = Budget(output_bytes=100)
    content: dict[str, Any] = {"data": {"text/plain": "x" * 20}}
    assert all(budget.replace(display="a", content=content) for _ in range(1000))
    assert not budget.exceeded
    assert not all(budget.replace(display=str(i), content=content) for i in range(1000))
    assert budget.exceeded
