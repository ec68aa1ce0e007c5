"""The local engine: fresh processes that end as told, leave nothing behind, have a GPU each, and go with the head."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from validator.evidence import Submission
from validator.measuring.probes.task import Task
from validator.plan import Plan
from validator.running.engines import local
from validator.running.engines.gpus import Gpu
from validator.running.engines.local import Ended, Interrupted, LocalEngine

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

GONE_SECONDS = 1.0
"""The issue's limit for what a killed head leaves running."""


def program(tmp_path: Path, text: str) -> tuple[str, str]:
    """A stage program of these lines; `arguments` are its own."""
    script = tmp_path / "stage.py"
    head = "import os, pathlib, resource, signal, subprocess, sys, time\narguments = sys.argv[1:]\n"
    script.write_text(head + textwrap.dedent(text))
    return sys.executable, str(script)


def run(engine: LocalEngine, tmp_path: Path, *arguments: str, wall_seconds: float = 60, device: str = "auto") -> Ended:
    words = list(arguments) or ["static"]
    log = tmp_path / f"{threading.get_ident()}.log"
    return engine.run(arguments=words, wall_seconds=wall_seconds, log_path=log, device=device)


def ran(tmp_path: Path, text: str, *arguments: str, wall_seconds: float = 60) -> Ended:
    with closing(LocalEngine(program=program(tmp_path, text))) as engine:
        return run(engine, tmp_path, *arguments, wall_seconds=wall_seconds)


def alive(number: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def read_when_written(*paths: Path) -> list[int]:
    assert until(lambda: all(path.exists() and path.read_text() for path in paths))
    return [int(path.read_text()) for path in paths]


@pytest.mark.parametrize(("text", "code"), [("", 0), ("sys.exit(3)", 3), ("os.kill(os.getpid(), 9)", -9)])
def test_the_exit_code_or_the_signal_is_told(tmp_path: Path, text: str, code: int) -> None:
    ended = ran(tmp_path, text)
    assert (ended.code, ended.timed_out) == (code, False)


def test_the_end_of_what_it_wrote_is_told(tmp_path: Path) -> None:
    assert ran(tmp_path, "print('x' * 9000); print('last words', file=sys.stderr)").log.endswith("last words\n")


def test_at_the_wall_limit_it_is_ended_and_said_so(tmp_path: Path) -> None:
    ended = ran(tmp_path, "time.sleep(600)", wall_seconds=0.5)
    assert (ended.code, ended.timed_out) == (-signal.SIGTERM, True)
    assert 0.5 <= ended.seconds < 30


def test_one_that_will_not_end_politely_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "ENDED_KINDLY_SECONDS", 0.5)
    ended = ran(tmp_path, "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)", wall_seconds=1)
    assert (ended.code, ended.timed_out) == (-signal.SIGKILL, True)


def test_a_program_that_does_not_exist_is_an_exit_code(tmp_path: Path) -> None:
    with closing(LocalEngine(program=("/nowhere/python",))) as engine:
        assert run(engine, tmp_path).code == 127


@pytest.mark.parametrize(
    ("text", "code", "timed_out"),
    [("sys.exit(3)", 3, False), ("os.kill(os.getpid(), 9)", -9, False), ("time.sleep(600)", -15, True)],
)
def test_without_fork_a_stage_is_a_process_of_the_heads_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: int, timed_out: bool
) -> None:
    monkeypatch.setattr(local.warm, "POSSIBLE", False)
    ended = ran(tmp_path, f"print('here', flush=True); {text}", wall_seconds=2 if timed_out else 60)
    assert (ended.code, ended.timed_out, ended.log) == (code, timed_out, "here\n")


def test_threads_of_libraries_share_the_cores_of_the_slots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    text = "print(os.environ['OMP_NUM_THREADS'])"
    with closing(LocalEngine(program=program(tmp_path, text), slots=1000)) as engine:
        assert run(engine, tmp_path).log == "1\n"


LEAVES = """
    import subprocess
    child = subprocess.Popen(["sleep", "600"])
    command = ["setsid", "--fork", "sh", "-c", "echo $$ > detached; exec sleep 600"]
    subprocess.Popen(command, cwd=arguments[1])
    (pathlib.Path(arguments[1]) / "child").write_text(str(child.pid))
    while not (pathlib.Path(arguments[1]) / "detached").exists():
        time.sleep(0.01)
"""


@linux
@pytest.mark.parametrize("end", ["", "    os.kill(os.getpid(), 9)"])
def test_nothing_that_a_stage_started_outlives_it(tmp_path: Path, end: str) -> None:
    ran(tmp_path, LEAVES + end, "static", str(tmp_path))
    left = read_when_written(tmp_path / "child", tmp_path / "detached")
    assert not any(alive(number) for number in left)


