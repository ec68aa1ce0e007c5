"""How rules about documents find theirs, and what they say where there is none or it could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Evidence, Flag
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import places

LISTED = 5
ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz")


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


def of_kind(evidence: Evidence, kind: str) -> tuple[Document, ...]:
    """Every document that was read as this kind."""
    return tuple(document for document in evidence.documents if document.kind == kind)


def unread(evidence: Evidence, role: str, what: str) -> Finding:
    """The finding of a rule whose document is not there to be judged."""
    return Finding(verdict="unknown", message=f"{what}: {why_absent(evidence, role)}")


def words_of(document: Document, key: str) -> Iterator[str]:
    """The words of each entry with this key."""
    return (entry.words for entry in document.entries if entry.key == key)


def is_one_archive(evidence: Evidence) -> bool:
    """Whether what was given was a single archive, so that further files may have been handed in beside it."""
    return evidence.submission.source.lower().endswith(ARCHIVES)


def packages_of(evidence: Evidence) -> dict[str, str]:
    """Package to its versions, over every list of packages."""
    listed = of_kind(evidence, "requirements")
    return {entry.key: entry.words for document in listed for entry in document.entries}


def top_modules(evidence: Evidence) -> dict[str, str]:
    """Each module that the code imports, by its first name, with the place where it is first imported."""
    found: dict[str, str] = {}
    for source in evidence.sources:
        for item in source.imports:
            name = item.module.split(".", maxsplit=1)[0]
            if name:  # a relative import names a file of the submission
                found.setdefault(name, f"{source.path} {item.where}")
    return found


def own_modules(evidence: Evidence) -> set[str]:
    """Names under which files and folders of the submission can be imported."""
    parts = [entry.path.split("/") for entry in evidence.layout.files if entry.path.endswith(".py")]
    return {part.removesuffix(".py") for path in parts for part in path}
