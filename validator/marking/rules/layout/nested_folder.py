"""The files lie in a folder inside the archive.

## What it checks
Whether the files stand at the top of the archive or one folder deeper. A file whose role may lie in a folder is not
held to this.

## Why it matters
It is not what was asked for, but every file is found all the same: it is said, and costs what the rubric says.

## Evidence
The flag of the layout probe on a single top folder.

## How to fix
Select the files themselves, not their folder, when you make the archive.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import NESTED, of_kind
from validator.marking.rubric import Clause

READINGS = ()
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the name of the folder."""
    if not evidence.layout.files:
        yield Finding(verdict="unknown", message=f"no folders to look at: {why_absent(evidence, 'layout')}")
        return
    flags = of_kind(evidence.layout.flags, NESTED)
    for flag in flags:
        yield Finding(verdict="fail", message=flag.detail, where=flag.where, witness=flag.source)
    if not flags:
        yield Finding(verdict="pass", message="the files stand at the top of the archive", witness="observed")
