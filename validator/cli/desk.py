"""What several verbs do with evidence: mark it, write its files, say the exit code. Calls only; computes nothing."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from validator import __version__, reporting
from validator.cli import exits
from validator.evidence import Evidence, EvidenceError, Fault, Layout, Metrics, Paper, load
from validator.marking import Report, Rubric, mark
from validator.marking.overrides import OverrideError, rulings_for
from validator.running import reported
from validator.running.files import read_regular, write_atomically
from validator.running.space import is_full

Tell = Callable[[str, str], None]
"""Called with a submission's id and one line on what happens to it."""


def marked(evidence: Evidence, rubric: Rubric, out: Path, tell: Tell | None = None) -> Report:
    """Mark one submission's evidence under the recorded rulings and write its files under `out/<id>/`.

    `tell` hears why a report is written again that was written before.
    """
    identity = evidence.submission.id
    rulings = rulings_for(out / "overrides.jsonl", submission=identity)
    report = mark(evidence, rubric, rulings)
    written_from = reported.parts(evidence, rubric=rubric.sha256, rulings=rulings, harness=__version__)
    if tell and (why := reported.why_again(out / identity, written_from)):
        tell(identity, f"report: written again: {why}")
    files = reporting.submission_files(report, evidence, picture_bytes(evidence, out / identity))
    for name, content in files.items():
        write_atomically(out / identity / name, content)
    reported.note(out / identity, written_from)
    return report


def marked_whatever_happens(evidence: Evidence, rubric: Rubric, out: Path, tell: Tell | None = None) -> Report:
    """As `marked`, but a surprise is this submission's harness error and stops no other.

    OverrideError is raised, and so is a full disk, which is no submission's.
    """
    try:
        return marked(evidence, rubric, out, tell)
    except OverrideError:
        raise
    except Exception as error:
        if is_full(error):
            raise
        fault = Fault(stage="marking", what=f"{type(error).__name__}: {error}", trace=traceback.format_exc())
        bare = Evidence(
            schema=evidence.schema,
            harness=evidence.harness,
            submission=evidence.submission,
            layout=Layout(),
            faults=(*evidence.faults, fault),
        )
        return mark(bare, rubric, ())


def write_cohort(reports: Iterable[Report], out: Path) -> None:
    """Write `cohort.json`, `cohort.html` and `marks.csv`, one row a submission in the order of their ids."""
    ordered = sorted(reports, key=lambda report: report.submission.id)
    for name, content in reporting.cohort_files(ordered).items():
        write_atomically(out / name, content)


def stored(out: Path) -> tuple[list[Evidence], list[str]]:
    """The evidence of every submission measured under `out`, in the order of their ids, and what cannot be read."""
    found, problems = [], []
    for path in sorted(out.glob("*/evidence.json")):
        try:
            found.append(_own(load(path), path))
        except EvidenceError as error:
            problems.append(str(error))
    return found, problems


def _own(evidence: Evidence, path: Path) -> Evidence:
    """Evidence is marked into the folder of its id: one that lies elsewhere would write into another's."""
    if evidence.submission.id != path.parent.name:
        name = evidence.submission.id[:80]
        raise EvidenceError(f"{path}: is about {name!r}, not about {path.parent.name!r}; measure the submission again")
    return evidence


def exit_code(reports: Iterable[Report]) -> int:
    """Worst first: a harness error, a fail or an unknown, all pass."""
    reports = list(reports)
    if any(report.status == "harness-error" for report in reports):
        return exits.HARNESS
    verdicts = {finding.verdict for report in reports for finding in report.penalties}
    return exits.ALL_PASS if verdicts <= {"pass"} else exits.FINDINGS


def picture_bytes(evidence: Evidence, home: Path) -> dict[str, bytes]:
    """The bytes of every picture that measuring left under the run folder of `home`, the submission's own folder."""
    sections: tuple[Paper | Metrics, ...] = (*evidence.papers, *evidence.metrics)
    names = [picture.path for section in sections for picture in section.pictures]
    found = {name: _picture(home / "run", name) for name in names if ".." not in name}
    return {name: content for name, content in found.items() if content is not None}


def _picture(folder: Path, name: str) -> bytes | None:
    """None for what is not there; what student code put there instead is not followed."""
    try:
        return read_regular(folder / name.lstrip("/"))
    except (OSError, ValueError):
        return None
