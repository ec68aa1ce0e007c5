"""The paper lacks a section, or has them in another order.

## What it checks
The sections of the clause among the paper's headings, by their words and by the synonyms the rubric lists, and their
order. A section that was not found is never said to be missing: the nearest heading is printed beside it, and a person
looks. What was found in another order fails.

## Why it matters
A reader looks for the same things at the same place.

## Evidence
First-level headings of the paper, read by their size, and where its references were found. Further sections may stand
between those asked for.

## How to fix
Give each section the name of the list, in its order; more sections are allowed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

from validator.evidence import Evidence, Heading, Paper
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS = {"sections": tuple[str, ...]}
WORDS = re.compile(r"[a-z]+")
LINKING = frozenset({"and", "the", "of", "a", "an", "our", "to", "for", "in", "on"})
CLOSE = 0.8
"""Share of equal letters (difflib's ratio) from which a misspelling is taken for the word."""


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding on the order of what was found, and one for what was not."""
    if not evidence.papers:
        yield Finding(verdict="unknown", message=f"no paper was read: {why_absent(evidence, 'paper')}")
    for paper in evidence.papers:
        yield from _findings(paper, _spellings(clause.limits["sections"]))


def _spellings(sections: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`Related Work = previous work | background` is the section with its spellings, its own name first."""
    named = (section.partition("=") for section in sections)
    return {
        name.strip(): (name.strip(), *filter(None, (part.strip() for part in others.split("|"))))
        for name, _, others in named
    }


def _findings(paper: Paper, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    if not paper.headings:
        message = "its headings could not be read, so its sections are not known"
        yield Finding(verdict="unknown", message=message, where=paper.path)
        return
    found = {name: place for name, spellings in wanted.items() if (place := _place(paper, spellings)) is not None}
    absent = [name for name in wanted if name not in found]
    order = list(found)
    stands = sorted(found, key=lambda name: found[name])
    headings = ", ".join(f"{heading.title[:40]} (p{heading.page})" for heading in paper.headings[:20])
    if order != stands:
        message = f"sections stand in the order {', '.join(stands)}; asked for: {', '.join(order)}"
        yield Finding(verdict="fail", message=message, where=paper.path, witness="observed")
    elif not absent:
        message = f"all {len(wanted)} sections in order: {headings}"
        yield Finding(verdict="pass", message=message, where=paper.path, witness="observed")
    if absent:
        said = "; ".join(f"{name}{_nearest(paper, wanted[name])}" for name in absent)
        yield Finding(
            verdict="unknown", message=f"not found by the program: {said}. Headings: {headings}", where=paper.path
        )


def _place(paper: Paper, spellings: Sequence[str]) -> int | None:
    """Where among the headings the section stands: the first that is called so, else the first that nearly is."""
    titles = [_words(heading.title) for heading in paper.headings]
    for fits in (_same, _alike):
        for number, title in enumerate(titles):
            if any(fits(title, _words(spelling)) for spelling in spellings):
                return number
    is_list = any(_words(spelling) == ("references",) for spelling in spellings)
    return len(titles) if is_list and paper.references_page is not None else None


def _same(title: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return title == wanted


def _alike(title: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """All words of the section in the heading, but for plurals and slips: `Results and Discussions` has `Results`."""
    if not wanted or len(title) > len(wanted) + 4:
        return False
    return all(any(_close(word, other) for other in title) for word in wanted)


def _close(one: str, other: str) -> bool:
    stems = one.removesuffix("s"), other.removesuffix("s")
    return stems[0] == stems[1] or difflib.SequenceMatcher(a=one, b=other).ratio() >= CLOSE


def _words(text: str) -> tuple[str, ...]:
    """The words that tell, in small letters; letters set apart (`A BSTRACT`) are put together."""
    joined = re.sub(r"\b([A-Z]) (?=[A-Z]{2})", r"\1", text)
    return tuple(word for word in WORDS.findall(joined.lower()) if word not in LINKING)


def _nearest(paper: Paper, spellings: Sequence[str]) -> str:
    """The heading that is most like one of the spellings."""
    titles: dict[str, Heading] = {heading.title.lower(): heading for heading in paper.headings}
    close = [
        match
        for spelling in spellings
        for match in difflib.get_close_matches(spelling.lower(), titles, n=1, cutoff=0.4)
    ]
    return f' (nearest: "{titles[close[0]].title[:60]}", p{titles[close[0]].page})' if close else ""
