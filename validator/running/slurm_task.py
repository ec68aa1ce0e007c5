"""What one task of a Slurm job does: measure one submission with one slot, and say in a file of its own how it ended.

Runs on a node and knows nothing of queues; what it leaves behind is read by whoever collects, on any host.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Literal, TypeVar

from validator import plain
from validator.running.cohort import Given, Settings, measured_alone
from validator.running.engines.local import Interrupted, LocalEngine
from validator.running.files import read_regular, write_atomically

SCHEMA = 1

T = TypeVar("T")
State = Literal["running", "finished", "cancelled", "failed"]


@dataclass(frozen=True, kw_only=True)
class SlurmTask:
    """One submission and how it is measured; every path is absolute, because the node starts elsewhere."""

    schema: int = SCHEMA
    given: Given
    settings: Settings
    program: tuple[str, ...] = ()
    """The program that measures one stage; empty is the harness's own."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """How far a task is, in its own words."""

    schema: int = SCHEMA
    state: State
    job: str
    """What Slurm calls the task, such as `12_3`."""
    restarts: int
    """How often Slurm put it back into the queue."""
    host: str
    started_at: str
    """ISO 8601, UTC: when this start of the task began."""
    changed_at: str
    why: str = ""


class Cancelled(BaseException):
    """Slurm wants the task to end: a time limit, `scancel`, a preemption, a requeue."""


def write_task(path: Path, task: SlurmTask) -> None:
    """Leave a task for the node. Raises OSError."""
    write_atomically(path, json.dumps(plain.to_plain(task), indent=1, sort_keys=True).encode())


def read_task(path: Path) -> SlurmTask | None:
    """The task; None when it is gone, which is how a newer submission takes its place."""
    return _read(path, SlurmTask)


def note_path(task_path: Path) -> Path:
    """Where the task writes its note."""
    return task_path.with_name(f"{task_path.name.removesuffix('.task.json')}.note.json")


def read_note(task_path: Path) -> Note | None:
    """The task's last note; None before it started."""
    return _read(note_path(task_path), Note)


def run_task(task_file: str) -> None:
    """Measure the submission of one task file. Its result is `evidence.json`, and the note beside the task file."""
    path = Path(task_file)
    task = read_task(path)
    if task is None:
        _say("this task was submitted again since, or its file cannot be read: nothing is done here")
        return
    note = _first_note()
    write_note(path, note)
    try:
        with _ended_by_slurm():
            _measure(task)
    except Cancelled as error:
        _end(path, note, "cancelled", str(error))
        raise SystemExit(128 + signal.SIGTERM) from None
    except Exception as error:
        _end(path, note, "failed", f"{type(error).__name__}: {error}")
        traceback.print_exc()
        raise
    _end(path, note, "finished", "")


def write_note(task_path: Path, note: Note) -> None:
    """Replace the task's note. Raises OSError."""
    write_atomically(note_path(task_path), json.dumps(plain.to_plain(note), indent=1, sort_keys=True).encode())


def _measure(task: SlurmTask) -> None:
    """In a thread, so that a signal reaches this one; stages are ended before Cancelled goes on its way."""
    cpus = os.environ.get("SLURM_CPUS_PER_TASK") or os.environ.get("SLURM_CPUS_ON_NODE")
    if cpus:
        os.environ.setdefault("OMP_NUM_THREADS", cpus)  # the job's share of the node, not all of its cores
    engine = LocalEngine(program=task.program) if task.program else LocalEngine()
    with ThreadPoolExecutor(max_workers=1) as thread:
        measuring = thread.submit(measured_alone, task.given, task.settings, tell=_tell, engine=engine)
        try:
            while not measuring.done():
                with contextlib.suppress(TimeoutError):
                    measuring.exception(timeout=0.5)
        except BaseException:
            engine.stop()
            with contextlib.suppress(Interrupted):
                measuring.result()
            raise
        measuring.result()


@contextlib.contextmanager
def _ended_by_slurm() -> Iterator[None]:
    """SIGTERM raises Cancelled, once: what follows it must not be interrupted, and SIGKILL ends everything anyway.

    SIGUSR2, which submitit has sent 90 seconds before the limit, means nothing here: the limit is above everything
    that a notebook may use, and each stage is kept as soon as it is finished.
    """

    def cancelled(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Cancelled(f"ended by {signal.Signals(number).name}")

    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, cancelled)
    yield
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # all is measured: the last note must be written


def _first_note() -> Note:
    array, index = os.environ.get("SLURM_ARRAY_JOB_ID"), os.environ.get("SLURM_ARRAY_TASK_ID")
    job = f"{array}_{index}" if array and index else os.environ.get("SLURM_JOB_ID", "")
    restarts = os.environ.get("SLURM_RESTART_COUNT", "0")
    started = _now()
    return Note(
        state="running",
        job=job,
        restarts=int(restarts) if restarts.isdigit() else 0,
        host=socket.gethostname(),
        started_at=started,
        changed_at=started,
    )


def _end(path: Path, note: Note, state: State, why: str) -> None:
    _say(f"{state} {why}".rstrip())
    with contextlib.suppress(OSError):  # without it the queue and the deadline tell
        write_note(path, dataclasses.replace(note, state=state, why=why, changed_at=_now()))


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return plain.from_plain(kind, json.loads(read_regular(path)))
    except (OSError, ValueError, RecursionError):
        return None


def _tell(submission: str, line: str) -> None:
    _say(f"{submission}: {line}")


def _say(line: str) -> None:
    print(f"{_now()} {line}", file=sys.stderr, flush=True)  # noqa: T201 - the job's own log


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
