"""Records the scripts of `recorded/` anew, by today's agent: `python -m tests.measuring.meter.record [NAME ...]`.

What tells of this machine (paths, programs, process numbers) is taken out, and what the judge does not read.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator.measuring.meter import log, recorder

HERE = Path(__file__).parent
AGENT = Path(log.__file__).parents[1] / "agent"
FIRST_PID = 100
DROPPED = {"seq", "arrival_ns", "exe", "argv", "python", "image", "tid", "thread"}
KINDS = {"hb", "load", "first_batch", "weights", "import", "opened", "process", "loss"}
"""Records the roles, lineages and counts do not rest on."""
PIDS = ("pid", "peer", "ppid")


def recorded(script: Path, python: str = sys.executable) -> list[dict[str, Any]]:
    """What the recorder wrote of one script."""
    with tempfile.TemporaryDirectory(prefix="vm") as home:
        folder = Path(home)
        (folder / "handed").mkdir()
        told = {"socket": f"{home}/s", "counters": f"{home}/counters", "handed": f"{home}/handed", "files": {}}
        told |= {"cifar100": None, "smoke_steps": None, "work": home, "handed_in": {}, "tmp": home}
        (folder / "agent.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / script.name).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
        environment = {"PYTHONPATH": str(AGENT), "OMP_NUM_THREADS": "1", "VALIDATOR_AGENT": f"{home}/agent.json"}
        with recorder.Recorder(folder / "s", folder / "records.jsonl", folder / "counters"):
            environment = {**os.environ, **environment}
            subprocess.run([python, script.name], cwd=folder, env=environment, check=True, timeout=300)
        return list(log.read_records(folder / "records.jsonl"))


def scrubbed(records: list[dict[str, Any]]) -> Iterator[str]:
    """The lines to keep: processes numbered from 100, moments from 0."""
    kept = [record for record in records if record["kind"] not in KINDS]
    start = min((record["t"] for record in kept if "t" in record), default=0)
    numbers: dict[int, int] = {}
    for record in kept:
        line = {name: value for name, value in record.items() if name not in DROPPED}
        for name in PIDS:
            if line.get(name):
                line[name] = numbers.setdefault(line[name], FIRST_PID + len(numbers))
        for name in ("t", "updated_ns"):
            if line.get(name):
                line[name] = max(1, line[name] - start + 1)
        yield json.dumps(line, separators=(",", ":"))


def main() -> None:
    """Record the scripts that are named, or all."""
    wanted = sys.argv[1:] or sorted(path.stem for path in (HERE / "recorded").glob("*.py"))
    for name in wanted:
        python = os.environ.get("RECORD_WITH", sys.executable)
        lines = scrubbed(recorded(HERE / "recorded" / f"{name}.py", python))
        (HERE / "logs" / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
