"""The terminal's tables: one submission, one cohort. Knows reports and `rich`; decides and adds up nothing.

Every text of a student enters as a `Text`, never as markup, and without control characters.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from validator.evidence import NOT_MEASURED
from validator.marking.cohort import CohortSummary, StudentRow
from validator.marking.finding import Verdict
from validator.marking.report import PricedFinding, Report
from validator.reporting import cost, words

STYLES: dict[Verdict, str] = {"pass": "green", "fail": "bold red", "unknown": "yellow"}
STATUS_STYLES = {"marked": "", "harness-error": "bold magenta"}
ORDER: tuple[Verdict, ...] = ("fail", "unknown", "pass")

PLAIN_WIDTH = 120
LONGEST_LINE = words.LONGEST_SENTENCE
ROOMY = 100
"""Columns from which measured value and limit get columns of their own; the message says both anyway."""


def submission(report: Report, *, width: int = PLAIN_WIDTH) -> RenderableType:
    """One submission in that many columns: its findings worst first, its totals, and what waits for a person."""
    parts: list[RenderableType] = [_headline(report)]
    if report.faults:
        parts.append(_listing("Harness error: a fault of the harness, never of the student", report.faults))
    parts.append(_findings(report, roomy=width >= ROOMY))
    parts.append(_totals(report))
    parts += _waiting(report)
    parts += _scheme(report)
    if report.notes:
        parts.append(Text("\nThe rubric's notes on its own wording stand in report.html."))
    return Group(*parts)


def cohort(summary: CohortSummary) -> RenderableType:
    """The cohort: one row a submission, then the counts."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("submission", overflow="fold", ratio=3)
    for title in ("measured", "proposed", "cap", "failed", "unknown", "waiting"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    for row in summary.students:
        table.add_row(*_student_cells(row))
    return Group(table, Text(), Text(_cohort_line(summary)))


def as_text(renderable: RenderableType, *, width: int = PLAIN_WIDTH, colour: bool = False) -> str:
    """The tables as text of that many columns, with colour only where asked."""
    console = Console(
        file=io.StringIO(),
        width=width,
        color_system="standard" if colour else None,
        force_terminal=colour,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )
    with console.capture() as captured:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in captured.get().split("\n")).rstrip("\n")


def _headline(report: Report) -> Text:
    line = Text(words.short(report.submission.id), style="bold")
    line.append(f"  {words.short(report.submission.source)}", style="not bold dim")
    line.append(f"\nrubric {words.clean(report.rubric.id)} ({report.rubric.sha256[:8]})", style="not bold")
    return line


def _findings(report: Report, *, roomy: bool) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("verdict", no_wrap=True)
    table.add_column("clause", overflow="fold", min_width=14)
    if roomy:
        table.add_column("measured", justify="right", no_wrap=True)
        table.add_column("limit", justify="right", no_wrap=True)
    table.add_column("marks", justify="right", no_wrap=True)
    table.add_column("what was found", overflow="fold")
    for verdict in ORDER:
        rows = sorted((item for item in report.penalties if item.verdict == verdict), key=cost.worst_first)
        for finding in rows:
            if not _needs_only_a_name(finding):
                table.add_row(*_finding_cells(finding, roomy=roomy))
        named = dict.fromkeys(words.clean(item.clause) for item in rows if _needs_only_a_name(item))
        if named:
            table.add_row(*_named_cells(verdict, list(named), roomy=roomy))
    return table


def _needs_only_a_name(finding: PricedFinding) -> bool:
    """A pass without a limit, and what this version does not measure, have nothing to say but their names."""
    if finding.verdict == "pass":
        return finding.limit is None
    return cost.is_unmeasured(finding)


def _named_cells(verdict: Verdict, names: Sequence[str], *, roomy: bool) -> tuple[Text, ...]:
    """One row for the clauses that need none of their own."""
    unknown = verdict == "unknown"
    return (
        Text(words.verdict(verdict), style=STYLES[verdict]),
        Text("the others", style="dim"),
        *((Text("–"), Text("–")) if roomy else ()),
        Text("waits" if unknown else ""),
        Text(f"{NOT_MEASURED if unknown else 'in order'}: {', '.join(names)}"),
    )


