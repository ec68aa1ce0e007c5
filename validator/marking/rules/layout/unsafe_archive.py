"""The archive is unsafe or cannot be read, so nothing of it was unpacked.

## What it checks
Whether the archive could be unpacked under the safety rules: no name that leaves the folder, no links or special
files, no encryption, no overlapping or nested bombs, no colliding names, no more files, bytes or folders than a
submission can need, and no damage.

## Why it matters
An archive that breaks one of these rules can write outside its folder or fill the machine. Nothing is unpacked, so
nothing else can be judged; that is a matter for a person, not for marks.

## Evidence
The refusal of the archive probe, with the rule that was broken and the name of the member.

## How to fix
Make a new zip of the plain files with the ordinary tool of your system, without a password, and upload that.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the refusal; unknown when there is neither a refusal nor a file."""
    refused = evidence.layout.refused
    if refused is not None:
        message = f"nothing was unpacked: {refused.detail}"
        yield Finding(verdict="fail", message=message, where=refused.where, witness=refused.source)
    elif not evidence.layout.files:
        yield Finding(verdict="unknown", message="no file of the submission was listed")
    else:
        files = len(evidence.layout.files)
        yield Finding(verdict="pass", message=f"unpacked safely: {files:,} files", witness="observed")
