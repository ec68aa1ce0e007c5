"""The team's list is not one user id a line.

## What it checks
Whether the file is plain text, and whether each of its lines that says something is one user id and nothing else. Blank
lines and comments are passed over, and so are a byte order mark and the line ends of any system.

## Why it matters
Marks are booked under these ids, by a program that takes one line for one person.

## Evidence
The ids with their lines, and lines that hold something else, by their number: names are neither kept nor quoted.

## How to fix
Write a plain text file (not a Word document) with the user id of each member on a line of its own, without names.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Evidence
from validator.marking.documents import document_or_unknown, told
from validator.marking.finding import Finding
from validator.marking.flags import LIST_MALFORMED, LIST_UNREAD, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ("team.members",)
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the lines that are something else."""
    document = document_or_unknown(evidence, clause, what="the list of the team")
    yield document if isinstance(document, Finding) else _finding(document)


def _finding(document: Document) -> Finding:
    unread = of_kind(document.flags, LIST_UNREAD)
    if unread:
        message = f"the list cannot be read: {told(unread)}"
        return Finding(verdict="fail", message=message, where=document.path, witness="observed")
    members = [entry for entry in document.entries if entry.key == "member"]
    wrong = of_kind(document.flags, LIST_MALFORMED)
    if not members:
        message = "no line of the list is a user id"
    elif wrong:
        message = f"{counted(len(members), 'user ids')}, but not one on each line: {told(wrong)}"
    else:
        message = f"{counted(len(members), 'user ids')}, one a line"
    failed = bool(wrong) or not members
    return Finding(verdict="fail" if failed else "pass", message=message, where=document.path, witness="observed")
