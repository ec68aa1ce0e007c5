"""Executing notebooks and scripts: how each kind of end is told, and that nothing of it stays."""

import dataclasses
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import processes
from validator.evidence import Run, Submission
from validator.measuring import sandbox
from validator.measuring.probes import run_box
from validator.measuring.probes.run import run
from validator.measuring.probes.task import Task
from validator.measuring.sandbox import tiers, walls
from validator.plan import Execute, Plan, RunLimits

Go = Callable[..., Run]

works = [entry.tier for entry in tiers.found() if entry.works]

STUBBORN = """\
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
print('before the loop', flush=True)
while True:
    try:
        while True: pass
    except BaseException: pass
"""


def cell(text: str, **metadata: object) -> dict[str, Any]:
    return {"cell_type": "code", "source": text, "metadata": metadata, "outputs": [], "execution_count": None}


def task_in(home: Path, *, execute: Execute = "full", tier: str = "", **limits: Any) -> Task:
    return Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given=str(home / "abcd12.zip"),
        home=str(home),
        tier=tier,
        plan=Plan(roles=(), execute=execute, run=RunLimits(**{"wall_seconds": 120.0, **limits})),
    )


@pytest.fixture
def go(tmp_path: Path) -> Go:
    """Run a notebook of these cells, or a script of one text, in the role `meter`."""

    def start(*cells: Any, name: str = "a.ipynb", top: Any = None, **limits: Any) -> Run:
        submission = tmp_path / "submission"
        submission.mkdir(exist_ok=True)
        if name.endswith(".py"):
            (submission / name).write_text(str(cells[0]))
        else:
            entries = [cell(entry) if isinstance(entry, str) else entry for entry in cells]
            document = {"nbformat": 4, "nbformat_minor": 5, "metadata": top or {}, "cells": entries}
            (submission / name).write_text(json.dumps(document))
        return run(task_in(tmp_path, **limits), "meter", name)

    return start


def statuses(found: Run) -> list[str]:
    return [entry.status for entry in found.cells]


def kinds(found: Run) -> list[str]:
    return [flag.kind for flag in found.flags]


def stored(folder: Path) -> str:
    return (folder / "run" / "meter" / "executed.ipynb").read_text()


def test_a_notebook_that_runs_is_finished_and_stored(go: Go, tmp_path: Path) -> None:
    found = go("x = 20", {"cell_type": "markdown", "source": "words", "metadata": {}}, "print(x + 1)\nopen('new', 'w')")
    assert (found.outcome, found.detail, statuses(found)) == ("finished", "", ["ok", "ok"])
    assert [entry.index for entry in found.cells] == [0, 2]
    assert "21" in stored(tmp_path)
    assert found.sandbox == sandbox.TIERS[tiers.choose()]
    assert not (tmp_path / "submission" / "new").exists()


def test_cells_after_an_error_run_and_hidden_tracebacks_still_count(go: Go) -> None:
    hide = "get_ipython().showtraceback = lambda *a, **k: None\nget_ipython()._showtraceback = lambda *a, **k: None"
    found = go(hide, "1 / 0", "import sys\nsys.exit(0)", "y = input()", "import no_such_module", "z = 3")
    assert found.outcome == "raised"
    assert statuses(found) == ["ok", "error", "error", "error", "error", "ok"]
    assert found.detail == "cell 1 raised ZeroDivisionError: division by zero; 3 more cells raised"
    assert found.cells[3].error.startswith("StdinNotImplementedError")
    assert not found.complete


def test_a_missing_module_is_named(go: Go) -> None:
    found = go("import no_such_module")
    assert found.detail == (
        "cell 0 needs what is not installed here: ModuleNotFoundError: No module named 'no_such_module'"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "words"), [("os._exit(3)", "exit code 3"), ("os.kill(os.getpid(), 9)", "signal 9")], ids=["exit", "kill"]
)
def test_a_dead_kernel_is_killed_and_keeps_what_was_done(go: Go, tmp_path: Path, ending: str, words: str) -> None:
    found = go("print('was here')", f"import os\n{ending}", "x = 1")
    assert (found.outcome, statuses(found)) == ("killed", ["ok", "died", "not-run"])
    assert found.detail == f"the kernel died in cell 1: {words}"
    assert "was here" in stored(tmp_path)