def _waiting(report: Report) -> list[Text]:
    """What a person must look at, without repeating the rows that say `unknown` already."""
    unknown = {finding.clause for finding in report.penalties if finding.verdict == "unknown"}
    lines = [f"{review.clause}: {review.why}" for review in report.needs_review if review.clause not in unknown]
    if any(review.clause in unknown for review in report.needs_review):
        lines.append("every clause that is unknown above")
    return [_listing("Waits for a person", lines)] if lines else []


def _scheme(report: Report) -> list[RenderableType]:
    """What was measured for each question of the marking scheme; verdicts of clauses stand in the table above."""
    verdicts = tuple(f"{finding.clause}: {finding.verdict}: " for finding in report.penalties)
    parts: list[RenderableType] = []
    for sheet in report.criteria:
        for answer in sheet.questions:
            lines = [line for line in answer.evidence if not line.startswith(verdicts)]
            lines += [_row_of(table.head, row) for table in answer.tables for row in table.rows]
            if lines:
                parts.append(_listing(words.short(answer.ask), lines))
    return [Text("\nMeasured for the marking scheme\n", style="bold underline"), *parts] if parts else []


def _row_of(head: Sequence[str], row: Sequence[str]) -> str:
    """A row of a small table in words: `accuracy on test images: as the student did it 91.9 %, ...`."""
    cells = [f"{title} {cell}" for title, cell in zip(head[1:], row[1:], strict=False)]
    return f"{row[0]}: {', '.join(cells)}" if row else ""


def _finding_cells(finding: PricedFinding, *, roomy: bool) -> tuple[Text, ...]:
    numbers = (Text(words.number(finding.measured)), Text(words.number(finding.limit)))
    return (
        Text(words.verdict(finding.verdict), style=STYLES[finding.verdict]),
        Text(words.clean(finding.clause)),
        *(numbers if roomy else ()),
        Text(cost.text(finding), style="bold" if finding.marks else ""),
        Text(words.short(finding.message)),
    )


def _totals(report: Report) -> Text:
    line = Text("\nmeasured penalty ")
    line.append(words.marks(report.total_penalty), style="bold")
    line.append(f"   proposed, waits for a person {words.marks(report.proposed_penalty)}")
    if report.percent_off is not None:
        line.append(f"   off the awarded marks {words.percent(report.percent_off)}", style="bold")
    if report.mark_cap is not None:
        line.append(f"   final mark at most {words.marks(report.mark_cap)}", style="bold")
    return line.append("\n")


def _listing(title: str, lines: Sequence[str]) -> Text:
    listing = Text(f"{title}\n", style="bold")
    for line in lines:
        listing.append(f"  - {words.short(line, LONGEST_LINE)}\n", style="not bold")
    return listing


def _cap(row: StudentRow) -> str:
    """What hangs on the final mark as a whole: `40`, `-30 %`, or both."""
    percent = None if row.percent_off is None else f"-{words.percent(row.percent_off)}"
    cap = None if row.mark_cap is None else words.marks(row.mark_cap)
    return ", ".join(each for each in (percent, cap) if each)


def _student_cells(row: StudentRow) -> tuple[Text, ...]:
    status = Text(row.status, style=STATUS_STYLES.get(row.status, ""))
    return (
        Text(words.short(row.id)),
        Text(words.marks(row.total_penalty)),
        Text(words.marks(row.proposed_penalty)),
        Text(_cap(row)),
        Text(str(row.failed)),
        Text(str(row.unknown)),
        Text(str(row.waiting)),
        status,
    )


def _cohort_line(summary: CohortSummary) -> str:
    counted = [
        f"{summary.marked} marked",
        f"{summary.without_findings} with every clause passed",
        f"{summary.unknown} clauses unknown",
        f"{summary.waiting} submissions wait for a person",
    ]
    if summary.harness_errors:
        counted.append(f"harness errors: {summary.harness_errors}")
    return ", ".join(counted)
