"""What a batch has planned and how far each submission is, as files that `validate status` reads from anywhere.

`<out>/batch.json` is written when a batch starts and when it ends; `<id>/stages/progress.json` at each step. Both are
views for people: what counts are the kept stages.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

from validator import plain
from validator.measuring.sandbox.owner import Owner, this_process
from validator.running.files import read_regular, real_folder, write_atomically
from validator.running.space import is_full

SCHEMA = 1
FILE_NAME, PROGRESS_NAME = "batch.json", "progress.json"

State = Literal["waiting", "running", "finished", "kept", "failed", "skipped", "interrupted", "harness error"]
"""`kept` was measured by an earlier run; `failed` was measured, and the notebook did not finish."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One submission of the batch and the stages that it goes through when it fills every role."""

    id: str
    stages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one call of `validate` set out to do, and how it ended."""

    schema: int = SCHEMA
    name: str
    """Chance letters: tells the progress of this batch from what an earlier one left."""
    owner: Owner
    started_at: str
    jobs: int
    submissions: tuple[Planned, ...]
    detached: bool = False
    """Whether its tasks run without the process that started them, as on a cluster."""
    ended_at: str = ""
    ended: str = ""
    """`finished`, `interrupted`, or why it stopped; empty while it runs, and for ever when it was killed."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where one stage of one submission is."""

    state: State
    since: str
    """ISO 8601, UTC: when it got there."""
    detail: str = ""
    seconds: float | None = None
    """How long measuring took, when this batch measured it."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one submission is."""

    schema: int = SCHEMA
    batch: str
    owner: Owner
    """The process that measures it, which on a cluster is not the one that started the batch."""
    steps: dict[str, Step] = field(default_factory=dict)
    complete: bool = False


def now() -> str:
    """The time for people, in UTC; nothing is computed from it but what `status` estimates."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextlib.contextmanager
def opened(out: Path, *, planned: Sequence[Planned], jobs: int) -> Iterator[Batch]:
    """Say what is planned, and at the end how it ended."""
    batch = Batch(
        name=secrets.token_hex(8), owner=this_process(), started_at=now(), jobs=jobs, submissions=tuple(planned)
    )
    _write(out / FILE_NAME, batch)
    ended = "finished"
    try:
        yield batch
    except BaseException as error:
        ended = "stopped: the disk is full" if is_full(error) else "interrupted"
        raise
    finally:
        with contextlib.suppress(OSError):  # on a full disk this cannot be told, and is seen from the dead owner
            _write(out / FILE_NAME, dataclasses.replace(batch, ended=ended, ended_at=now()))


def announced(out: Path, *, planned: Sequence[Planned], jobs: int) -> None:
    """Say what is planned by a process that will not see its end."""
    started = Batch(
        name=secrets.token_hex(8),
        owner=this_process(),
        started_at=now(),
        jobs=jobs,
        submissions=tuple(planned),
        detached=True,
    )
    _write(out / FILE_NAME, started)


class Steps:
    """The progress of one submission under way; every change is written at once."""

    def __init__(self, stages: Path, *, batch: str) -> None:
        self._folder = stages
        self._steps: dict[str, Step] = {}
        self._batch = batch
        self._owner = this_process()

    def mark(self, stage: str, state: State, *, detail: str = "", seconds: float | None = None) -> None:
        """A stage got into this state."""
        rounded = None if seconds is None else round(seconds, 3)
        self._steps[stage] = Step(state=state, since=now(), detail=detail, seconds=rounded)
        self._written(complete=False)

    def skip(self, stages: Mapping[str, str]) -> None:
        """These stages are not measured, each with its reason."""
        for stage, why in stages.items():
            self._steps[stage] = Step(state="skipped", since=now(), detail=why)
        self._written(complete=False)

    def complete(self) -> None:
        """Nothing is left to do for this submission."""
        self._written(complete=True)

    def _written(self, *, complete: bool) -> None:
        real_folder(self._folder)
        progress = Progress(batch=self._batch, owner=self._owner, steps=self._steps, complete=complete)
        _write(self._folder / PROGRESS_NAME, progress, durable=False)


def read_batch(out: Path) -> Batch | None:
    """The last batch that was started there."""
    return _read(out / FILE_NAME, Batch)


def read_progress(out: Path, submission: str) -> Progress | None:
    """How far a submission is, in whichever batch it was measured last."""
    return _read(out / submission / "stages" / PROGRESS_NAME, Progress)


T = TypeVar("T", Batch, Progress)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        found = plain.from_plain(kind, json.loads(read_regular(path)))
    except (OSError, ValueError, RecursionError):
        return None
    return found if found.schema == SCHEMA else None


def _write(path: Path, value: Batch | Progress, *, durable: bool = True) -> None:
    text = json.dumps(plain.to_plain(value), sort_keys=True, allow_nan=False)
    write_atomically(path, text.encode(), durable=durable)
