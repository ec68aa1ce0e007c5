"""One PDF in one child process under memory, processor and wall limits. Knows how a child ends, not what it reads."""

from __future__ import annotations

import compileall
import importlib.util
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validator.measuring import sandbox
from validator.plan import MIB, PaperLimits

OUTPUT_BYTES = 4 * MIB
PACKAGE_PARENT = Path(__file__).resolve().parents[3]

SPENT = tuple(getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name))
"""How the kernel ends a process that used up its processor time (or, with the second, the machine's memory)."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the child printed, or in words why it did not."""

    document: object | None
    why: str = ""


def child(*, file: Path, path: str, limits: PaperLimits) -> Answer:
    """Start the reader on one file and wait for its answer, no longer than the limits allow."""
    for source in _sources():
        compile_once(source)
    command = [sys.executable, "-P", "-s", "-m", "validator.measuring.probes.paper_reader"]
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        outcome = sandbox.run(
            [*command, str(file.absolute()), path, str(limits.pages)],
            limits=sandbox.Limits(
                wall_seconds=limits.wall_seconds,
                memory_bytes=limits.memory_bytes,
                file_bytes=0,
                cpu_seconds=limits.cpu_seconds,
                output_bytes=OUTPUT_BYTES,
            ),
            cwd=Path(folder),
            env={"PYTHONPATH": str(PACKAGE_PARENT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )
    if not outcome.ok or outcome.truncated:
        return Answer(document=None, why=_why(outcome, limits))
    try:
        return Answer(document=json.loads(outcome.stdout))
    except ValueError:
        return Answer(document=None, why="its reader gave no answer")


def compile_once(source: Path) -> None:
    """Keep the byte code of a module's folder: a child that may write no file would compile it for every paper."""
    kept = Path(importlib.util.cache_from_source(str(source)))
    if not kept.exists() and os.access(source.parent, os.W_OK):
        compileall.compile_dir(source.parent, quiet=2, maxlevels=2)


def _sources() -> Iterator[Path]:
    """A module of each folder that only the child imports from; pypdf is found, and not loaded."""
    yield Path(__file__).with_name("paper_reader.py")
    spec = importlib.util.find_spec("pypdf")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin)


def _why(outcome: sandbox.Outcome, limits: PaperLimits) -> str:
    """How the child ended, for a person who wonders about the file."""
    if outcome.timed_out:
        return f"reading it takes longer than {limits.wall_seconds:g} seconds"
    if outcome.signal in SPENT:
        return f"reading it takes more than {limits.cpu_seconds} seconds of processor time, or all memory there is"
    if b"MemoryError" in outcome.stderr or b"memory" in outcome.stderr.lower():
        return f"reading it needs more than {limits.memory_bytes // MIB} MiB of memory"
    if outcome.truncated:
        return "its reader says more than can be true"
    ended = f"signal {outcome.signal}" if outcome.signal is not None else f"exit code {outcome.exit_code}"
    return f"its reader ended early ({ended})"
