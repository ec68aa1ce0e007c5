"""Runs a training script in a process of its own, with the agent inside and a recorder outside."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from validator.measuring.meter import counters, judge, log
from validator.measuring.meter.recorder import Recorder

AGENT = Path(judge.__file__).parents[1] / "agent"


@dataclass(frozen=True, kw_only=True)
class Metered:
    """What one metered process left behind."""

    records: list[dict[str, Any]]
    counters: tuple[counters.Counter, ...] | None
    stdout: str
    stderr: str
    code: int
    folder: Path

    def judged(self, role: str = "model") -> judge.Judgement:
        return judge.judge(records=self.records, counters=self.counters, role=role)

    def networks(self) -> dict[str, Any]:
        return {net.name: net for net in self.judged().networks}

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["kind"] == kind]


def run_metered(script: str, folder: Path, **config: Any) -> Metered:
    """Execute the script; `config` goes to the agent."""
    with tempfile.TemporaryDirectory(prefix="vm") as short:  # socket paths are short by law
        settings = {
            "socket": f"{short}/s",
            "counters": str(folder / "counters"),
            "files": {},
            "cifar100": None,
            "smoke_steps": None,
            "handed": str(folder / "handed"),
            **config,
        }
        (folder / "handed").mkdir(exist_ok=True)
        (folder / "agent.json").write_text(json.dumps(settings), encoding="utf-8")
        (folder / "script.py").write_text(script, encoding="utf-8")
        environment = {
            **os.environ,
            "PYTHONPATH": str(AGENT),
            "OMP_NUM_THREADS": "1",
            "VALIDATOR_AGENT": str(folder / "agent.json"),
        }
        with Recorder(Path(short) / "s", folder / "records.jsonl", folder / "counters"):
            done = subprocess.run(
                [sys.executable, "script.py"],
                cwd=folder,
                env=environment,
                text=True,
                capture_output=True,
                check=False,
                timeout=300,
            )
    return Metered(
        records=list(log.read_records(folder / "records.jsonl")),
        counters=counters.read(folder / "counters"),
        stdout=done.stdout,
        stderr=done.stderr,
        code=done.returncode,
        folder=folder,
    )


@pytest.fixture
def metered(tmp_path: Path) -> Iterator[Callable[..., Metered]]:
    yield lambda script, **config: run_metered(script, tmp_path, **config)


@pytest.fixture(scope="module")
def metered_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Metered]:
    return lambda script, **config: run_metered(script, tmp_path_factory.mktemp("metered"), **config)
