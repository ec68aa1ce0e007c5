"""How rules about documents find theirs, and what they say where there is none or it could not be read."""

from __future__ import annotations

from validator.evidence import Document, Evidence, Flag
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import places

LISTED = 5


def document_or_unknown(evidence: Evidence, clause: Clause, *, what: str) -> Document | Finding:
    """The document that the clause is about, or the unknown that says why there is none."""
    if not clause.about:
        return Finding(verdict="unknown", message=f"{what}: the rubric's clause does not say which role it is about")
    document = evidence.document_of(clause.about)
    if document is None:
        return Finding(verdict="unknown", message=f"{what}: {why_absent(evidence, clause.about)}")
    return document


def number_or_unknown(document: Document, name: str, *, what: str) -> float | int | Finding:
    """The reading `<role>.<name>` of this document, or the unknown that says why there is none."""
    reading = document.readings.get(f"{document.role}.{name}")
    if reading is None or reading.value is None:
        why = reading.why if reading else "its reader does not measure it"
        return Finding(verdict="unknown", message=f"{what}: {why}", where=document.path)
    return reading.value


def told(flags: list[Flag]) -> str:
    """`line 3: 2 user ids; line 4: ...`, shortened."""
    words = [f"{flag.where}: {flag.detail}" if flag.where else flag.detail for flag in flags[:LISTED]]
    more = [f"and {len(flags) - LISTED} more"] if len(flags) > LISTED else []
    return "; ".join([*words, *more])


def user_ids(document: Document, key: str) -> tuple[str, ...]:
    """User ids of the entries with this key, in order; entries without one are left out."""
    return tuple(entry.words for entry in document.entries if entry.key == key and entry.words)


def where_of(document: Document, key: str) -> str:
    """The places of the entries with this key."""
    return places(entry.where for entry in document.entries if entry.key == key)
