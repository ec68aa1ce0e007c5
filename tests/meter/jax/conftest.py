"""Runs the scripts of this folder under the agent, in the run environment's Python, and keeps what was recorded."""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from validator.measuring.meter import counters, judge, log
from validator.measuring.meter.recorder import Recorder

HERE = Path(__file__).parent
AGENT = Path(judge.__file__).parents[1] / "agent"
PYTHON = "VALIDATOR_JAX_PYTHON"
"""Names another interpreter that has JAX: the oldest supported version, for one."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What one script left behind."""

    code: int
    records: list[dict[str, Any]]
    counters: tuple[counters.Counter, ...]
    stdout: str
    stderr: str

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["kind"] == kind]

    def judged(self) -> judge.Judgement:
        return judge.judge(records=self.records, counters=self.counters, role="model")


def interpreter() -> str | None:
    """A Python with JAX: named, or the run environment of the main rubric, or this one; None where there is none."""
    named = os.environ.get(PYTHON)
    if named:
        return named
    from validator.marking import load_rubric
    from validator.running.environments import making
    from validator.running.environments.places import NotBuilt

    packages = load_rubric(Path(judge.__file__).parents[3] / "rubrics" / "comp3547-2024.toml").plan.environment.packages
    try:
        found = making.latest(packages, tell=print)
    except NotBuilt:
        found = None
    candidates = [*([str(found.interpreter)] if found else []), sys.executable]
    tried = (subprocess.run([one, "-c", "import jax"], check=False, capture_output=True) for one in candidates)
    return next((one for one, done in zip(candidates, tried, strict=True) if done.returncode == 0), None)


def run_scripts(python: str, scripts: list[Path], folder: Path) -> dict[str, Recorded]:
    """Each script in a child of its own of one process; what it recorded, by its name."""
    with tempfile.TemporaryDirectory(prefix="vm") as short:  # socket paths are short by law
        settings = {"socket": f"{short}/s", "counters": str(folder / "counters"), "handed": str(folder)}
        (folder / "agent.json").write_text(json.dumps(settings), encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("JAX_", "XLA_"))}
        environment |= {"PYTHONPATH": str(AGENT), "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
        environment |= {"VALIDATOR_AGENT": str(folder / "agent.json")}
        # What the scripts have in common is compiled once; programs that call back are never kept on disk.
        if len(scripts) > 1:
            environment |= {"JAX_COMPILATION_CACHE_DIR": str(folder / "cache"), "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"}
        environment |= {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
        with Recorder(Path(short) / "s", folder / "records.jsonl", folder / "counters"):
            done = subprocess.run(
                [python, str(HERE / "driver.py"), *map(str, scripts)],
                cwd=folder,
                env=environment,
                text=True,
                capture_output=True,
                check=False,
                timeout=1700,
            )
    records = list(log.read_records(folder / "records.jsonl"))
    page = counters.read(folder / "counters") or ()
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {
        line["script"]: Recorded(
            code=line["code"],
            records=[record for record in records if line["pid"] in (record.get("pid"), record.get("peer"))],
            counters=tuple(counter for counter in page if counter.pid == line["pid"]),
            stdout="".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith("{")),
            stderr=done.stderr,
        )
        for line in lines
    }


@pytest.fixture(scope="session")
def jax_python() -> str:
    found = interpreter()
    if found is None:
        pytest.skip("no Python with JAX here: `validate env` makes the run environment")
    return found


@pytest.fixture(scope="session")
def recorded(jax_python: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recorded]:
    scripts = sorted(path for path in (HERE / "scripts").glob("*.py") if path.stem != "toy")
    everything = run_scripts(jax_python, scripts, tmp_path_factory.mktemp("jax"))
    return lambda name: everything[name]


@pytest.fixture
def run_one(jax_python: str, tmp_path: Path) -> Callable[[str], tuple[Recorded, str]]:
    def run(script: str) -> tuple[Recorded, str]:
        (tmp_path / "one.py").write_text(textwrap.dedent(script), encoding="utf-8")
        said = run_scripts(jax_python, [tmp_path / "one.py"], tmp_path)["one"]
        return said, said.stdout

    return run
