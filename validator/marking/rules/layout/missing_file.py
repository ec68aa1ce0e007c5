"""A file that must be handed in is not there.

## What it checks
For each role of the clause, whether a file of the submission fills it, by name.

## Why it matters
Without the file nothing of that part can be judged, and it may only be a wrong name.

## Evidence
The list of files after unpacking, with the role each one fills and near misses of names.

## How to fix
Hand in every file under the name that is asked for, your username first; look at the list of files in your archive.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import UNASSIGNED, of_kind
from validator.marking.rubric import Clause

READINGS = ()
LIMITS = {"roles": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each role."""
    for role in clause.limits["roles"]:
        yield _finding(evidence, role)


def _finding(evidence: Evidence, role: str) -> Finding:
    layout = evidence.layout
    if not layout.files:
        return Finding(verdict="unknown", message=f"{role}: {why_absent(evidence, role)}")
    paths = layout.roles.get(role, ())
    if paths:
        return Finding(verdict="pass", message=f"{role}: {paths[0]}", where=paths[0], witness="observed")
    near = "; ".join(
        f"{flag.where}: {flag.detail}" for flag in of_kind(layout.flags, UNASSIGNED) if role in flag.detail
    )
    message = f"{role}: no file fills this role among {len(layout.files)}" + (f" ({near})" if near else "")
    return Finding(verdict="fail", message=message, witness="observed")
