"""A made-up run environment (a bare venv with the agent's `.pth`) and one box around a script in it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validator.measuring import sandbox
from validator.measuring.meter import log
from validator.measuring.meter.recorder import Recorder
from validator.measuring.meter.witness import Witness
from validator.measuring.sandbox import Limits, Walls, tiers, walls
from validator.running.environments.agent_copy import place_agent

TIERS = [entry.tier for entry in tiers.found() if entry.works]


def environment(folder: Path) -> Path:
    """Its Python; nothing is installed in it but the agent."""
    base = str(getattr(sys, "_base_executable", sys.executable))
    subprocess.run([base, "-m", "venv", "--without-pip", str(folder)], check=True, capture_output=True)
    place_agent(next(folder.glob("lib/python3*/site-packages")))
    return folder / "bin" / "python"


@dataclass(frozen=True, kw_only=True)
class Boxed:
    """What one boxed script left behind."""

    outcome: sandbox.Outcome
    records: list[dict[str, Any]]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["kind"] == kind]

    @property
    def said(self) -> str:
        return (self.outcome.stdout + self.outcome.stderr).decode()


@contextmanager
def place() -> Iterator[Path]:
    """Short folders that the box's account can reach."""
    with tempfile.TemporaryDirectory(prefix="vb-", dir=walls.scratch_root()) as name:
        root = Path(name)
        root.chmod(0o711)
        for folder in ("work", "tmp", "told", "kept"):
            (root / folder).mkdir(mode=0o755)
        yield root


def run(
    script: str,
    *,
    root: Path,
    python: Path,
    tier: sandbox.Tier,
    witnesses: Callable[[Path, int | None], Sequence[Witness]] = lambda root, uid: (),
) -> Boxed:
    """Execute the script in a box of that tier, recorded from outside."""
    uid = walls.own_uid()
    told, config = root / "told", root / "told" / "agent.json"
    (root / "work" / "script.py").write_text(script, encoding="utf-8")
    settings = {"socket": str(told / "s"), "counters": str(told / "c"), "tmp": str(root / "tmp")}
    config.write_text(json.dumps({**settings, "handed": str(root / "work"), "files": {}}), encoding="utf-8")
    for folder in (root / "work", root / "tmp"):
        if uid is not None:
            os.chown(folder, uid, uid)
    looking = witnesses(root, uid)
    with Recorder(told / "s", root / "kept" / "records.jsonl", told / "c", witnesses=looking):
        if uid is not None:
            (told / "s").chmod(0o666)
            (told / "c").chmod(0o666)
        outcome = sandbox.run(
            [str(python), "script.py"],
            limits=Limits(wall_seconds=120, processes=512),
            cwd=root / "work",
            env={"VALIDATOR_AGENT": str(config), "TMPDIR": str(root / "tmp"), "HOME": str(root / "work")},
            walls=Walls(
                tier=tier,
                readable=(*walls.interpreter_paths(python), told),
                writable=(root / "work", told / "c"),
                tmp=root / "tmp",
                uid=uid,
            ),
        )
    return Boxed(outcome=outcome, records=list(log.read_records(root / "kept" / "records.jsonl")))
