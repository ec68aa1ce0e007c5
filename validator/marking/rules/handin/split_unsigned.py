"""A member has not signed the mark split.

## What it checks
Whether something is drawn where each row is to be signed: strokes of a pen, a picture, a signed field, typed words, or
dark pixels on the page as it is printed. A line or dots to sign on are none of these, and nor is white ink.

## Why it matters
The division holds because everybody agreed to it. A form that somebody did not sign may count as not handed in.

## Evidence
For each row what stands in its place. Whose hand it is, the program cannot know: a person looks at every form, also
where all places are filled. Signatures are neither kept nor shown.

## How to fix
Have every member sign in the row with their share, by pen or on screen, and hand in the whole page.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Entry, Evidence
from validator.marking.documents import document_or_unknown
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

READINGS = ("mark-split.unsigned",)
LIMITS: dict[str, object] = {}
NONE, NO_PLACE = "none", "no column for it"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails where a place is empty; where all are filled it is for a person to say whose signatures they are."""
    document = document_or_unknown(evidence, clause, what="the signatures")
    yield document if isinstance(document, Finding) else _finding(document)


def _finding(document: Document) -> Finding:
    users = {entry.where: entry.words for entry in document.entries if entry.key == "share"}
    places_to_sign = [entry for entry in document.entries if entry.key == "signature"]
    unsigned = [users.get(entry.where) or entry.where for entry in places_to_sign if entry.words == NONE]
    if not places_to_sign or any(entry.words == NO_PLACE for entry in places_to_sign):
        unread = next((flag.detail for flag in document.flags), "the places to sign were not made out")
        message = f"a person looks at the signatures: {unread}"
        return Finding(verdict="unknown", message=message, where=document.path)
    rows = counted(len(places_to_sign), "rows")
    if unsigned:
        message = f"nothing was found where {places(unsigned)} should sign ({len(unsigned)} of {rows})"
        return Finding(
            verdict="fail", message=message, measured=len(unsigned), limit=0, where=document.path, witness="observed"
        )
    message = f"something stands in each place to sign, {rows} ({_kinds(places_to_sign)}): a person says whose it is"
    return Finding(verdict="unknown", message=message, where=document.path)


def _kinds(entries: list[Entry]) -> str:
    """`2 strokes, 1 picture`."""
    kinds = [entry.words for entry in entries]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
