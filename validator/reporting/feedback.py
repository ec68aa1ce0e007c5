"""`feedback.md`: what a student reads. What failed, what to change, what waits; no hidden numbers.

Knows the report and the rules' pages; decides nothing. Text of a student is escaped, so that it stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from validator.marking.report import PricedFinding, Report
from validator.reporting import cost, remedy, student_view, words

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~!&$@])")
BLOCK_START = re.compile(r"^([-+=:]|\d+(?=[.)]))")


def render(report: Report) -> bytes:
    """The bytes of `feedback.md`."""
    text = "\n".join(_lines(report)) + "\n"
    return text.encode("utf-8", errors="replace")


def escape(text: str, longest: int = words.LONGEST_NAME) -> str:
    """The text as Markdown that reads as itself: no markup, no link, no picture, no new block."""
    escaped = SPECIAL.sub(r"\\\1", words.short(text, longest))
    linkless = escaped.replace("://", "\\://").replace("www.", "www\\.")
    return BLOCK_START.sub(lambda start: _escaped_start(start.group()), linkless)


def _escaped_start(start: str) -> str:
    # A number that opens a line would start a numbered list; the zero-width escape is an entity.
    return f"&#8203;{start}" if start[0].isdigit() else f"\\{start}"


def _lines(report: Report) -> Iterator[str]:
    yield f"# Feedback on {escape(report.submission.id)}"
    yield ""
    yield f"Checked against {escape(report.rubric.title)} (`{_code(report.rubric.id)}`)."
    yield ""
    if report.status == "harness-error":
        yield "**The harness failed while it checked this submission. That is not your fault and costs nothing;**"
        yield "**staff will run it again. What follows covers only what was checked before.**"
        yield ""
    yield from _totals(report)
    shown = [finding for finding in report.penalties if student_view.is_shown(finding)]
    failed = [finding for finding in shown if finding.verdict == "fail"]
    yield from _section("What failed", [finding for finding in failed if not cost.waits(finding)])
    yield from _section("What a person will decide", [finding for finding in failed if cost.waits(finding)])
    yield from _listing("What could not be checked", [finding for finding in shown if finding.verdict == "unknown"])
    yield from _listing("What is in order", [finding for finding in shown if finding.verdict == "pass"])
    yield from _measured(report)


def _totals(report: Report) -> Iterator[str]:
    yield f"- Penalty from what was measured: **{words.marks(report.total_penalty)}**"
    if report.percent_off is not None:
        yield f"- Off the awarded marks: **{words.percent(report.percent_off)}**"
    if report.mark_cap is not None:
        yield f"- The final mark is at most **{words.marks(report.mark_cap)}**"
    yield ""
    yield "This is a list of penalties, not a mark: a person marks the work itself."


def _section(title: str, findings: Sequence[PricedFinding]) -> Iterator[str]:
    """One heading a clause, however many findings it has."""
    clauses = dict.fromkeys(finding.clause for finding in findings)
    if clauses:
        yield from ("", f"## {title}")
    for clause in clauses:
        yield from _particulars([finding for finding in findings if finding.clause == clause])


def _particulars(findings: Sequence[PricedFinding]) -> Iterator[str]:
    first = findings[0]
    yield from ("", f"### {escape(first.says)}", "")
    for finding in findings:
        place = student_view.place(finding)
        yield f"- Found: {escape(student_view.message(finding))}" + (f" (in {escape(place)})" if place else "")
    for price in dict.fromkeys(map(_price, findings)):
        yield f"- Marks: {price}"
    yield f"- The brief: {escape(first.cites)}"
    cure = remedy.how_to_fix(first.rule)
    if cure:
        yield f"- How to fix: {escape_page(cure)}"


def escape_page(text: str) -> str:
    """A rule's page is ours: its back quotes stay, so that names of files read as such."""
    return text.replace("<", "\\<")


def _price(finding: PricedFinding) -> str:
    if cost.waits(finding):
        return "a person decides" if cost.is_referred(finding) else "none unless a person confirms it"
    if finding.ruling is not None:
        return f"**{escape(cost.text(finding))}**, as a person decided"
    if finding.cap is not None:
        return f"the final mark is at most {words.marks(finding.cap)}"
    if finding.percent_off is not None:
        return f"**-{words.percent(finding.percent_off)}** ({escape(finding.price)})"
    price = f" ({escape(finding.price)})" if finding.price else ""
    return f"**{words.marks(finding.marks)}**{price}"


def _listing(title: str, findings: Iterable[PricedFinding]) -> Iterator[str]:
    for number, finding in enumerate(findings):
        if number == 0:
            yield from ("", f"## {title}", "")
            if finding.verdict == "unknown":
                yield from ("None of this costs marks; a person looks at it.", "")
        yield f"- {words.verdict(finding.verdict)}: {escape(finding.says)} ({escape(student_view.message(finding))})"


def _measured(report: Report) -> Iterator[str]:
    """What a marker has before them for each question of the marking scheme, without the numbers that are theirs."""
    answers = [answer for sheet in report.criteria for answer in sheet.questions if answer.for_student]
    if answers:
        yield from ("", "## What was measured for the marking scheme")
    for answer in answers:
        yield from ("", f"### {escape(answer.ask)}", "")
        yield from (f"- {escape(sentence, words.LONGEST_SENTENCE)}" for sentence in answer.for_student)


def _code(text: str) -> str:
    return words.clean(text).replace("`", "")
