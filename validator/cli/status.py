"""`validate status DIR`: how far a batch is, from another terminal or another host, from its files only."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.cli import exits

if TYPE_CHECKING:
    from validator.running.status import StageStatus, Status, SubmissionStatus

WATCH_SECONDS = 2.0
SHOWN_AT_ONCE = ("running", "interrupted", "harness error", "failed")


@click.command(name="status", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("out", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--watch", is_flag=True, help=f"Again every {WATCH_SECONDS:g} s, until the batch has ended.")
@click.option("--all", "everything", is_flag=True, help="Every submission, not only those with something to see.")
def command(out: Path, *, as_json: bool, watch: bool, everything: bool) -> int:
    """How far the batch under DIR is: its submissions and stages, who works on it, how long it may still take.

    Reads files and takes no lock: it may be called at any time, from any machine that sees DIR.
    """
    from validator.running.status import status

    while True:
        found = status(out)
        if found is None:
            raise exits.UsageProblem(f"{out}: no batch was started there; start one with: validate PATH --out {out}")
        if as_json:
            click.echo(json.dumps(_document(found), indent=None if watch else 1, ensure_ascii=False))
        else:
            _print(found, out, everything=everything, clear=watch)
        if not watch or not found.state.startswith("running"):
            return exits.ALL_PASS
        time.sleep(WATCH_SECONDS)


def _document(found: Status) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "schema": 1,
        "seen_at": found.seen_at,
        "state": found.state,
        "started_at": found.batch.started_at,
        "ended_at": found.batch.ended_at or None,
        "jobs": found.batch.jobs,
        "lock": {**asdict(found.holder), "alive": found.holder_alive} if found.holder else None,
        "total": len(found.submissions),
        "complete": found.complete,
        "stages": found.totals,
        "left_seconds": None if found.left_seconds is None else round(found.left_seconds, 1),
        "submissions": [asdict(each) for each in found.submissions],
    }


def _print(found: Status, out: Path, *, everything: bool, clear: bool) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if clear and console.is_terminal:
        console.clear()
    console.print(f"{out}: {found.state}, since {found.batch.started_at}", markup=False)
    console.print(f"lock: {_lock(found)}", markup=False)
    console.print(f"submissions: {found.complete} of {len(found.submissions)} complete", markup=False)
    stages = ", ".join(f"{count} {state}" for state, count in sorted(found.totals.items()))
    console.print(f"stages: {stages or 'none'}", markup=False)
    if found.state.startswith("running"):
        console.print(f"left: {_duration(found.left_seconds)}", markup=False)
    rows = [each for each in found.submissions if everything or _is_worth_a_row(each)]
    if rows:
        console.print(_table(rows))


def _lock(found: Status) -> str:
    if found.holder is None:
        return "nobody holds it"
    alive = {True: "running", False: "gone: the lock is free", None: "cannot be seen from this machine"}
    return f"{found.holder} ({alive[found.holder_alive]})"


def _is_worth_a_row(each: SubmissionStatus) -> bool:
    return any(stage.state in SHOWN_AT_ONCE for stage in each.stages)


def _table(rows: list[SubmissionStatus]) -> object:
    """One row a submission, one column a stage."""
    from rich import box
    from rich.table import Column, Table

    from validator.cli.flags import shown

    names = list(dict.fromkeys(stage.stage for each in rows for stage in each.stages if stage.state != "skipped"))
    columns = [Column(name, overflow="fold") for name in ("submission", *names)]
    table = Table(*columns, box=box.SIMPLE_HEAD)
    for each in rows:
        cells = {stage.stage: shown(_cell(stage)) for stage in each.stages}
        table.add_row(shown(each.id), *(cells.get(name, "") for name in names))
    return table


def _cell(stage: StageStatus) -> str:
    """`running since 13:16:25`, `finished, 12 s`, `failed: raised, 12 s`; the number of attempts when it is not one."""
    words = stage.state
    if stage.state == "running":
        words += f" since {stage.since[11:19]}"
    elif stage.state in ("failed", "harness error"):
        words += f": {stage.detail}"
    if stage.seconds is not None:
        words += f", {_duration(stage.seconds)}"
    return words + (f" ({stage.attempts} attempts)" if stage.attempts > 1 else "")


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "not known yet: no stage of each kind is finished"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
