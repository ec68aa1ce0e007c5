"""A file has another name than the one asked for.

## What it checks
Whether the files that fill the roles are called what the rubric asks for, which is username, dash, role or one plain
name: another username, another spelling, another case of the extension. A role that takes a file of any name is only
held to its extension.

## Why it matters
Names that follow the pattern let a cohort be marked without anyone guessing; a guess that went well costs nothing.

## Evidence
The flags of the layout probe on names.

## How to fix
Rename the file as the message says and make the archive again.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import MISNAMED, of_kind
from validator.marking.rubric import Clause

READINGS = ()
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One fail for each misnamed file."""
    if not evidence.layout.files:
        yield Finding(verdict="unknown", message=f"no names to look at: {why_absent(evidence, 'layout')}")
        return
    flags = of_kind(evidence.layout.flags, MISNAMED)
    for flag in flags:
        yield Finding(verdict="fail", message=flag.detail, where=flag.where, witness=flag.source)
    if not flags:
        yield Finding(verdict="pass", message="every file that fills a role is named as asked", witness="observed")
