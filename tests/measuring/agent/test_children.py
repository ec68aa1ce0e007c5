"""The agent is in every child, however it was started, in each tier of the sandbox; and in nobody else's Python."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.measuring.agent import boxed
from validator.measuring.sandbox import TIERS as TIER_NAMES

SCRIPT = (Path(__file__).parent / "scripts" / "children.py").read_text(encoding="utf-8")
STYLES = {
    "itself", "plain", "isolated", "no-environment", "cleared", "cleared-isolated", "emptied", "misled", "new-session",
    "prepared", "thread", "fork", "orphan", "multiprocessing-fork", "multiprocessing-spawn",
    "multiprocessing-forkserver", "exec",
}  # fmt: skip
LOADED = "import sys; print('validator_agent' in sys.modules)"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="ancestors are found through /proc"),
]


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    return boxed.environment(tmp_path_factory.mktemp("environment") / "venv")


@pytest.fixture(scope="module", params=boxed.TIERS)
def children(request, python):
    with boxed.place() as root:
        yield boxed.run(SCRIPT, root=root, python=python, tier=request.param)


def test_every_child_has_an_agent_that_knows_its_run(children):
    assert {record["name"] for record in children.of_kind("style")} == STYLES, children.said


def test_each_says_hello_for_itself_and_how_it_came_to_be(children):
    hellos = {record["peer"]: record["how"] for record in children.of_kind("hello")}
    how = {record["name"]: hellos[record["peer"]] for record in children.of_kind("style")}
    forked = {"fork", "multiprocessing-fork", "multiprocessing-forkserver"}
    assert {name for name, word in how.items() if word == "fork"} == forked
    assert len({record["peer"] for record in children.of_kind("style")}) == len(STYLES)


def test_who_speaks_is_known_by_the_kernel_also_through_the_sandbox(children):
    own = {record["pid"]: record["peer"] for record in children.of_kind("style")}
    assert len(set(own.values())) == len(own) == len(STYLES)
    spaced = children.outcome.tier == TIER_NAMES["T1"]  # there processes have other numbers inside
    assert spaced or all(pid == peer for pid, peer in own.items())


def test_no_child_is_taken_for_one_that_was_silenced(children):
    assert {record["what"] for record in children.of_kind("integrity")} <= {"died"}
    assert children.of_kind("fault") == []


def test_outside_a_run_nothing_starts_and_nothing_is_looked_for_long(python):
    environment = {name: value for name, value in os.environ.items() if name != "VALIDATOR_AGENT"}
    began = time.monotonic()
    done = subprocess.run([str(python), "-c", LOADED], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert time.monotonic() - began < 5


@pytest.mark.skipif("T2" not in boxed.TIERS, reason="the tier without a process namespace of its own")
def test_a_person_beside_a_run_of_the_same_account_has_no_agent(python):
    """The run is below the same process as the person's Python, and may be looked into; it is not an ancestor."""
    with boxed.place() as root:
        script = "import time; open('up', 'w').close(); time.sleep(3)"
        waiting = (
            "import os, subprocess, sys, time\n"
            f"while not os.path.exists({str(root / 'work' / 'up')!r}): time.sleep(0.02)\n"
            f"subprocess.run([{str(python)!r}, '-c', {LOADED!r}], env={{}})"
        )
        person = subprocess.Popen([sys.executable, "-c", waiting], stdout=subprocess.PIPE, text=True)
        boxed.run(script, root=root, python=python, tier="T3")
        assert person.communicate(timeout=60)[0].strip() == "False"
