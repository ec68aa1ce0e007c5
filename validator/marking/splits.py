"""What rules about the division of a team's marks read in a form: the shares and who they are for. No prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from validator.evidence import Document, Evidence
from validator.marking.documents import document_or_unknown
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import decimal_text

NOT_READ = "the shares could not be read"


@dataclass(frozen=True, kw_only=True)
class Share:
    """One row of the form."""

    user: str
    """The user id; empty where the row says none."""
    per_cent: Decimal
    where: str

    @property
    def named(self) -> str:
        """The user id, or the place of the row: names are not known here."""
        return self.user or self.where


def shares_of(document: Document) -> tuple[Share, ...]:
    """The rows of a form whose rows all say a share; none where one of them does not, or where no row was read."""
    entries = [entry for entry in document.entries if entry.key == "share"]
    if any(entry.value is None for entry in entries):
        return ()
    return tuple(
        Share(user=entry.words, per_cent=Decimal(str(entry.value)), where=entry.where)
        for entry in entries
        if entry.value is not None
    )


def shares_or_unknown(evidence: Evidence, clause: Clause, *, what: str) -> tuple[Share, ...] | Finding:
    """The shares that a clause is about, or the unknown that says why there are none."""
    document = document_or_unknown(evidence, clause, what=what)
    if isinstance(document, Finding):
        return document
    shares = shares_of(document)
    if shares:
        return shares
    why = next((reading.why for name, reading in document.readings.items() if name.endswith(".total")), "")
    return Finding(verdict="unknown", message=f"{what}: {why or NOT_READ}", where=document.path)


def path_of(evidence: Evidence, clause: Clause) -> str:
    """The form's path; empty where there is none."""
    document = evidence.document_of(clause.about)
    return document.path if document else ""


def percent(value: Decimal) -> str:
    """`33.3 %`."""
    return f"{decimal_text(value)} %"
