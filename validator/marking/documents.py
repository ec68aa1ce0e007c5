"""The documents of a submission as rules ask for them: which were read, and why one was not. No verdicts of its own."""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Evidence
from validator.marking.absence import why_absent
from validator.marking.finding import Finding

ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz")


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