@pytest.mark.slow
def test_a_loop_that_nothing_interrupts_ends_at_the_wall_limit(go: Go, tmp_path: Path) -> None:
    found = go("x = 1", STUBBORN, wall_seconds=4.0)
    assert (found.outcome, statuses(found)) == ("timed-out", ["ok", "timeout"])
    assert found.detail == "the notebook ran longer than its limit of 4 s, in cell 1"
    assert "before the loop" in stored(tmp_path)


@pytest.mark.slow
def test_a_cell_has_its_own_limit_when_the_plan_says_so(go: Go) -> None:
    found = go("while True: pass", cell_seconds=1.0)
    assert found.detail == "cell 0 ran longer than its limit of 1 s and was interrupted"


@pytest.mark.slow
def test_a_limit_shorter_than_the_start_is_a_timeout(go: Go) -> None:
    found = go("x = 1", wall_seconds=0.01)
    assert (found.outcome, statuses(found)) == ("timed-out", ["not-run"])


@pytest.mark.slow
def test_a_flood_of_output_is_cut_and_flagged(go: Go, tmp_path: Path) -> None:
    found = go("for _ in range(200): print('x' * 5000)", "print('y' * 2_000_000)", "z = 1", output_bytes=100_000)
    assert found.outcome == "finished"
    assert "output-limit" in kinds(found)
    assert len(stored(tmp_path)) < 200_000


@pytest.mark.slow
def test_metadata_cannot_choose_the_kernel_or_skip_cells(go: Go) -> None:
    found = go(
        cell("raise ValueError('seen')", tags=["skip-execution", "raises-exception"]),
        top={"kernelspec": {"name": "ir", "language": "R"}},
    )
    assert (found.outcome, statuses(found)) == ("raised", ["error"])
    assert kinds(found) == ["hostile-metadata"] * 3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the operating system has no child subreaper")
@pytest.mark.parametrize("tier", works)
def test_a_detached_process_is_ended_and_flagged(go: Go, tier: sandbox.Tier) -> None:
    seconds = processes.word()
    found = go(f"import subprocess\np = subprocess.Popen(['sleep', {seconds!r}], start_new_session=True)", tier=tier)
    assert found.outcome == "finished"
    assert "detached-processes" in kinds(found)
    assert processes.is_gone(seconds)


@pytest.mark.slow
def test_a_script_runs_as_the_main_module(go: Go, tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "mine.py").write_text("VALUE = 'from my own module'\n")
    (tmp_path / "submission" / "json.py").write_text("raise ImportError('shadowed')\n")
    text = (
        "import inspect, sys\nimport mine\nclass Net:\n    width = 3\n"
        "if __name__ == '__main__':\n"
        "    print(inspect.getsource(Net), mine.VALUE, len(sys.argv), __file__.endswith('a.py'))\n"
        "sys.exit(0)\n"
    )
    found = go(text, name="a.py")
    assert (found.outcome, found.detail) == ("finished", "")
    assert "width = 3" in stored(tmp_path)
    assert "from my own module 1 True" in stored(tmp_path)


@pytest.mark.slow
def test_a_script_that_fails_has_raised(go: Go) -> None:
    found = go("import sys\nsys.exit(3)\n", name="a.py")
    assert (found.outcome, found.detail) == ("raised", "the script raised SystemExit: 3")


@pytest.mark.slow
def test_paths_of_the_scratch_are_not_told(go: Go) -> None:
    found = go("import os\nopen(os.path.abspath('absent.npy'))")
    assert found.cells[0].error == "FileNotFoundError: [Errno 2] No such file or directory: 'absent.npy'"


@pytest.mark.slow
def test_the_kernel_sees_its_own_home_and_no_secret(go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "somewhere")
    monkeypatch.setenv("COURSE_TOKEN", "secret")
    go("import json, os\nprint(json.dumps(dict(os.environ)))")
    (output,) = json.loads(stored(tmp_path))["cells"][0]["outputs"]
    environment = json.loads("".join(output["text"]))
    assert not {"https_proxy", "COURSE_TOKEN", "JPY_PARENT_PID"}.intersection(environment)
    assert environment["HOME"].startswith(str(walls.scratch_root()))
    assert not Path(environment["HOME"]).exists()


