"""A cohort whose stages cost nothing: a few lines stand for what a stage measures. Shared by the tests of running;
`python -m tests.running.tiny OUT NAME...` is a head with real processes, to be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tests.running.scripts import tiny_stage
from validator.cli import exits
from validator.evidence import Evidence, Submission
from validator.plan import Plan, Role
from validator.running.cohort import Given, Settings, measured
from validator.running.engines.local import Ended, LocalEngine
from validator.running.engines.slots import Place
from validator.running.lock import locked
from validator.running.stopping import ended_by_signals

ROOT = Path(__file__).resolve().parents[2]
MARKER = "VALIDATOR_TEST_MARKER"
Head = subprocess.Popen[str]

PROGRAM = (sys.executable, "-P", tiny_stage.__file__)
ROLES = (
    Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),
    Role(name="generator", kind="notebook", stem="generator", suffixes=(".ipynb",)),
)
PLAN = Plan(roles=ROLES)


class Inside(LocalEngine):
    """Runs a stage where it is called: no process, no time."""

    def run(self, *, arguments: list[str], begun: Any, **_: Any) -> Ended:
        begun(Place(gpu=None))
        return Ended(code=tiny_stage.main(arguments), timed_out=False, log="", seconds=0.01)


def given(*names: str) -> list[Given]:
    """Submissions of these names; their bytes are their name."""
    return [Given(submission=Submission(id=name, sha256=name, source=f"{name}.zip"), path=Path(name)) for name in names]


class Cohort:
    """Measures the same few submissions again and again, as a person does who calls `validate` again."""

    def __init__(self, out: Path, *names: str, jobs: int = 2, processes: bool = False) -> None:
        self.settings = Settings(plan=PLAN, out=out, jobs=jobs, kept_free_bytes=0)
        self.names = names
        self.said: list[str] = []
        self._processes = processes

    def measured(self, **changes: Any) -> dict[str, Evidence]:
        """One call, with these settings changed; what it said is in `said`."""
        self.said.clear()
        engine = LocalEngine(program=PROGRAM, slots=2) if self._processes else Inside()
        found = measured(given(*self.names), replace(self.settings, **changes), tell=self._tell, engine=engine)
        return {each.submission.id: each for each in found}

    def started(self) -> list[str]:
        """The stages that the last call measured."""
        return [line.split(": ")[1] for line in self.said if ": measuring" in line]

    def _tell(self, submission: str, line: str) -> None:
        self.said.append(f"{submission}: {line}")


def lasting(found: Iterable[Evidence]) -> list[Evidence]:
    """In the order of their names, without times and hosts, which differ between two honest runs."""
    return [replace(each, environment={}) for each in sorted(found, key=lambda each: each.submission.id)]


def head(out: Path, *names: str) -> int:
    """What `validate` does around a cohort: the lock, the signals, the exit code."""

    @click.command
    def command() -> None:
        out.mkdir(parents=True, exist_ok=True)
        with locked(out), ended_by_signals():
            Cohort(out, *names, processes=True).measured()

    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have had it ignored
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    sys.argv[1:] = []
    return exits.run(command)  # type: ignore[arg-type]


def started_head(out: Path, *names: str, marker: str, **tiny: str) -> Head:
    """A head in a process of its own; `tiny` tells its stages how to behave. All carry the marker to be found by."""
    told = {MARKER: marker, **{f"TINY_{name.upper()}": value for name, value in tiny.items()}}
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "tests.running.tiny", str(out), *names]
    return subprocess.Popen(
        command, env={**os.environ, **told, "PYTHONPATH": path}, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


def marked(marker: str) -> list[int]:
    """The living processes that carry the marker. Linux only."""
    wanted = f"{MARKER}={marker}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


if __name__ == "__main__":
    sys.exit(head(Path(sys.argv[1]), *sys.argv[2:]))
