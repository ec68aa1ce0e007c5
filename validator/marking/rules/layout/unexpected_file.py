"""A file was handed in that is not wanted.

## What it checks
Whether the submission holds files of the kinds the clause names, beyond the one file that fills each role,
or the files where several may fill it.

## Why it matters
Images, weights and further sources are excluded so that the results come from running the notebooks handed in.

## Evidence
The list of files after unpacking, each with its kind by content and name. Junk that systems add by themselves is not
counted.

## How to fix
Remove the files that are listed from the archive and make it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, FileKind
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

READINGS = ()
LIMITS = {"kinds": tuple[FileKind, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the list of files of these kinds that fill no role."""
    layout, kinds = evidence.layout, clause.limits["kinds"]
    said = " or ".join(kinds)
    if not layout.files:
        why = why_absent(evidence, "layout")
        yield Finding(verdict="unknown", message=f"no file of the submission was listed: {why}")
        return
    wanted = {path for role, paths in layout.roles.items() for path in (paths if role in layout.many else paths[:1])}
    found = sorted(entry.path for entry in layout.files if entry.kind in kinds and entry.path not in wanted)
    if found:
        message = f"{counted(len(found), 'files')} of kind {said} not wanted: {places(found)}"
        yield Finding(
            verdict="fail", message=message, measured=len(found), unit="files", where=found[0], witness="observed"
        )
    else:
        yield Finding(
            verdict="pass", message=f"no further file of kind {said}", measured=0, unit="files", witness="observed"
        )