def test_what_is_no_notebook_is_not_started(tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "a.ipynb").write_text("<html>")
    found = run(task_in(tmp_path), "meter", "a.ipynb")
    assert found.outcome == "not-started"
    assert kinds(found) == ["not-a-notebook"]
    assert found.readings["meter.steps"].value is None
    assert "not JSON" in found.readings["meter.steps"].why


def test_a_kernel_that_does_not_start_is_the_harness_s_fault(tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell("x = 1")]}
    (tmp_path / "submission" / "a.ipynb").write_text(json.dumps(document))
    task = dataclasses.replace(task_in(tmp_path), interpreter="/bin/false")
    with pytest.raises(run_box.BoxProblem, match="the kernel did not start"):
        run(task, "meter", "a.ipynb")


TRAINING = """\
import torch
net = torch.nn.Linear(3, 2)
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(12):
    optimiser.zero_grad()
    net(torch.randn(4, 3)).sum().backward()
    optimiser.step()
"""


@pytest.mark.slow
@pytest.mark.parametrize("tier", works)
def test_parameters_and_steps_are_read_off_a_training(go: Go, tier: sandbox.Tier) -> None:
    found = go(TRAINING, tier=tier)
    assert found.complete
    assert (found.readings["meter.parameters"].value, found.readings["meter.steps"].value) == (8, 12)
    assert found.framework.startswith("torch")


@pytest.mark.slow
def test_what_was_counted_before_a_kernel_died_is_a_lower_bound(go: Go) -> None:
    found = go(TRAINING, "import os; os._exit(1)")
    assert found.outcome == "killed"
    assert not found.complete
    assert found.readings["meter.steps"].value == 12


@pytest.mark.slow
def test_a_smoke_run_ends_each_loop_early_and_goes_on(go: Go) -> None:
    found = go(TRAINING, "x = 1", execute="smoke")
    assert (found.outcome, statuses(found), found.complete) == ("finished", ["smoke", "ok"], False)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["end", "interrupt"])
def test_a_driver_that_is_told_to_end_leaves_no_kernel_and_no_outcome(tmp_path: Path, number: int, code: int) -> None:
    seconds = processes.word()
    (tmp_path / "submission").mkdir()
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    looping = f"import subprocess\nsubprocess.Popen(['sleep', {seconds!r}])\n{STUBBORN}"
    (tmp_path / "submission" / "a.ipynb").write_text(json.dumps({**document, "cells": [cell(looping)]}))
    program = (
        "import sys; from validator.measuring.probes import run, task\n"
        "try: run.run(task.Task.loads(sys.stdin.read()), 'meter', 'a.ipynb')\n"
        "except KeyboardInterrupt: sys.exit(130)"
    )
    driver = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE)
    assert driver.stdin is not None
    driver.stdin.write(task_in(tmp_path).dumps().encode())
    driver.stdin.close()
    assert processes.appears(seconds)
    driver.send_signal(number)
    assert driver.wait(30) == code
    assert processes.is_gone(seconds)


@pytest.mark.slow
@pytest.mark.parametrize("tier", works)
def test_a_notebook_that_removes_the_folders_of_its_run_stops_nothing(
    go: Go, tmp_path: Path, tier: sandbox.Tier
) -> None:
    harms = [
        "shutil.rmtree(handed)",
        "shutil.rmtree(handed.parent)",
        "handed.write_text('no folder')",
        "handed.symlink_to(os.environ['HOME'])",
    ]
    found = go(
        "import json, os, pathlib, shutil",
        "handed = pathlib.Path(json.load(open(os.environ['VALIDATOR_AGENT']))['handed'])",
        *harms,
        "1 / 0",
        tier=tier,
    )
    assert found.outcome == "raised"
    assert "ZeroDivisionError" in found.cells[-1].error
    assert (tmp_path / "run" / "meter" / "handed").is_dir()
