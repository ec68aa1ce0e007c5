"""The paper has more pages than allowed.

## What it checks
The number of pages that count against the limit: those that bear anything but reference entries under the policy
`without-references`, or every page under `all`. A paper of exactly the limit passes.

## Why it matters
The limit is part of the task: to say it shortly.

## Evidence
`paper.pages_counted` or `paper.pages_total`, the page on which the references start, the first line above their
heading, and what follows the list. A person looks where the references could not be found for certain or stand in
several lists, where the last page that counts holds a few lines only, where only what follows the references is too
much, and where two readers of PDFs count different pages.

## How to fix
Shorten the text, or move what follows the references before them and cut elsewhere. `validate paper` shows what counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from validator.evidence import Evidence, Flag, Paper
from validator.marking.absence import reading_or_why
from validator.marking.finding import Finding
from validator.marking.flags import AFTER_REFERENCES, NEARLY_EMPTY, PAGES_DOUBTFUL, REFERENCES_DOUBTFUL, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

READINGS = ("paper.pages_counted", "paper.pages_total")
LIMITS = {"pages": int, "policy": Literal["without-references", "all"]}
UNIT = "pages"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """The count against the limit, and an unknown beside a pass that rests on doubtful references."""
    limit, policy = clause.limits["pages"], clause.limits["policy"]
    name = "paper.pages_total" if policy == "all" else "paper.pages_counted"
    reading = reading_or_why(evidence, name, unit="pages")
    if not isinstance(reading.value, int):
        yield _uncounted(evidence, reading.why, limit)
        return
    paper = _paper_of(evidence, name)
    over = reading.value > limit
    doubt = _pages_doubt(paper)
    if not doubt and policy == "without-references" and _total(evidence, reading.value) > limit:
        doubt = _doubt(paper, reading.value, limit)
    look = f"; a person must look: {doubt}" if doubt and over else ""
    yield Finding(
        verdict="fail" if over else "pass",
        message=f"{counted(reading.value, 'pages')} counted, {limit} allowed{_why(paper, policy)}{look}",
        measured=reading.value,
        limit=limit,
        unit="pages",
        excess=reading.value - limit if over else None,
        where=_where(paper, limit if over else None, policy),
        witness=reading.source,
    )
    if doubt and not over:
        yield Finding(verdict="unknown", message=f"the count of pages is in doubt: {doubt}", unit="pages")


def _uncounted(evidence: Evidence, why: str, limit: int) -> Finding:
    """No count: where nothing doubts them, pages that are all together within the limit pass, whatever is on them."""
    total = evidence.reading("paper.pages_total").value
    doubt = _pages_doubt(_paper_of(evidence, "paper.pages_total"))
    if total is None or total > limit or doubt:
        all_pages = f", {counted(total, 'pages')} in all" if total else ""
        said = "; ".join(part for part in (f"pages: {why}{all_pages}", doubt) if part)
        return Finding(verdict="unknown", message=said, limit=limit, unit="pages")
    message = f"{counted(total, 'pages')} in all, {limit} allowed; how many count is not known: {why}"
    return Finding(verdict="pass", message=message, limit=limit, unit="pages", witness="observed")


def _paper_of(evidence: Evidence, name: str) -> Paper | None:
    return next((paper for paper in evidence.papers if name in paper.readings), None)


def _total(evidence: Evidence, counted_pages: int) -> int | float:
    """All pages; unknown ones are taken as no more than those counted."""
    total = evidence.reading("paper.pages_total").value
    return counted_pages if total is None else total


def _pages_doubt(paper: Paper | None) -> str:
    """Why the number of all pages cannot be relied on, whichever of them count; or nothing."""
    return "; ".join(flag.detail for flag in of_kind(paper.flags if paper else (), PAGES_DOUBTFUL))


def _doubt(paper: Paper | None, pages: int, limit: int) -> str:
    """What a person should look at before the count is relied on, with its page and its words; or nothing."""
    if paper is None:
        return ""
    reasons = [_said(flag) for flag in of_kind(paper.flags, REFERENCES_DOUBTFUL)]
    after = of_kind(paper.flags, (AFTER_REFERENCES,))
    if pages > limit >= pages - len(after):
        reasons += [
            f'it counts because of what follows the references: "{flag.detail}" ({flag.where})' for flag in after
        ]
    if pages >= limit:
        reasons += [_said(flag) for flag in of_kind(paper.flags, (NEARLY_EMPTY,))]
    if paper.references_confidence == "none":
        reasons.insert(0, "no list of references was found, so every page counts")
    elif paper.references_confidence == "low":
        reasons.insert(0, f"the references on page {paper.references_page} were found with low confidence")
    return "; ".join(reasons)


def _said(flag: Flag) -> str:
    return f"{flag.kind}: {flag.detail}" + (f" ({flag.where})" if flag.where else "")


def _where(paper: Paper | None, limit: int | None, policy: str) -> str:
    """The file, and the first page past the limit."""
    if paper is None or limit is None:
        return paper.path if paper else ""
    past = list(_counting(paper, policy))[limit:]
    return f"{paper.path}, p{past[0]}" if past else paper.path


def _counting(paper: Paper, policy: str) -> Iterator[int]:
    """The pages that count, as far as the place of the references tells them."""
    total, first = paper.readings["paper.pages_total"].value, paper.references_page
    if not isinstance(total, int):
        return
    after = {quote.partition(":")[0] for quote in paper.after_references}
    for page in range(1, total + 1):
        before = first is None or page < first or (page == first and bool(paper.above_references))
        if policy == "all" or before or f"p{page}" in after:
            yield page


def _why(paper: Paper | None, policy: str) -> str:
    """What made pages count, as far as the references decide it."""
    if paper is None or policy == "all" or paper.references_page is None:
        return ""
    words = f"; references from page {paper.references_page}"
    if paper.above_references:
        words += f', below "{paper.above_references}"'
    return words + (f", followed by {places(paper.after_references)}" if paper.after_references else "")
