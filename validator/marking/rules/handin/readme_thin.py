"""The README does not say how to run the code.

## What it checks
Whether the README has as many words as the clause asks for, and whether some of them tell how something is run,
installed or opened. An empty README fails; one in which no such words were found goes to a person.

## Why it matters
Results that nobody knows how to run cannot be had again.

## Evidence
The number of words, and the kinds of instructions found with their lines. No sentence of it is kept.

## How to fix
Write which file to run, in which order, with which command, and where the data are expected.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Evidence
from validator.marking.documents import of_kind, unread
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ("readme.words",)
LIMITS = {"words": int}
TELLS_HOW = "how-to-run"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding on the first README."""
    readmes = of_kind(evidence, "readme")
    if not readmes:
        yield unread(evidence, clause.about or "readme", "no README was read")
        return
    yield _finding(readmes[0], least=clause.limits["words"])


def _finding(readme: Document, *, least: int) -> Finding:
    reading = readme.readings[f"{readme.role}.words"]
    if not isinstance(reading.value, int):
        return Finding(verdict="unknown", message=f"not read: {reading.why}", where=readme.path)
    length = counted(reading.value, "words")
    if reading.value == 0:
        return Finding(
            verdict="fail", message="it is empty", measured=0, unit="words", where=readme.path, witness="observed"
        )
    told = [f"{entry.words} ({entry.where})" for entry in readme.entries if entry.key == TELLS_HOW]
    if reading.value < least or not told:
        what = "few words for a README" if told else "how to run the code was not found by the program"
        message = f"{length}: {what}"
        return Finding(verdict="unknown", message=message, measured=reading.value, unit="words", where=readme.path)
    message = f"{length}: {', '.join(told)}"
    return Finding(
        verdict="pass", message=message, measured=reading.value, unit="words", where=readme.path, witness="observed"
    )
