"""A cohort on a cluster, as the head sees it: hands in what is not finished, and finds out later how each task stands.

The head may go away at any time, and another one on any host that sees the same folders goes on from the files.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from validator import __version__, evidence, plain
from validator.evidence import Evidence
from validator.running import stages
from validator.running.batch import Planned, announced
from validator.running.cohort import Given, Settings, given_up
from validator.running.engines import slurm, slurm_ledger, slurm_queue
from validator.running.engines.slurm_ledger import Entry, Ledger
from validator.running.engines.slurm_standing import Standing, standing
from validator.running.slurm_task import SlurmTask, read_note, read_task, write_task
from validator.running.store import key_of


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One task and how it stands."""

    entry: Entry
    job: str
    """What Slurm calls it; empty when nobody was told."""
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """What handing in did: submissions by what became of them."""

    submitted: tuple[Entry, ...] = ()
    under_way: tuple[str, ...] = ()
    finished: tuple[str, ...] = ()

    @property
    def jobs(self) -> tuple[str, ...]:
        """The arrays that were submitted."""
        return tuple(dict.fromkeys(entry.job.partition("_")[0] for entry in self.submitted))


def survey(out: Path, *, ask: bool = True) -> dict[str, Seen]:
    """How the last task of every submission stands; without asking, from files and the clock alone.

    Slurm is asked before the notes are read: a task that it no longer has, has written its last.
    """
    ledger = slurm_ledger.read_ledger(out)
    if ledger is None:
        return {}
    current = ledger.current()
    jobs = {identity: _job(out, entry) for identity, entry in current.items()}
    open_ones = [jobs[identity] for identity, entry in current.items() if not _is_finished(out, entry)]
    is_owner = ledger.user == slurm_ledger.user()
    said = slurm_queue.states(filter(None, open_ones), is_owner=is_owner) if ask else {}
    return {
        identity: Seen(entry=entry, job=jobs[identity], standing=_standing(out, entry, said.get(jobs[identity])))
        for identity, entry in current.items()
    }


def hand_in(
    given: Sequence[Given], settings: Settings, request: slurm.Request, *, rubric: str, program: tuple[str, ...] = ()
) -> HandedIn:
    """Submit what is neither finished nor under way. Raises SlurmError, LedgerError and OSError.

    Call it under the lock of the output folder.
    """
    tasks = {each.submission.id: _task(each, settings, program) for each in given}
    keys = {identity: _key(task) for identity, task in tasks.items()}
    seen = survey(settings.out)
    under_way = [identity for identity in tasks if identity in seen and not seen[identity].standing.over]
    _refuse_other_settings([seen[identity] for identity in under_way if seen[identity].entry.key != keys[identity]])
    again = set(tasks) if settings.force else set()
    finished = [each for each in tasks if each not in again and _is_usable(settings.out, seen, each, keys[each])]
    todo = {each: task for each, task in tasks.items() if each not in {*under_way, *finished}}
    names = stages.planned(settings.plan)
    announced(
        settings.out, planned=[Planned(id=each, stages=names) for each in tasks], jobs=request.parallel or len(tasks)
    )
    submitted = _submit(todo, keys, settings.out, request, rubric) if todo else ()
    for identity in todo:
        if identity in seen:  # what Slurm may still hold of the earlier one finds nothing to do
            _task_path(settings.out, seen[identity].entry).unlink(missing_ok=True)
    return HandedIn(submitted=submitted, under_way=tuple(under_way), finished=tuple(finished))


def evidence_of(seen: Seen, out: Path) -> Evidence | None:
    """What a task that is over found, or the harness's fault; None while it goes on, or when its task file is gone."""
    if not seen.standing.over:
        return None
    why = f"{seen.standing.kind}: {seen.standing.why}"
    if seen.standing.state == "finished":
        try:
            return evidence.load(out / seen.entry.submission / "evidence.json")
        except evidence.EvidenceError as error:
            why = f"slurm-lost: it finished, but {error}"
    task = read_task(_task_path(out, seen.entry))
    if task is None:
        return None
    return given_up(task.given, dataclasses.replace(task.settings, out=out), f"{why}; job {seen.job or 'unknown'}")


