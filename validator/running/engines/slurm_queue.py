"""What Slurm says about jobs, asked with a limit of time: an answer, or none. Knows nothing of submissions.

`squeue` is asked first; `sacct`, which many clusters do not have, only for what `squeue` does not know.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

ANSWER_SECONDS = 10.0
FORGOTTEN = "Invalid job id"

WAITING = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD"}
RUNNING = {"RUNNING", "COMPLETING", "SUSPENDED", "SIGNALING", "STAGE_OUT", "STOPPED", "RESIZING"}
OVERTIME = {"TIMEOUT", "DEADLINE"}
ENDED_BY_SOMEBODY = {"CANCELLED", "PREEMPTED"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """Slurm's word for the state of one task, and its reason."""

    state: str
    """Such as `RUNNING`; empty when Slurm has no such task (any more)."""
    reason: str = ""


NOT_THERE = Said(state="")


def states(tasks: Iterable[str], *, is_owner: bool = True) -> dict[str, Said | None]:
    """Task to what Slurm says of it; None where it gives no answer.

    Slurm may hide another account's jobs: that it does not show one is an answer to its owner only.
    """
    wanted = sorted(set(tasks))
    found: dict[str, Said | None] = {}
    for job in dict.fromkeys(_job(task) for task in wanted):
        known = _squeue(job)
        mine = [task for task in wanted if _job(task) == job]
        for task in mine:
            found[task] = None if known is None else known.get(task, NOT_THERE if is_owner else None)
        if any(found[task] in (None, NOT_THERE) for task in mine):
            kept = _sacct(job)
            found |= {task: kept[task] for task in mine if found[task] in (None, NOT_THERE) and task in kept}
        if known is None:
            break  # it will not answer for the next job either, and each question costs its limit of time
    return {task: found.get(task) for task in wanted}


def _job(task: str) -> str:
    return task.partition("_")[0]


def _squeue(job: str) -> dict[str, Said] | None:
    """All tasks of a job, ended ones too as long as the controller remembers them; None without an answer."""
    done = _called("squeue", "--noheader", "--array", "--states=all", f"--jobs={job}", "--format=%i|%T|%r")
    if done is None or (done.returncode != 0 and FORGOTTEN not in done.stderr):
        return None
    return _rows(done.stdout) if done.returncode == 0 else {}


def _sacct(job: str) -> dict[str, Said]:
    """What the accounting kept; nothing where there is none."""
    done = _called(
        "sacct", "--noheader", "--parsable2", "--allocations", "--array", f"--jobs={job}", "--format=JobID,State"
    )
    return _rows(done.stdout) if done is not None and done.returncode == 0 else {}


def _rows(text: str) -> dict[str, Said]:
    found = {}
    for line in text.splitlines():
        task, state, reason, *_ = [*(part.strip() for part in line.split("|")), "", ""]
        if task and state:
            told = reason if reason not in {"", "None"} else ""
            found[task] = Said(state=state.split(maxsplit=1)[0].rstrip("+"), reason=told)  # as in `CANCELLED by 1000`
    return found


def _called(*command: str) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=ANSWER_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
