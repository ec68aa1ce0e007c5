"""A cohort on the local engine: what comes first, which GPU the evidence names, a driver that is killed."""

import json
import os
import signal
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest

from validator.evidence import Evidence, Submission
from validator.plan import Plan, Role
from validator.running.cohort import Given, Settings, measured
from validator.running.engines.gpus import Gpu
from validator.running.engines.local import LocalEngine
from validator.running.one import Step

PLAN = Plan(roles=(Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),))

FAKE_STAGE = """
    import json, pathlib, sys, time
    stage, task, result = sys.argv[1:]
    home = pathlib.Path(json.loads(pathlib.Path(task).read_text())["home"])
    (home / "submission").mkdir(exist_ok=True)
    time.sleep(0.3 if stage.startswith("run") else 0)
    run = {"path": "a.ipynb", "role": "classifier", "outcome": "finished"}
    layout = {"roles": {"classifier": ["a.ipynb"]}}
    found = {"layout": layout} if stage == "static" else {"runs": [run]} if stage.startswith("run") else {"metrics": []}
    pathlib.Path(result).write_text(json.dumps(found))
"""


@pytest.fixture
def fake(tmp_path: Path) -> tuple[str, str]:
    script = tmp_path / "fake_stage.py"
    script.write_text(textwrap.dedent(FAKE_STAGE))
    return sys.executable, str(script)


def measure(tmp_path: Path, engine: LocalEngine, *names: str) -> tuple[dict[str, Evidence], list[Step]]:
    steps: list[Step] = []
    given = [Given(submission=Submission(id=each, sha256=each, source=each), path=Path(each)) for each in names]
    settings = Settings(plan=PLAN, out=tmp_path / "out")
    with closing(engine):
        found = measured(given, settings, tell=lambda *_: None, engine=engine, watch=steps.append)
        return {each.submission.id: each for each in found}, steps


def test_every_submission_is_unpacked_before_any_notebook_is_executed(tmp_path: Path, fake: tuple[str, str]) -> None:
    _, steps = measure(tmp_path, LocalEngine(program=fake), "anna01", "bert02", "cara03")
    begun = [step.stage for step in steps if step.change == "begun"]
    assert begun[:3] == ["static"] * 3
    assert sorted(begun[3:]) == ["run-classifier"] * 3 + ["score-classifier"] * 3


def test_a_report_is_completed_before_the_next_notebook_begins(tmp_path: Path, fake: tuple[str, str]) -> None:
    _, steps = measure(tmp_path, LocalEngine(program=fake), "anna01", "bert02")
    later = [step.stage for step in steps if step.change == "begun"][2:]
    assert later == ["run-classifier", "score-classifier"] * 2


def test_the_evidence_says_which_gpu_a_stage_had(tmp_path: Path, fake: tuple[str, str]) -> None:
    engine = LocalEngine(program=fake, gpus=[Gpu(id="1", name="NVIDIA H100")])
    found, _ = measure(tmp_path, engine, "anna01")
    environment = found["anna01"].environment
    assert environment["gpu.run-classifier"] == "GPU 1 (NVIDIA H100)"
    assert "gpu.static" not in environment


def test_waiting_for_a_place_is_no_part_of_a_stages_seconds(tmp_path: Path, fake: tuple[str, str]) -> None:
    began = time.monotonic()
    measure(tmp_path, LocalEngine(program=fake), *(f"abcd{number:02d}" for number in range(6)))
    kept = [json.loads(path.read_text()) for path in (tmp_path / "out").glob("*/stages/run-classifier.json")]
    assert len(kept) == 6
    assert sum(each["seconds"] for each in kept) < time.monotonic() - began  # they ran one after another


SLOW_CELL = """\
import resource, time
time.sleep(4)
print("may hold", resource.getrlimit(resource.RLIMIT_DATA)[0])
"""


def processes() -> Iterator[tuple[int, int, str]]:
    """Number, parent and command line of every process."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if fields[0] != "Z":
            yield int(entry.name), int(fields[1]), words


def below(ancestor: int) -> dict[int, str]:
    """Every process that came of this one."""
    found, everybody = {ancestor: ""}, list(processes())
    while new := {number: words for number, parent, words in everybody if parent in found and number not in found}:
        found |= new
    del found[ancestor]
    return found


def kill_driver(killed: list[dict[int, str]]) -> None:
    """Once a kernel runs, SIGKILL the process that drives it, as the machine's own memory killer would."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        mine = below(os.getpid())
        if any("ipykernel" in words for words in mine.values()):
            (warm,) = [number for number, words in mine.items() if "warm_parent" in words and below(number)][:1]
            (driver,) = [number for number, parent, _ in processes() if parent == warm]
            killed.append(below(driver))
            os.kill(driver, signal.SIGKILL)
            return
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_driver_that_is_killed_takes_its_kernel_along_and_is_tried_once_more(tmp_path: Path) -> None:
    home = tmp_path / "abcd12"
    home.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SLOW_CELL)]), home / "classifier.ipynb")
    given = [Given(submission=Submission(id="abcd12", sha256="0", source="abcd12"), path=home)]
    plan = Plan(roles=PLAN.roles, classifier_role="", generator_role="")
    killed: list[dict[int, str]] = []
    killer = threading.Thread(target=kill_driver, args=(killed,))
    killer.start()
    settings, steps = Settings(plan=plan, out=tmp_path / "out"), list[Step]()
    (found,) = measured(given, settings, tell=lambda *_: None, watch=steps.append)
    killer.join()
    executed = (tmp_path / "out" / "abcd12" / "run" / "classifier" / "executed.ipynb").read_text()
    assert f"may hold {plan.run.memory_bytes}" in executed  # the driver's own, lower limit is none of the kernel's
    assert killed[0]
    assert not set(killed[0]) & {number for number, _, _ in processes()}
    assert [run.outcome for run in found.runs] == ["finished"]
    assert [step.stage for step in steps if step.change == "begun"].count("run-classifier") == 2
