"""Runs styles with the agent inside and the recorder outside, and keeps apart what was recorded of each."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.meter.styles import Style
from validator.measuring.meter import counters, judge, log
from validator.measuring.meter.recorder import Recorder

AGENT = Path(judge.__file__).parents[1] / "agent"
DRIVER = Path(__file__).parent / "driver.py"
SECONDS = 170
Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Metered:
    """What one style left behind: the records and counters of its process and of those below it."""

    style: Style
    records: tuple[Record, ...]
    counters: tuple[counters.Counter, ...]
    stdout: str
    stderr: str
    code: int
    seconds: float

    def judged(self) -> judge.Judgement:
        return judge.judge(records=self.records, counters=self.counters, role="model")


def metered(
    styles: Iterable[Style], folder: Path, *, python: Path | str, environment: dict[str, str] | None = None
) -> dict[str, Metered]:
    """Each style by its name: most in one warm process after the other, those that are `alone` each started afresh."""
    styles = list(styles)
    environment = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(AGENT), **(environment or {})}
    found = {}
    if together := [style for style in styles if not style.alone]:
        found |= _together(together, folder, str(python), environment)
    for style in (style for style in styles if style.alone):
        found[style.name] = _alone(style, folder, str(python), environment)
    return found


def _together(styles: list[Style], folder: Path, python: str, environment: dict[str, str]) -> dict[str, Metered]:
    settings = {"scripts": {style.name: str(style.path) for style in styles}, "out": str(folder), "seconds": SECONDS}
    (folder / "driver.json").write_text(json.dumps(settings), encoding="utf-8")
    records, page, driver = _recorded([python, "-P", str(DRIVER), str(folder / "driver.json")], folder, environment)
    assert driver.returncode == 0, driver.stderr
    lines = (folder / "done.jsonl").read_text(encoding="utf-8").splitlines()
    return {
        line["style"]: _of(style, records, page, line, folder / style.name)
        for style, line in zip(styles, map(json.loads, lines), strict=True)
    }


def _alone(style: Style, folder: Path, python: str, environment: dict[str, str]) -> Metered:
    own = folder / style.name
    own.mkdir()
    (own / "script.py").write_text(style.path.read_text(encoding="utf-8"), encoding="utf-8")
    records, page, done = _recorded([python, "script.py"], own, environment)
    (own / "stdout").write_text(done.stdout, encoding="utf-8")
    (own / "stderr").write_text(done.stderr, encoding="utf-8")
    first = next((record["pid"] for record in records if record["kind"] == "hello"), 0)
    return _of(style, records, page, {"pid": first, "code": done.returncode, "seconds": 0.0}, own)


def _recorded(
    command: list[str], folder: Path, environment: dict[str, str]
) -> tuple[list[Record], tuple[counters.Counter, ...], subprocess.CompletedProcess[str]]:
    with tempfile.TemporaryDirectory(prefix="vm") as short:  # socket paths are short by law
        settings = {
            "socket": f"{short}/s",
            "counters": str(folder / "counters"),
            "files": {},
            "cifar100": None,
            "smoke_steps": None,
            "handed": str(folder / "handed"),
        }
        (folder / "handed").mkdir()
        (folder / "agent.json").write_text(json.dumps(settings), encoding="utf-8")
        with Recorder(Path(short) / "s", folder / "records.jsonl", folder / "counters"):
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, **environment, "VALIDATOR_AGENT": str(folder / "agent.json")},
                text=True,
                capture_output=True,
                check=False,
                timeout=570,
            )
    return list(log.read_records(folder / "records.jsonl")), counters.read(folder / "counters") or (), done


def _of(
    style: Style, records: list[Record], page: tuple[counters.Counter, ...], line: dict[str, Any], folder: Path
) -> Metered:
    pids = _with_children(line["pid"], records)
    return Metered(
        style=style,
        records=tuple(record for record in records if {record.get("pid"), record.get("peer")} & pids),
        counters=tuple(counter for counter in page if counter.pid in pids),
        stdout=(folder / "stdout").read_text(encoding="utf-8"),
        stderr=(folder / "stderr").read_text(encoding="utf-8"),
        code=line["code"],
        seconds=line["seconds"],
    )


def _with_children(pid: int, records: list[Record]) -> set[int]:
    pids = {pid}
    for record in records:  # a parent says hello before its children do
        if record["kind"] == "hello" and record.get("ppid") in pids:
            pids.add(record["pid"])
    return pids
