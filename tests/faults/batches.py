"""Whole batches by the command line: a small rubric, zips of single notebooks, a head to be killed, what is left."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from validator.measuring.sandbox import walls
from validator.running.store import Store

ROOT = Path(__file__).resolve().parents[2]
ROLE = "notebook"
TIMES = ("environment", "harness", "wall_seconds", "seconds")
"""What differs between two honest runs: when, where, how long, and in which checkout, which somebody may be editing."""
COUNTED = "detached-processes"
"""A kernel that is slow to end on a busy machine is ended with all it started; only what lost its parent is counted."""

RUBRIC = """\
schema = 1
id = "batch"
title = "One notebook, which must run to its end"

[plan]
classifier_role = ""
generator_role = ""
run = {{ {limits} }}

[[plan.role]]
name = "notebook"
kind = "notebook"
stem = "notebook"
suffixes = [".ipynb"]

[[clause]]
id = "runs"
rule = "training/run-incomplete"
cites = "1"
says = "The notebook runs to its end."
about = "notebook"
penalty = {{ shape = "refer" }}
"""

HONEST = {
    "honest_primes": (
        "primes = [n for n in range(2, 20_000) if all(n % d for d in range(2, int(n**0.5) + 1))]\nprint(len(primes))",
        "from pathlib import Path\nPath('found.txt').write_text(str(primes[-1]))",
        "print(Path('found.txt').read_text())\nlen(primes)",
    ),
    "honest_training": (
        "import random\nrandom.seed(7)\na = b = 0.0\n"
        "data = [(x, 3 * x + 2) for x in (random.random() for _ in range(200))]",
        "for step in range(500):\n    x, y = data[step % 200]\n    error = a * x + b - y\n"
        "    a, b = a - 0.1 * error * x, b - 0.1 * error\n    if step % 100 == 0: print(step, round(error, 4))",
        "import subprocess\nprint(round(a, 3), round(b, 3), subprocess.run(['true']).returncode)",
    ),
}
"""Neighbours: cells that finish, alone or beside anybody."""


def rubric(folder: Path, **limits: float) -> Path:
    """A rubric of one notebook under these limits."""
    told = ", ".join(f"{name} = {value}" for name, value in limits.items())
    file = folder / "batch.toml"
    file.write_text(RUBRIC.format(limits=told), encoding="utf-8")
    return file


def pack(folder: Path, notebooks: Mapping[str, str]) -> dict[str, str]:
    """One zip for each notebook; name of the notebook to the id of its submission, which is its username."""
    folder.mkdir()
    names = {name: f"stud{number:02}" for number, name in enumerate(sorted(notebooks))}
    for name, username in names.items():
        with zipfile.ZipFile(folder / f"{username}.zip", "w") as archive:
            archive.writestr(f"{username}-notebook.ipynb", notebooks[name])
    return names


def notebook(cells: Sequence[str]) -> str:
    """A notebook of these code cells, as JSON."""
    entries = [
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None} for text in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": entries})


def honest() -> dict[str, str]:
    """The neighbours as notebooks."""
    return {name: notebook(cells) for name, cells in HONEST.items()}


@contextlib.contextmanager
def own_scratch() -> Iterator[Path]:
    """A place for the scratch folders of one test: by it its processes are told from everybody else's."""
    place = Path(tempfile.mkdtemp(prefix="vt-", dir=walls.scratch_root()))
    place.chmod(0o711)
    try:
        yield place
    finally:
        for left in alive(place):
            with contextlib.suppress(OSError):
                os.kill(left, signal.SIGKILL)
        shutil.rmtree(place, ignore_errors=True)


def started(submissions: Path, rubric_file: Path, out: Path, *, scratch: Path, tier: str = "auto") -> Any:
    """The head of a batch, a process of its own."""
    command = [sys.executable, "-m", "validator", str(submissions), "--rubric", str(rubric_file), "--out", str(out)]
    command += ["--jobs", "2", "--device", "cpu", "--sandbox", tier, "--env", "own"]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "VALIDATOR_SCRATCH": str(scratch), "PYTHONPATH": path}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finished(head: Any, *, within_seconds: float) -> str:
    """What the head said, once it ended by itself with findings: not well, and without a fault of the harness."""
    said = head.communicate(timeout=within_seconds)[0]
    assert head.returncode == 1, said[-4000:]
    return str(said)


def alive(scratch: Path, *, kernels: bool = False) -> list[int]:
    """Everybody who came of a batch with this scratch; of them, only what runs in a notebook's environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (entry / "environ").read_bytes().split(b"\0")
            inside = any(word.startswith(b"VALIDATOR_AGENT=" + os.fsencode(scratch)) for word in words)
            if inside or (not kernels and b"VALIDATOR_SCRATCH=" + os.fsencode(scratch) in words):
                found.append(int(entry.name))
    return found


def gone(scratch: Path, *, within_seconds: float) -> bool:
    """Whether nobody of the batch is left in time."""
    until = time.monotonic() + within_seconds
    while alive(scratch):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def evidence(out: Path, submission: str) -> dict[str, Any]:
    """The evidence of one submission."""
    found: dict[str, Any] = json.loads((out / submission / "evidence.json").read_text(encoding="utf-8"))
    return found


def timeless(value: Any) -> Any:
    """The same without what differs between two honest runs."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key not in TIMES}
    if isinstance(value, list):
        return [timeless(item) for item in value if not (isinstance(item, dict) and item.get("kind") == COUNTED)]
    return value


def torn(out: Path) -> list[Path]:
    """Files under `out` that call themselves JSON and are not."""
    found = []
    for path in (path for path in out.rglob("*") if path.suffix in (".json", ".ipynb") and path.is_file()):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            found.append(path)
    return found


def attempts(out: Path, submission: str) -> int:
    """How many attempts at stages there were."""
    return len(Store(out / submission).attempts.all())
