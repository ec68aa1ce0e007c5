"""An exercise is empty or cannot be read.

## What it checks
For each exercise of the clause that was handed in, whether its PDF or notebook opens and holds anything: pages that are
not all blank, cells that are not all empty.

## Why it matters
An empty or broken file is worth nothing, and is often an export that went wrong.

## Evidence
The number of pages or cells. Handwriting and scans are as good as text. Whether an answer is right, a person says, who
also opens what is too large for the program.

## How to fix
Open the exported file once more before you upload it.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Evidence
from validator.marking.absence import why_absent
from validator.marking.documents import told
from validator.marking.finding import Finding
from validator.marking.flags import EXERCISE_EMPTY, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ()
LIMITS = {"roles": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each exercise that is there; whether one is missing, another rule says."""
    for role in clause.limits["roles"]:
        document = evidence.document_of(role)
        if document is not None:
            yield _finding(document)
        elif not evidence.layout.files or evidence.layout.roles.get(role):
            yield Finding(verdict="unknown", message=f"{role}: {why_absent(evidence, role)}")


def _finding(document: Document) -> Finding:
    wrong = of_kind(document.flags, EXERCISE_EMPTY)
    if wrong:
        message = f"{document.role}: {told(wrong)}"
        return Finding(verdict="fail", message=message, where=document.path, witness="observed")
    sizes = [reading for reading in document.readings.values() if reading.value is not None]
    if not sizes:
        why = told(list(document.flags)) or "it was not read"
        return Finding(verdict="unknown", message=f"{document.role}: {why}", where=document.path)
    size = ", ".join(counted(reading.value, reading.unit) for reading in sizes if reading.value is not None)
    return Finding(verdict="pass", message=f"{document.role}: {size}", where=document.path, witness="observed")