def test_stopping_ends_what_runs_and_refuses_what_waits(tmp_path: Path) -> None:
    text = "pathlib.Path(arguments[1]).write_text(str(os.getpid()))\ntime.sleep(600)"
    engine = LocalEngine(program=program(tmp_path, text))
    with closing(engine), ThreadPoolExecutor(2) as threads:
        started = [threads.submit(run, engine, tmp_path, "static", str(tmp_path / name)) for name in "ab"]
        assert until(lambda: (tmp_path / "a").exists() or (tmp_path / "b").exists())
        engine.stop()
        for each in started:
            with pytest.raises(Interrupted):
                each.result()
    assert not ((tmp_path / "a").exists() and (tmp_path / "b").exists())


def test_two_stages_at_once_have_two_gpus(tmp_path: Path) -> None:
    text = """
    mine = pathlib.Path(arguments[1])
    mine.write_text(os.environ["CUDA_VISIBLE_DEVICES"] + os.environ["CUDA_DEVICE_ORDER"])
    while len(list(mine.parent.glob("saw-*"))) < 2:
        time.sleep(0.01)
    """
    gpus = (Gpu(id="0"), Gpu(id="3", name="fake"))
    engine = LocalEngine(program=program(tmp_path, text), slots=2, gpus=gpus)
    with closing(engine), ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(run, engine, tmp_path, f"run-{n}", str(tmp_path / f"saw-{n}")) for n in "ab"]
        told = {each.result().gpu for each in runs}
    assert {path.read_text() for path in tmp_path.glob("saw-*")} == {"0PCI_BUS_ID", "3PCI_BUS_ID"}
    assert told == {"GPU 0", "GPU 3 (fake)"}


@pytest.mark.parametrize(("stage", "device", "sees"), [("run-x", "cpu", ""), ("static", "auto", "7")])
def test_a_stage_that_needs_no_gpu_is_given_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, device: str, sees: str
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    text = "print(os.environ['CUDA_VISIBLE_DEVICES'], end='')"
    with closing(LocalEngine(program=program(tmp_path, text), gpus=[Gpu(id="0")])) as engine:
        ended = run(engine, tmp_path, stage, device=device)
    assert (ended.gpu, ended.log) == ("", sees)


@linux
def test_the_process_around_a_notebook_has_a_memory_limit_that_its_kernel_may_raise(tmp_path: Path) -> None:
    text = "print(*resource.getrlimit(resource.RLIMIT_DATA))"
    run_soft, run_hard = map(int, ran(tmp_path, text, "run-classifier=a.ipynb").log.split())
    score_soft, _ = map(int, ran(tmp_path, text, "score-classifier").log.split())
    assert run_soft == local.MEMORY_BYTES["run"]
    assert run_hard == score_soft != run_soft


@linux
def test_where_the_machines_memory_ends_a_stage_goes_before_the_head(tmp_path: Path) -> None:
    own = int(Path("/proc/self/oom_score_adj").read_text())
    assert int(ran(tmp_path, "print(open('/proc/self/oom_score_adj').read())").log) >= max(own, 500)


@pytest.mark.parametrize(("stage", "code"), [("run-x", -signal.SIGKILL), ("static", -signal.SIGABRT)])
def test_the_last_words_of_a_library_out_of_memory_are_a_death_by_memory(tmp_path: Path, stage: str, code: int) -> None:
    text = """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print("FATAL ERROR: OUT OF MEMORY (zmq.cpp:1)", flush=True)
    os.abort()
    """
    assert ran(tmp_path, text, stage).code == code


OUT_OF_MEMORY = """
import os
from validator.running import stage
from validator.running.engines import request, warm_child
def main(arguments, *, alone):
    raise MemoryError
stage.main = main
warm_child.become(request.Request(command=("run-x",), warm=True, environment={}, memory_bytes=2**40), log=os.dup(2))
"""


@linux
def test_a_stage_out_of_its_own_memory_is_killed_and_not_merely_failed() -> None:
    done = subprocess.run([sys.executable, "-c", OUT_OF_MEMORY], check=False)
    assert done.returncode == -signal.SIGKILL


def children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


