"""When submissions were handed in, until when they are extended: two tables, each mistake with its file and line."""

from __future__ import annotations

import csv
import dataclasses
import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

import click

from validator import evidence
from validator.cli.exits import UsageProblem
from validator.evidence import Evidence, Submission
from validator.marking import working_days
from validator.running.files import write_atomically

NAMED = 10
"""How many names of a table that match nobody are said one by one."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table: which submission, what is said of it."""

    line: int
    name: str
    value: str


def with_times(found: Sequence[Submission], submitted: str) -> list[Submission]:
    """The submissions with the times of `--submitted`: one for all of them, or a table of `id,submitted_at`."""
    if not submitted:
        return list(found)
    if not submitted.endswith(".csv"):
        moment = _time(submitted, "--submitted")
        return [dataclasses.replace(one, submitted_at=moment) for one in found]
    rows = _rows(Path(submitted), option="--submitted", column="submitted_at", understood=_time)
    said = _matched(rows, found, name=submitted)
    return [dataclasses.replace(one, submitted_at=said.get(one.id, one.submitted_at)) for one in found]


def with_extensions(found: Sequence[Submission], table: Path | None, *, out: Path | None) -> list[Submission]:
    """The submissions with the extensions of `--extensions`, a table of `id,until`.

    Without a table those hold that the evidence under `out` has: leaving the option out must not make anyone late.
    """
    if table is None:
        return _as_recorded(found, out) if out else list(found)
    rows = _rows(table, option="--extensions", column="until", understood=_until)
    said = _matched(rows, found, name=str(table))
    return [dataclasses.replace(one, extended_until=said.get(one.id)) for one in found]


def kept_anew(found: Sequence[Evidence], submitted: str, table: Path | None, *, out: Path) -> list[Evidence]:
    """Stored evidence with the times and extensions of these options, written where they changed anything."""
    before = [one.submission for one in found]
    after = with_times(before, submitted)
    after = with_extensions(after, table, out=None) if table else after
    changed = [dataclasses.replace(one, submission=now) for one, now in zip(found, after, strict=True)]
    for one, earlier in zip(changed, before, strict=True):
        if one.submission != earlier:
            write_atomically(out / one.submission.id / "evidence.json", evidence.dumps(one).encode())
    return changed


def _as_recorded(found: Sequence[Submission], out: Path) -> list[Submission]:
    recorded = {one.id: until for one in found if (until := _recorded(out / one.id / "evidence.json"))}
    if recorded:
        names = ", ".join(sorted(recorded)[:NAMED]) + (", ..." if len(recorded) > NAMED else "")
        click.echo(f"{out}: extensions recorded earlier still hold: {names}; --extensions FILE changes them", err=True)
    return [dataclasses.replace(one, extended_until=recorded.get(one.id)) for one in found]


def _recorded(path: Path) -> str | None:
    try:
        return evidence.load(path).submission.extended_until
    except evidence.EvidenceError:
        return None


def _rows(path: Path, *, option: str, column: str, understood: Callable[[str, str], str]) -> list[Row]:
    """The lines of a table with the columns `id` and `column`; each value as `understood` gives it."""
    rows: dict[str, Row] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            reader = csv.DictReader(handle)
            if not {"id", column} <= set(reader.fieldnames or ()):
                what = f"the first line must name the columns id and {column}, with a comma between them"
                raise UsageProblem(f"{option} {path}: {what}")
            for entry in reader:
                where = f"{path}: line {reader.line_num}"
                name = (entry["id"] or "").strip()
                if not name:
                    raise UsageProblem(f"{where}: no id; every line names one submission")
                row = Row(line=reader.line_num, name=name, value=understood(entry[column] or "", where))
                earlier = rows.setdefault(_key(name), row)
                if earlier is not row:
                    raise UsageProblem(f"{where}: {name} stands in line {earlier.line} already; leave one of them")
    except OSError as error:
        raise UsageProblem(f"{option} {path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UsageProblem(f"{option} {path}: cannot be read (no UTF-8 text); save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise UsageProblem(f"{option} {path}: cannot be read ({error})") from error
    return list(rows.values())


def _matched(rows: Sequence[Row], found: Sequence[Submission], *, name: str) -> dict[str, str]:
    """Submission id to what the table says of it; names that match nobody are told on stderr."""
    ids = {_key(one.source): one.id for one in found} | {_key(one.id): one.id for one in found}
    said = {ids[_key(row.name)]: row.value for row in rows if _key(row.name) in ids}
    lost = [row for row in rows if _key(row.name) not in ids]
    if len(found) == 1 and len(lost) > 1:
        click.echo(f"{name}: {len(lost)} lines are about other submissions", err=True)
        return said
    for row in lost[:NAMED]:
        near = difflib.get_close_matches(row.name, [one.id for one in found], n=1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        click.echo(f"{name}: line {row.line}: no submission here is called {row.name!r}{meant}", err=True)
    if len(lost) > NAMED:
        click.echo(f"{name}: and {len(lost) - NAMED} more lines that match no submission here", err=True)
    return said


def _key(name: str) -> str:
    """Names are compared without their case and without the ending of an archive."""
    path = PurePath(name.strip())
    return (path.stem if path.suffix.lower() == ".zip" else path.name).casefold()


def _until(text: str, where: str) -> str:
    try:
        return working_days.understood(text)
    except ValueError as error:
        raise UsageProblem(f"{where}: until: {error}") from error


def _time(text: str, where: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageProblem(f"{where}: expected a time such as 2025-01-28T13:59+00:00, got {text!r}") from error
    if moment.tzinfo is None:
        raise UsageProblem(f"{where}: {text!r} has no offset; write for example {text}+00:00")
    return moment.isoformat()
