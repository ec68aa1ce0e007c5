"""A data set was handed in.

## What it checks
Files of the kinds and endings that the clause names, beyond those that fill a role: how many there are, and how large
they are together. A few small ones, such as pictures of a README, are within its limits.

## Why it matters
The markers have the data; copies of them fill disks, and may not be redistributed.

## Evidence
The list of files after unpacking, each with its kind by content and name, and its size.

## How to fix
Remove the data, and let the code fetch or expect them where they were assigned.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, FileKind
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

READINGS = ()
LIMITS = {"kinds": tuple[FileKind, ...], "mebibytes": int, "files": int}
OPTIONAL = {"suffixes": tuple[str, ...]}
UNIT = "files"
MIB = 1024 * 1024


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding on all of them together."""
    layout, limits = evidence.layout, clause.limits
    if not layout.files:
        yield Finding(verdict="unknown", message=f"no file was listed: {why_absent(evidence, 'layout')}")
        return
    wanted = {path for paths in layout.roles.values() for path in paths}
    suffixes = tuple(limits.get("suffixes", ()))
    found = [
        entry
        for entry in layout.files
        if entry.path not in wanted and (entry.kind in limits["kinds"] or entry.path.lower().endswith(suffixes))
    ]
    total = sum(entry.bytes for entry in found)
    largest = sorted(found, key=lambda entry: (-entry.bytes, entry.path))
    over = len(found) > limits["files"] or total > limits["mebibytes"] * MIB
    allowed = f"{limits['files']} files and {limits['mebibytes']} MiB are within the limits"
    named = f": {places(f'{entry.path} ({entry.bytes:,} bytes)' for entry in largest)}" if found else ""
    yield Finding(
        verdict="fail" if over else "pass",
        message=f"{counted(len(found), 'files')} that may be data, {total / MIB:.1f} MiB together{named}; {allowed}",
        measured=len(found),
        limit=limits["files"],
        unit=UNIT,
        excess=max(len(found) - limits["files"], 0) if over else None,
        where=largest[0].path if found else "",
        witness="observed",
    )
