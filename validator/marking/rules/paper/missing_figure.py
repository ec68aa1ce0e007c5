"""A figure that the paper must have is not in it.

## What it checks
Whether the paper shows the figure the clause names. `kind` says how it is recognised: `samples` and `interpolations`
are grids of small pictures (in one picture or drawn one by one) whose tiles differ, or go over into each other;
`curves` and `diagram` are drawings whose caption or axes say so. `count` is how many samples, or strips, it must show.

## Why it matters
Some results can only be judged by looking at them.

## Evidence
The figures recognised, each with its page and by what. One that is not found by the program may still be there, in a
shape it does not know: that is a question for a person and never a fail.

## How to fix
Include the figure with a caption that names it, as "Figure 2: A batch of 64 samples": the tiles of a batch in even rows
and columns, eight by eight, in a picture of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Figure
from validator.marking.absence import unmeasured, why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS = {"figure": str}
OPTIONAL = {"kind": str, "count": int}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding, never a fail: not found is not missing."""
    words, kind, count = clause.limits["figure"], clause.limits.get("kind", ""), clause.limits.get("count")
    if not kind:
        yield unmeasured(evidence, f"whether the paper shows {words}")
        return
    why = _why_not_looked(evidence)
    if why:
        yield Finding(verdict="unknown", message=f"{words}: {why}")
        return
    found = [figure for paper in evidence.papers for figure in paper.figures if figure.kind == kind]
    yield _found(found, words=words, count=count)


def _why_not_looked(evidence: Evidence) -> str:
    """Why nobody looked for figures; empty when somebody did."""
    if not evidence.papers:
        return f"no paper was read: {why_absent(evidence, 'paper')}"
    if any(paper.figures for paper in evidence.papers):
        return ""
    looked = evidence.reading("figures.stored_pictures")
    return "" if looked.value is not None else f"figures were not looked for: {looked.why}"


def _found(found: list[Figure], *, words: str, count: int | None) -> Finding:
    right = [figure for figure in found if count is None or figure.count == count]
    if not right and count is not None and sum(figure.count or 0 for figure in found) == count:
        right = found  # drawn in parts, such as strips one by one
    if right:
        message = f"{words}: {'; '.join(_told(figure) for figure in right)}"
        return Finding(verdict="pass", message=message, where=f"p{right[0].page}", witness="observed")
    if found:
        wanted = "" if count is None else f", {count} are asked for"
        message = f"{words}: {'; '.join(_told(figure) for figure in found)}{wanted}"
        return Finding(verdict="unknown", message=message, where=f"p{found[0].page}")
    return Finding(verdict="unknown", message=f"{words}: not found by the program")


def _told(figure: Figure) -> str:
    counted = "" if figure.count is None else f" ({figure.count})"
    return f"p{figure.page}: {figure.detail}{counted}"
