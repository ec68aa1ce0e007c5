"""The mark split names other people than the team's list.

## What it checks
Whether the user ids on the form are those of the list, each once.

## Why it matters
A member without a row gets no marks, and a row without a member gives marks away.

## Evidence
The user ids of the form's rows and of the list. Names are not compared: where a row has a name only, a person looks.

## How to fix
Write each member's user id into their row of the form, as the list has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Evidence
from validator.marking.documents import document_or_unknown, user_ids
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

READINGS = ("mark-split.rows", "team.members")
LIMITS = {"list": str}
WHAT = "whether form and list name the same people"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails where every row has a user id, and they are others; where ids are missing it is unknown."""
    form = document_or_unknown(evidence, clause, what=WHAT)
    team = evidence.document_of(clause.limits["list"])
    if isinstance(form, Finding):
        yield form
    elif team is None or not user_ids(team, "member"):
        message = f"{WHAT}: the {clause.limits['list']} file gives no user ids"
        yield Finding(verdict="unknown", message=message, where=form.path)
    else:
        yield _finding(form, set(user_ids(team, "member")))


def _finding(form: Document, members: set[str]) -> Finding:
    rows = [entry.words for entry in form.entries if entry.key == "share"]
    named = [user for user in rows if user]
    others, missing = sorted(set(named) - members), sorted(members - set(named))
    if not rows or len(named) < len(rows):
        message = f"{WHAT}: {len(named)} of {counted(len(rows), 'rows')} have a user id"
        return Finding(verdict="unknown", message=message, where=form.path)
    wrong = [f"only on the form: {places(others)}"] if others else []
    wrong += [f"only in the list: {places(missing)}"] if missing else []
    wrong += ["a user id stands in two rows"] if len(set(named)) < len(named) else []
    message = "; ".join(wrong) or f"the form has a row for each of {counted(len(members), 'members')}"
    return Finding(verdict="fail" if wrong else "pass", message=message, where=form.path, witness="claimed")
