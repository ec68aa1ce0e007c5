"""One Slurm for all tests of this folder, and a program for a stage that does as its submission is named."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slurm import cluster as real
from tests.slurm.submissions import Cohort

FAKE_STAGE = """
    import json, os, pathlib, signal, sys, time
    stage, task_path, result = sys.argv[1:]
    home = pathlib.Path(json.loads(pathlib.Path(task_path).read_text())["home"])
    name, stage = home.name, stage.partition("=")[0]
    (home / "submission").mkdir(exist_ok=True)
    with (home / "ran.txt").open("a") as ran:
        ran.write(f"{stage} {os.environ.get('CUDA_VISIBLE_DEVICES', '')}\\n")

    def kill_the_task():
        number = os.getpid()
        while number > 1 and b"submitit" not in pathlib.Path(f"/proc/{number}/cmdline").read_bytes():
            number = int(pathlib.Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(number, signal.SIGKILL)

    if stage.startswith("run-") and name.startswith("holds"):
        (home / "pid").write_text(str(os.getpid()))
        (home / "begun").touch()
        for _ in range(1800):
            if (home / "go").exists():
                break
            time.sleep(0.1)
    if stage.startswith("run-") and name.startswith("kills") and not (home / "killed").exists():
        (home / "killed").touch()
        kill_the_task()
        time.sleep(60)
    run = {"path": "a.ipynb", "role": "classifier", "outcome": "finished"}
    layout = {"roles": {"classifier": ["a.ipynb"]}}
    found = {"layout": layout} if stage == "static" else {"runs": [run]} if stage.startswith("run") else {"metrics": []}
    pathlib.Path(result).write_text(json.dumps(found))
"""


@pytest.fixture(scope="session")
def cluster() -> Iterator[real.Cluster]:
    """Slurm, up and idle."""
    if reason := real.why_not():
        pytest.skip(reason)
    with real.cluster() as made:
        yield made


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The program that stands in for a stage."""
    script = tmp_path_factory.mktemp("program") / "fake_stage.py"
    script.write_text(textwrap.dedent(FAKE_STAGE))
    return (sys.executable, str(script))


@pytest.fixture
def cohort(
    cluster: real.Cluster, program: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cohort]:
    """An output folder whose tasks go to the cluster; what still runs at the end is cancelled."""
    for name in ("SLURM_CONF", "PATH"):
        monkeypatch.setenv(name, cluster.environment[name])
    made = Cohort(cluster=cluster, program=program, out=tmp_path / "out")
    made.out.mkdir()
    yield made
    made.cancel_all()
