"""The team has fewer or more members than allowed.

## What it checks
How many different user ids the team's list names, against the fewest and the most that a team may have.

## Why it matters
The work was measured for teams of this size, and the marks are divided among its members.

## Evidence
The number of different user ids in the list. Names without an id are not counted: where there are too few ids and other
lines beside them, it is for a person to say how many members there are.

## How to fix
List every member's user id. If somebody left or joined, tell the module's staff before the deadline.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.documents import document_or_unknown, number_or_unknown, told
from validator.marking.finding import Finding
from validator.marking.flags import LINES_WITHOUT_ID, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ("team.members",)
LIMITS = {"fewest": int, "most": int}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails outside the two numbers; a list without a single id says nothing about the team."""
    fewest, most = clause.limits["fewest"], clause.limits["most"]
    document = document_or_unknown(evidence, clause, what="the size of the team")
    if isinstance(document, Finding):
        yield document
        return
    members = number_or_unknown(document, "members", what="the size of the team")
    if isinstance(members, Finding):
        yield members
        return
    if not members:
        message = "the size of the team: no user id was found in its list"
        yield Finding(verdict="unknown", message=message, where=document.path)
        return
    unnamed = of_kind(document.flags, LINES_WITHOUT_ID)
    if members < fewest and unnamed:
        message = f"the size of the team: {counted(members, 'user ids')}, and {told(unnamed)}"
        yield Finding(verdict="unknown", message=message, where=document.path)
        return
    limit = most if members > most else fewest
    yield Finding(
        verdict="pass" if fewest <= members <= most else "fail",
        message=f"{counted(members, 'members')} by their user ids, {fewest} to {most} allowed",
        measured=members,
        limit=limit,
        unit="members",
        where=document.path,
        witness="claimed",
    )