def _submit(
    todo: dict[str, SlurmTask], keys: dict[str, str], out: Path, request: slurm.Request, rubric: str
) -> tuple[Entry, ...]:
    """The ledger is written first: a head that dies while it submits must not leave tasks that nobody knows."""
    submitted_at = slurm_ledger.now().isoformat(timespec="seconds")
    batch = f"{submitted_at[:19].replace(':', '')}-{secrets.token_hex(2)}"
    entries = [
        Entry(
            submission=identity,
            task=f"{batch}/{number:04}.task.json",
            key=keys[identity],
            submitted_at=submitted_at,
            walltime_minutes=request.walltime_minutes,
            turns=math.ceil((number % slurm.LONGEST_ARRAY + 1) / request.parallel) if request.parallel else 1,
        )
        for number, identity in enumerate(todo)
    ]
    for entry in entries:
        write_task(_task_path(out, entry), todo[entry.submission])
    ledger = (slurm_ledger.read_ledger(out) or Ledger()).with_entries(entries, rubric=rubric)
    slurm_ledger.write_ledger(out, ledger)
    for first in range(0, len(entries), slurm.LONGEST_ARRAY):
        chunk = entries[first : first + slurm.LONGEST_ARRAY]
        try:
            jobs = slurm.submit(
                [_task_path(out, entry) for entry in chunk], request, logs=_task_path(out, chunk[0]).parent
            )
        except BaseException:
            _take_back(out, ledger, entries[first:])
            raise
        ledger = ledger.with_jobs({entry.task: job for entry, job in zip(chunk, jobs, strict=True)})
        slurm_ledger.write_ledger(out, ledger)
    made = {entry.task for entry in entries}
    return tuple(entry for entry in ledger.entries if entry.task in made)


def _take_back(out: Path, ledger: Ledger, entries: Iterable[Entry]) -> None:
    """Slurm did not take these: what an earlier hand-in of them left counts again."""
    tasks = {entry.task for entry in entries}
    kept = tuple(entry for entry in ledger.entries if entry.task not in tasks)
    with contextlib.suppress(OSError):
        for entry in entries:
            _task_path(out, entry).unlink(missing_ok=True)
        slurm_ledger.write_ledger(out, dataclasses.replace(ledger, entries=kept))


def _task(given: Given, settings: Settings, program: tuple[str, ...]) -> SlurmTask:
    there = dataclasses.replace(
        settings,
        out=settings.out.resolve(),
        data=settings.data.resolve() if settings.data else None,
        weights=settings.weights.resolve() if settings.weights else None,
        jobs=1,
    )
    return SlurmTask(given=dataclasses.replace(given, path=given.path.resolve()), settings=there, program=program)


def _key(task: SlurmTask) -> str:
    """Whether it is forced says how often it is measured, not what."""
    what = plain.to_plain(dataclasses.replace(task, settings=dataclasses.replace(task.settings, force=False)))
    return key_of(__version__, stages.VERSIONS, what)


def _is_usable(out: Path, seen: dict[str, Seen], identity: str, key: str) -> bool:
    """Whether an earlier task of the same measurements finished without a fault of the harness."""
    if identity not in seen or seen[identity].standing.state != "finished" or seen[identity].entry.key != key:
        return False
    try:
        return not evidence.load(out / identity / "evidence.json").faults
    except evidence.EvidenceError:
        return False


def _refuse_other_settings(under_way: Sequence[Seen]) -> None:
    if under_way:
        jobs = " ".join(seen.job for seen in under_way)
        raise slurm.SlurmError(
            f"{len(under_way)} submission(s) are still under way with other settings, {under_way[0].entry.submission} "
            f"the first: wait for them, or end them with: scancel {jobs}"
        )


def _standing(out: Path, entry: Entry, said: slurm_queue.Said | None) -> Standing:
    note = read_note(_task_path(out, entry))
    if note is None and not entry.job:
        return Standing(state="lost", kind="slurm-lost", why="the head ended before Slurm had taken it")
    return standing(entry, note, said, now=slurm_ledger.now())


def _job(out: Path, entry: Entry) -> str:
    if entry.job:
        return entry.job
    note = read_note(_task_path(out, entry))
    return note.job if note else ""


def _is_finished(out: Path, entry: Entry) -> bool:
    note = read_note(_task_path(out, entry))
    return note is not None and note.state == "finished"


def _task_path(out: Path, entry: Entry) -> Path:
    return slurm_ledger.slurm_folder(out) / entry.task