def warm_parents() -> list[int]:
    mine = [
        number for number in children(os.getpid()) if b"warm_parent" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    return sorted(mine)


@pytest.fixture
def static_task(tmp_path: Path) -> Iterator[list[str]]:
    """Arguments of a static stage that has something to unpack."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "a.py").write_text("import torch\n")
    submission = Submission(id="abcd12", sha256="0", source="given")
    task = Task(submission=submission, given=str(tmp_path / "given"), home=str(tmp_path), plan=Plan(roles=()))
    (tmp_path / "task.json").write_text(task.dumps())
    yield ["static", str(tmp_path / "task.json"), str(tmp_path / "result.json")]


@linux
def test_a_stage_is_forked_from_a_parent_that_has_one_thread_and_no_heavy_library(
    tmp_path: Path, static_task: list[str]
) -> None:
    before = warm_parents()
    with closing(LocalEngine()) as engine:
        ended = run(engine, tmp_path, *static_task)
        (parent,) = set(warm_parents()) - set(before)
        assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1
        mapped = Path(f"/proc/{parent}/maps").read_text()
    assert (ended.code, ended.log) == (0, "")
    assert json.loads((tmp_path / "result.json").read_text())["sources"][0]["path"] == "a.py"
    assert "pypdf" not in mapped or "torch" not in mapped
    assert not any(library in mapped for library in ("libtorch", "numpy", "openblas"))
    assert not alive(parent)


@linux
def test_a_fork_and_a_new_interpreter_find_the_same(tmp_path: Path, static_task: list[str]) -> None:
    found = []
    for fork in (True, False):
        with closing(LocalEngine(fork=fork)) as engine:
            assert run(engine, tmp_path, *static_task).code == 0
        found.append((tmp_path / "result.json").read_text())
    assert found[0] == found[1]


@linux
def test_figures_are_looked_at_below_a_parent_of_their_own_which_has_one_thread(
    tmp_path: Path, static_task: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "4")
    before = warm_parents()
    compare = ["compare-figures=", *static_task[1:]]
    with closing(LocalEngine()) as engine:
        assert run(engine, tmp_path, *static_task).code == 0
        others = set(warm_parents()) - set(before)
        raised = run(engine, tmp_path, "compare-figures=", "absent.json", "result.json").log
        assert run(engine, tmp_path, *compare).code == 0
        (parent,) = set(warm_parents()) - set(before) - others
        assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1
        mapped = Path(f"/proc/{parent}/maps").read_text()
    assert "FileNotFoundError" in raised
    assert "runpy" not in raised  # forked, as what has one thread may be
    assert "openblas" in mapped or "_multiarray_umath" in mapped
    assert "libtorch" not in mapped
    assert not alive(parent)


HAS_A_THREAD = """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
from validator.running.engines import warm_parent
warm_parent.main()
"""


@linux
def test_a_parent_with_a_second_thread_starts_new_interpreters(
    tmp_path: Path, static_task: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local.warm, "PROGRAM", (sys.executable, "-c", HAS_A_THREAD))
    with closing(LocalEngine()) as engine:
        assert run(engine, tmp_path, *static_task).code == 0
        ended = run(engine, tmp_path, "static", "absent.json", "result.json")
    assert json.loads((tmp_path / "result.json").read_text())["sources"][0]["path"] == "a.py"
    assert ended.code == 1
    assert "FileNotFoundError" in ended.log
    assert "runpy" in ended.log


def test_a_forked_stage_that_raises_ends_with_its_traceback(tmp_path: Path) -> None:
    with closing(LocalEngine()) as engine:
        ended = run(engine, tmp_path, "static", "absent.json", "result.json")
    assert ended.code == 1
    assert "FileNotFoundError" in ended.log


@linux
def test_a_killed_warm_parent_costs_its_stages_and_is_started_again(tmp_path: Path) -> None:
    before = warm_parents()
    text = "pathlib.Path(arguments[1]).write_text(str(os.getpid()))\ntime.sleep(600 if 'wait' in arguments else 0)"
    engine = LocalEngine(program=program(tmp_path, text))
    with closing(engine), ThreadPoolExecutor(1) as threads:
        running = threads.submit(run, engine, tmp_path, "static", str(tmp_path / "pid"), "wait")
        (stage,) = read_when_written(tmp_path / "pid")
        (parent,) = set(warm_parents()) - set(before)
        os.kill(parent, signal.SIGKILL)
        assert running.result().code == -signal.SIGKILL
        assert until(lambda: not alive(stage))
        assert run(engine, tmp_path, "static", str(tmp_path / "pid")).code == 0


HEAD = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from validator.running.engines.local import LocalEngine
folder, *program = sys.argv[1:]
engine = LocalEngine(program=program, slots=2)
with ThreadPoolExecutor(2) as threads:
    for name in "ab":
        log = Path(folder) / f"{name}.log"
        words = ["run-x", folder, name]
        threads.submit(engine.run, arguments=words, wall_seconds=600, log_path=log, device="cpu")
"""

STAYS = """
    import subprocess
    folder, name = pathlib.Path(arguments[1]), arguments[2]
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    others = [subprocess.Popen(["sleep", "600"], start_new_session=own) for own in (False, True)]
    for number, each in enumerate([os.getpid(), *(other.pid for other in others)]):
        (folder / f"{name}{number}").write_text(str(each))
    time.sleep(600)
"""


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_one_second_after_the_heads_death_nothing_of_the_batch_is_alive(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", HEAD, str(tmp_path), *program(tmp_path, STAYS)]
    head = subprocess.Popen(command)
    stages = read_when_written(*(tmp_path / f"{name}{each}" for name in "ab" for each in range(3)))
    everybody = [*stages, *children(head.pid)]
    assert len(everybody) == 7
    assert all(alive(each) for each in everybody)
    head.send_signal(number)
    head.wait()
    assert until(lambda: not any(alive(each) for each in everybody), GONE_SECONDS)
