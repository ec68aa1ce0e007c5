"""The mark split cannot be read.

## What it checks
Whether the form opens as a PDF, is one page that divides marks by its words, and has rows that each say a share and a
user id.

## Why it matters
The marks of the team's members follow from it. What the program cannot read, a person must.

## Evidence
The rows that were made out by the columns and lines of the form's table, typed into it or into its fields. A scanned or
photographed form is a picture to the program: nothing is wrong with it, and a person reads it.

## How to fix
Fill in the form on screen or type shares and user ids, sign it, and hand it in as one page of PDF without a password.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.documents import document_or_unknown, told
from validator.marking.finding import Finding
from validator.marking.flags import FORM_UNCLEAR, FORM_UNREAD, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ("mark-split.rows",)
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails where the file opens as no form; what opens and is not made out is unknown."""
    document = document_or_unknown(evidence, clause, what="the mark split")
    if isinstance(document, Finding):
        yield document
        return
    unread, unclear = of_kind(document.flags, FORM_UNREAD), of_kind(document.flags, FORM_UNCLEAR)
    rows = sum(entry.key == "share" for entry in document.entries)
    if unread:
        message = f"the form cannot be read: {told(unread)}"
        yield Finding(verdict="fail", message=message, where=document.path, witness="observed")
    elif unclear:
        seen = f" ({counted(rows, 'rows')} made out)" if rows else ""
        yield Finding(verdict="unknown", message=f"a person reads the form{seen}: {told(unclear)}", where=document.path)
    else:
        yield Finding(
            verdict="pass", message=f"{counted(rows, 'rows')} made out", where=document.path, witness="observed"
        )
