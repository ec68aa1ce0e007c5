"""The team's file does not say what it is asked for.

## What it checks
Whether the file names its members by user id (`members`) and the paper that the team chose (`paper`), whatever the
form of the template.

## Why it matters
The choice is agreed before work starts, and nobody can agree to what is not named.

## Evidence
User ids with their lines; lines that start with a key such as `paper` or `title`, by their number of words; addresses
of places where papers are published. The program does not know every template, so what it does not find, a person may.

## How to fix
Fill in the template: one `key: value` on a line, the paper with its title and address, each member with the user id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from validator.evidence import Document, Entry, Evidence
from validator.marking.claims import NOT_FOUND
from validator.marking.documents import document_or_unknown, told, where_of
from validator.marking.finding import Finding
from validator.marking.flags import LIST_UNREAD, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ("team.members",)
LIMITS = {"facts": tuple[Literal["members", "paper"], ...]}
KEYS = {"members": "member", "paper": "paper"}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each fact: pass where it was found, unknown where the program did not find it."""
    document = document_or_unknown(evidence, clause, what="the team's file")
    if isinstance(document, Finding):
        yield document
        return
    unread = of_kind(document.flags, LIST_UNREAD)
    for fact in clause.limits["facts"]:
        if unread:
            message = f"{fact}: the file cannot be read: {told(unread)}"
            yield Finding(verdict="unknown", message=message, where=document.path)
        else:
            yield _finding(document, fact)


def _finding(document: Document, fact: str) -> Finding:
    entries = [entry for entry in document.entries if entry.key == KEYS[fact]]
    if not entries:
        return Finding(verdict="unknown", message=f"{fact}: {NOT_FOUND}", where=document.path)
    said = counted(len(entries), "user ids") if fact == "members" else _paper(entries)
    message = f"{fact}: {said} ({where_of(document, KEYS[fact])})"
    return Finding(verdict="pass", message=message, where=document.path, witness="claimed")


def _paper(entries: list[Entry]) -> str:
    """The address where one is given; the title's words are not kept."""
    address = next((entry.words for entry in entries if entry.words), "")
    if address:
        return f"named by its address {address}"
    return f"named in {counted(int(entries[0].value or 0), 'words')}"
