"""A library is imported that may not be used.

## What it checks
The modules that the code imports, by their first name, against the forbidden ones of the clause. Where the clause
also lists frameworks that are allowed, code that imports none of them goes to a person.

## Why it matters
The task is set in particular frameworks, and the counts are taken in them.

## Evidence
The imports of every notebook and script, read from the text without running it, each with its cell and line.

## How to fix
Write that part in an allowed framework and remove the import.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Import
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import NOT_PARSED, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ()
LIMITS = {"forbidden": tuple[str, ...]}
OPTIONAL = {"allowed": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the places of forbidden imports; unknown where a source could not be read."""
    if not evidence.sources:
        yield Finding(verdict="unknown", message=f"no code was read: {why_absent(evidence, 'source')}")
        return
    imports = [(source.path, item) for source in evidence.sources for item in source.imports]
    banned = [(path, item) for path, item in imports if _first_name(item) in clause.limits["forbidden"]]
    unread = [
        f"{source.path} ({flag.detail})" for source in evidence.sources for flag in of_kind(source.flags, NOT_PARSED)
    ]
    if banned:
        where = places(f"{path} {item.where}" for path, item in banned)
        names = ", ".join(dict.fromkeys(_first_name(item) for _, item in banned))
        yield Finding(verdict="fail", message=f"imports {names} at {where}", where=where, witness="observed")
    elif unread:
        yield Finding(verdict="unknown", message=f"not all code could be read: {places(unread)}")
    else:
        yield _frameworks(evidence, clause)


def _frameworks(evidence: Evidence, clause: Clause) -> Finding:
    """Nothing forbidden was seen: say which allowed frameworks were, in each file that fills a role."""
    allowed = clause.limits.get("allowed", ())
    judged = [source for source in evidence.sources if source.role] or list(evidence.sources)
    without = [source.path for source in judged if not {_first_name(i) for i in source.imports} & set(allowed)]
    if allowed and without:
        message = f"no import of {' or '.join(allowed)} was seen in {places(without)}"
        return Finding(verdict="unknown", message=message)
    files = places(source.path for source in evidence.sources)
    return Finding(verdict="pass", message=f"no forbidden library is imported in {files}", witness="observed")


def _first_name(item: Import) -> str:
    return item.module.split(".", maxsplit=1)[0]
