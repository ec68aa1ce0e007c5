"""There is no video.

## What it checks
Whether a video is among the files of the hand-in, in the archive or beside it in the same folder. Where the hand-in
that was given is one archive, a missing video is unknown and never failed: it may have been handed in apart.

## Why it matters
The video is a part of the task, and its absence has a price of its own.

## Evidence
The list of files after unpacking, and whether an archive alone or a folder with all files was given.

## How to fix
Hand in the video as a file; a link is not a file. Markers: put archive and video of one student in one folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.documents import is_one_archive
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ()
LIMITS = {"roles": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each role of the clause."""
    for role in clause.limits["roles"]:
        yield _finding(evidence, role)


def _finding(evidence: Evidence, role: str) -> Finding:
    layout = evidence.layout
    if not layout.files:
        return Finding(verdict="unknown", message=f"{role}: {why_absent(evidence, role)}")
    paths = layout.roles.get(role, ())
    if paths:
        return Finding(verdict="pass", message=f"{role}: {paths[0]}", where=paths[0], witness="observed")
    inside = [entry.path for entry in layout.files if entry.kind == "archive"]
    if inside:
        message = f"{role}: none among the files, but archives inside were not opened: {places(inside)}"
        return Finding(verdict="unknown", message=message, where=inside[0])
    if is_one_archive(evidence):
        message = f"{role}: none in the archive; it may have been handed in beside it: look whether it was"
        return Finding(verdict="unknown", message=message)
    message = f"{role}: none among the {len(layout.files)} files of the hand-in"
    return Finding(verdict="fail", message=message, witness="observed")
