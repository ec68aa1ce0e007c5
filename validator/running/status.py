"""How far a batch is, read from its files only: from another terminal or another host, while it runs or afterwards.

Takes no lock and writes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from validator.measuring.sandbox.owner import Owner, is_alive
from validator.running.attempts import Attempts
from validator.running.batch import Batch, Planned, Progress, Step, now, read_batch, read_progress
from validator.running.lock import holder

WAITING = Step(state="waiting", since="")
DONE = ("finished", "kept", "failed", "skipped", "harness error")


@dataclass(frozen=True, kw_only=True)
class StageStatus:
    """One stage of one submission: where it is, and how often it was started, in this batch and before."""

    stage: str
    state: str
    since: str
    detail: str
    seconds: float | None
    attempts: int


@dataclass(frozen=True, kw_only=True)
class SubmissionStatus:
    """One submission of the batch."""

    id: str
    complete: bool
    stages: tuple[StageStatus, ...]


@dataclass(frozen=True, kw_only=True)
class Status:
    """The whole batch at one moment."""

    seen_at: str
    batch: Batch
    state: str
    """`running`, `finished`, `interrupted`, or why it stopped."""
    holder: Owner | None
    """Who holds the lock of the folder, as it says itself."""
    holder_alive: bool | None
    """None when that cannot be seen from here: another machine, or nobody holds it."""
    submissions: tuple[SubmissionStatus, ...]
    left_seconds: float | None
    """Estimated from the stages that this batch measured; None when there is nothing to estimate from."""

    @property
    def totals(self) -> dict[str, int]:
        """State to the number of stages in it."""
        return dict(Counter(stage.state for each in self.submissions for stage in each.stages))

    @property
    def complete(self) -> int:
        """How many submissions are complete."""
        return sum(each.complete for each in self.submissions)


def status(out: Path) -> Status | None:
    """The batch that was started last under `out`; None when none was."""
    batch = read_batch(out)
    if batch is None:
        return None
    owner = holder(out)
    submissions = tuple(_submission(out, planned, batch) for planned in batch.submissions)
    return Status(
        seen_at=now(),
        batch=batch,
        state=_state(batch, complete=all(each.complete for each in submissions)),
        holder=owner,
        holder_alive=is_alive(owner) if owner else None,
        submissions=submissions,
        left_seconds=_left_seconds(submissions, jobs=batch.jobs),
    )


def _state(batch: Batch, *, complete: bool) -> str:
    if batch.detached:
        return "finished" if complete else "running on the cluster"
    if batch.ended:
        return batch.ended
    alive = is_alive(batch.owner)
    if alive is None:
        return "running (its process cannot be seen from this machine)"
    return "running" if alive else "interrupted: its process is gone; the same command goes on"


def _submission(out: Path, planned: Planned, batch: Batch) -> SubmissionStatus:
    progress = read_progress(out, planned.id)
    if progress is None or (progress.batch != batch.name and not batch.detached):
        progress = Progress(batch=batch.name, owner=batch.owner)
    counts = Counter(attempt.stage for attempt in Attempts(out / planned.id / "stages").all())
    names = dict.fromkeys((*planned.stages, *progress.steps))
    stages = tuple(_stage(name, progress, counts[name], ended=bool(batch.ended)) for name in names)
    if progress.complete:
        stages = tuple(stage for stage in stages if stage.state != "waiting")
    return SubmissionStatus(id=planned.id, complete=progress.complete, stages=stages)


def _stage(name: str, progress: Progress, attempts: int, *, ended: bool) -> StageStatus:
    step = progress.steps.get(name, WAITING)
    lost = step.state == "running" and (ended or is_alive(progress.owner) is False)
    return StageStatus(
        stage=name,
        state="interrupted" if lost else step.state,
        since=step.since,
        detail=step.detail,
        seconds=step.seconds,
        attempts=attempts,
    )


def _left_seconds(submissions: tuple[SubmissionStatus, ...], *, jobs: int) -> float | None:
    """Mean measured time of each kind of stage, over those that are left, shared by the jobs."""
    measured: dict[str, list[float]] = defaultdict(list)
    left: list[tuple[str, float]] = []
    for each in submissions:
        for stage in each.stages:
            if stage.seconds is not None:
                measured[stage.stage].append(stage.seconds)
            elif stage.state not in DONE:
                left.append((stage.stage, _elapsed(stage)))
    if not left:
        return 0.0
    if any(name not in measured for name, _ in left):
        return None
    return sum(max(0.0, fmean(measured[name]) - elapsed) for name, elapsed in left) / jobs


def _elapsed(stage: StageStatus) -> float:
    """Between two hosts' clocks: an estimate, never negative."""
    if stage.state != "running":
        return 0.0
    try:
        return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(stage.since)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
