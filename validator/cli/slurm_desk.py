"""What the verbs do with a cluster: hand in, wait, collect. Calls and prints; decides nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from validator.cli import desk, desk_output, exits
from validator.cli.progress import Progress
from validator.cli.slurm_options import SlurmChoice
from validator.evidence import Evidence
from validator.marking import Report, Rubric, load_rubric
from validator.running import lock
from validator.running.cohort import Given, Settings
from validator.running.engines.slurm import SlurmError
from validator.running.engines.slurm_ledger import LedgerError, read_ledger
from validator.running.slurm_cohort import HandedIn, Seen, evidence_of, hand_in, survey

LOOK_SECONDS = 2.0
"""Between two looks at the files of the tasks."""
ASK_SECONDS = 30.0
"""Between two questions to Slurm: its controller serves a whole department."""


def on_slurm(given: Sequence[Given], settings: Settings, choice: SlurmChoice, *, rubric: str, as_json: bool) -> int:
    """Hand in what is not finished, then wait and collect, or say how to. Returns the exit code."""
    request = choice.request(settings.plan)
    rubric = str(Path(rubric).resolve()) if Path(rubric).is_file() else rubric  # whoever collects starts elsewhere
    try:
        with lock.locked(settings.out):
            handed = hand_in(given, settings, request, rubric=rubric)
    except (SlurmError, LedgerError, lock.Locked) as error:
        raise exits.UsageProblem(str(error)) from error
    except OSError as error:
        raise exits.UsageProblem(f"--out {settings.out}: cannot be written ({error.strerror})") from error
    _say_handed_in(handed, settings.out, walltime_minutes=request.walltime_minutes)
    if not choice.wait:
        return exits.ALL_PASS
    try:
        _wait(settings.out, [each.submission.id for each in given])
    except KeyboardInterrupt:
        click.echo(f"the jobs go on without this process; later: validate collect {settings.out}", err=True)
        raise
    return collected(settings.out, rubric=rubric, as_json=as_json)


def refuse_while_under_way(given: Sequence[Given], out: Path) -> None:
    """Raises UsageProblem when a cluster is at work on one of these: two at a time in one folder spoil both."""
    try:
        tasks = survey(out)
    except LedgerError as error:
        raise exits.UsageProblem(str(error)) from error
    names = {each.submission.id for each in given}
    busy = [seen for name, seen in tasks.items() if name in names and not seen.standing.over]
    if busy:
        raise exits.UsageProblem(
            f"--out {out}: {len(busy)} of these submissions are under way on a Slurm cluster, {_line(busy[0])}; see "
            f"validate collect {out}, or end them first: scancel {' '.join(seen.job for seen in busy)}"
        )


def collected(out: Path, *, rubric: str | None, as_json: bool) -> int:
    """Mark everything that is there, write all files, say how the others stand. Returns the exit code."""
    try:
        ledger = read_ledger(out)
        if ledger is None:
            raise exits.UsageProblem(
                f"{out}: nothing was handed to Slurm from here; first: validate PATH --engine slurm --out {out}"
            )
        chosen = load_rubric(rubric or ledger.rubric)
        with lock.locked(out):
            tasks = survey(out)
            reports = _marked(tasks, chosen, out)
    except (LedgerError, lock.Locked) as error:
        raise exits.UsageProblem(str(error)) from error
    except OSError as error:
        raise exits.UsageProblem(f"{out}: cannot be written ({error.strerror}); see to its disk") from error
    for seen in tasks.values():
        if seen.standing.state != "finished":
            click.echo(_line(seen), err=True)
    if reports:
        desk_output.print_reports(reports, out=out, as_json=as_json)
    return _exit_code(tasks.values(), reports, out)


def _marked(tasks: dict[str, Seen], chosen: Rubric, out: Path) -> list[Report]:
    """Also what was measured here without Slurm; nothing that an earlier run left of a task that is under way."""
    found = {each.submission.id: each for each in desk.stored(out)[0]}
    for identity, seen in tasks.items():
        evidence: Evidence | None = evidence_of(seen, out)
        if evidence is None:
            found.pop(identity, None)
        else:
            found[identity] = evidence
    reports = [desk.marked_whatever_happens(found[identity], chosen, out) for identity in sorted(found)]
    if reports:
        desk.write_cohort(reports, out)
    return reports


def _wait(out: Path, submissions: Sequence[str]) -> None:
    """Until every task is over. Files are looked at often, Slurm is asked now and then, and only it calls one lost."""
    asked, over, begun, waiting = -ASK_SECONDS, set[str](), set[str](), ""
    with Progress(len(submissions)) as progress:
        while True:
            ask = time.monotonic() - asked >= ASK_SECONDS
            tasks = survey(out, ask=ask)
            asked = time.monotonic() if ask else asked
            for identity in submissions:
                state = tasks[identity].standing.state
                if identity not in over and (state == "finished" or (state == "lost" and ask)):
                    over.add(identity)
                    progress.advance(identity, _line(tasks[identity]).partition(": ")[2])
                elif state == "running" and identity not in begun:
                    begun.add(identity)
                    progress.tell(identity, f"running (job {tasks[identity].job})")
            if len(over) == len(submissions):
                return
            if ask and (reasons := _waiting(tasks[identity] for identity in submissions)) != waiting:
                waiting = reasons
                progress.tell("waiting", reasons or "none")
            time.sleep(LOOK_SECONDS)


def _waiting(tasks: Iterable[Seen]) -> str:
    """How many wait for what: some reasons never pass by themselves, and a person sees which."""
    found = Counter(seen.standing.why or "a place" for seen in tasks if seen.standing.state == "waiting")
    return ", ".join(f"{count} for {why}" for why, count in sorted(found.items()))


def _say_handed_in(handed: HandedIn, out: Path, *, walltime_minutes: int) -> None:
    if handed.submitted:
        jobs, count = " ".join(handed.jobs), len(handed.submitted)
        click.echo(f"job {jobs}: {count} submission(s), at most {walltime_minutes} min each", err=True)
    if handed.under_way:
        click.echo(f"under way already: {len(handed.under_way)} submission(s)", err=True)
    if handed.finished:
        click.echo(f"finished already: {len(handed.finished)} submission(s)", err=True)
    click.echo(f"this process may end now; reports and what became of each: validate collect {out}", err=True)


def _line(seen: Seen) -> str:
    kind = f", {seen.standing.kind}" if seen.standing.kind else ""
    why = f": {seen.standing.why}" if seen.standing.why else ""
    again = " (the same command submits it again)" if seen.standing.state == "lost" else ""
    return f"{seen.entry.submission}: {seen.standing.state} (job {seen.job or 'unknown'}{kind}){why}{again}"


def _exit_code(tasks: Iterable[Seen], reports: Sequence[Report], out: Path) -> int:
    """A task that is under way, or whose reports cannot be made, is no pass."""
    code = desk.exit_code(reports)
    lost = [seen for seen in tasks if seen.standing.state == "lost"]
    missing = {seen.entry.submission for seen in tasks} - {report.submission.id for report in reports}
    if lost:
        return exits.HARNESS
    return exits.FINDINGS if missing and code == exits.ALL_PASS else code
