"""What several verbs do with evidence: mark it, write its files, say the exit code. Calls only; computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from validator import reporting
from validator.cli import exits
from validator.evidence import Evidence, load
from validator.marking import Report, Rubric, mark
from validator.marking.overrides import rulings_for
from validator.running.files import write_atomically


def marked(evidence: Evidence, rubric: Rubric, out: Path) -> Report:
    """Mark one submission's evidence under the recorded rulings and write its files under `out/<id>/`."""
    identity = evidence.submission.id
    report = mark(evidence, rubric, rulings_for(out / "overrides.jsonl", submission=identity))
    files = reporting.submission_files(report, evidence, picture_bytes(evidence, out / identity))
    for name, content in files.items():
        write_atomically(out / identity / name, content)
    return report


def write_cohort(reports: Iterable[Report], out: Path) -> None:
    """Write `cohort.json`, `cohort.html` and `marks.csv`, one row a submission in the order of their ids."""
    ordered = sorted(reports, key=lambda report: report.submission.id)
    for name, content in reporting.cohort_files(ordered).items():
        write_atomically(out / name, content)


def stored(out: Path) -> Iterator[Evidence]:
    """The evidence of every submission measured under `out`, in the order of their ids."""
    for path in sorted(out.glob("*/evidence.json")):
        yield load(path)


def exit_code(reports: Iterable[Report]) -> int:
    """Worst first: a harness error, a fail or an unknown, all pass."""
    reports = list(reports)
    if any(report.status == "harness-error" for report in reports):
        return exits.HARNESS
    verdicts = {finding.verdict for report in reports for finding in report.penalties}
    return exits.ALL_PASS if verdicts <= {"pass"} else exits.FINDINGS


def picture_bytes(evidence: Evidence, home: Path) -> dict[str, bytes]:
    """The bytes of every picture that measuring left under the run folder of `home`, the submission's own folder."""
    names = [picture.path for metrics in evidence.metrics for picture in metrics.pictures]
    folder = home / "run"
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
