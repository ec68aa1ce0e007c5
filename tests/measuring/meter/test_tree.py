"""The processes of a box, seen from outside in each tier: who ran, how long, and whether an agent was inside."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.measuring.agent import boxed
from validator.measuring.meter import processes, tree
from validator.measuring.meter.clients import Heard
from validator.measuring.meter.tree import Tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the tree is seen through /proc")

SCRIPT = """
import os, subprocess, sys, time
BURN = "import time\\nwhile time.process_time() < {}: pass"
exec(BURN.format(0.5))
subprocess.run([sys.executable, "-S", "-c", BURN.format(1.2) + "# without"])
subprocess.run([sys.executable, "-c", BURN.format(1.2) + "# with"])
BECOME = "import os, sys, time; time.sleep(0.3); os.execv(sys.executable, [sys.executable, '-S', '-c', {!r}])"
subprocess.run([sys.executable, "-S", "-c", BECOME.format(BURN.format(1.2) + "# became")])
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        done = "; open('done', 'w').close() # orphan"
        os.execve(sys.executable, [sys.executable, "-S", "-c", BURN.format(1.2) + "\\n" + done[2:]], {})
    os._exit(0)
os.wait()
while not os.path.exists("done"): time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    return boxed.environment(tmp_path_factory.mktemp("environment") / "venv")


def _tree(root: Path, uid: int | None):
    return (Tree(folders=(root / "work", root / "tmp"), account=uid, box="supervisor"),)


@pytest.fixture(scope="module", params=[pytest.param(tier, marks=pytest.mark.slow) for tier in boxed.TIERS])
def seen(request, python):
    with boxed.place() as root:
        yield boxed.run(SCRIPT, root=root, python=python, tier=request.param, witnesses=_tree)


def _marked(seen, mark):
    return [record for record in seen.of_kind("process") if any(word.endswith(f"# {mark}") for word in record["argv"])]


def test_each_python_is_seen_with_its_cpu_time(seen):
    for mark in ("without", "with", "became", "orphan"):
        (record,) = _marked(seen, mark)
        assert 0.9 < record["cpu_seconds"] < 5.0, mark
        assert record["ended"]
        assert not record["system"]


def test_who_has_an_agent_is_known(seen):
    agents = {mark: _marked(seen, mark)[0]["agent"] for mark in ("without", "with", "became", "orphan")}
    assert agents == {"without": False, "with": True, "became": False, "orphan": False}
    # Its forks bear its name until they become something else, and one may be seen by then: the script worked most.
    script = next(record for record in seen.of_kind("process") if record["argv"][-1:] == ["script.py"])
    assert script["agent"]
    assert script["cpu_seconds"] >= 0.4


def test_the_sandbox_itself_is_not_listed(seen):
    told = [" ".join(record["argv"]) for record in seen.of_kind("process")]
    assert not [words for words in told if "supervisor" in words or "bwrap" in words]


def test_work_without_an_agent_is_remarked(seen):
    flags = processes.suspicious(seen.records)
    assert {flag.detail.partition("#")[2].split()[0] for flag in flags} == {"without", "became", "orphan"}


def test_a_process_that_was_stopped_is_remarked_and_one_that_waits_is_not(monkeypatch):
    monkeypatch.setattr(tree, "STOPPED_SECONDS", 0.3)
    stopped, waiting = (subprocess.Popen(["sleep", "60"]) for _ in range(2))
    try:
        os.kill(stopped.pid, signal.SIGSTOP)
        witness, told, until = Tree(), [], time.monotonic() + 20
        while not told and time.monotonic() < until:
            time.sleep(0.1)
            told = [record for record in witness.look(Heard()) if record["kind"] == "integrity"]
        assert [(record["what"], record["peer"]) for record in told] == [("stopped", stopped.pid)]
        assert [record for record in witness.look(Heard()) if record["kind"] == "integrity"] == []
    finally:
        for process in (stopped, waiting):
            process.kill()
            process.wait()


def test_one_dear_look_is_followed_by_another_at_once_and_two_are_not(monkeypatch):
    clock = iter(float(second) for second in range(100))  # each look takes a second of CPU time
    monkeypatch.setattr(tree.time, "thread_time", lambda: next(clock))
    witness, waits = Tree(box="nobody's"), []
    for _ in range(2):
        witness._next, now = 0.0, time.monotonic()
        assert list(witness.look(Heard())) == []
        waits.append(witness._next - now)
    assert waits[0] < tree.IDLE_SECONDS + 0.1
    assert waits[1] >= tree.LONGEST_SECONDS


def test_elsewhere_than_on_linux_it_is_said_once(monkeypatch):
    monkeypatch.setattr(tree.proc, "AVAILABLE", False)
    witness = Tree()
    assert [record["kind"] for _ in range(2) for record in witness.look(Heard())] == ["degraded"]
    assert list(witness.close(Heard())) == []


def _process(**fields):
    return {
        "kind": "process",
        "pid": 7,
        "exe": "/usr/bin/x",
        "argv": ["x"],
        "cpu_seconds": 9.0,
        "agent": False,
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "remarked"),
    [
        ({"system": True}, False),
        ({"agent": True}, False),
        ({"agent": True, "silent_seconds": 2.0}, False),
        ({"agent": True, "silent_seconds": 12.0}, True),
        ({"system": False}, True),
        ({"cpu_seconds": 0.9}, False),
        ({"cpu_seconds": 0.1, "gpu_seconds": 2.0}, True),
        ({"exe": "/usr/bin/perl5.36.0", "cpu_seconds": 2.0}, False),
        ({"exe": "/usr/bin/mawk", "cpu_seconds": 4.0}, True),
        ({"exe": "/usr/bin/python3.11", "cpu_seconds": 1.2}, True),
        ({"exe": None, "argv": None, "cpu_seconds": "many"}, False),
    ],
)
def test_what_counts_as_work_without_an_agent(fields, remarked):
    assert bool(processes.suspicious([_process(**fields)])) is remarked


def test_many_short_ones_of_one_program_are_remarked_together():
    short = [_process(pid=n, cpu_seconds=0.5, exe="/usr/bin/python3") for n in range(30)]
    (flag,) = processes.suspicious(short)
    assert "30 processes: 15.0 CPU-seconds" in flag.detail
