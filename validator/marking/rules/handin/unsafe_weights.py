"""A file of weights would run code when it is loaded.

## What it checks
The names that each file of weights would import when it is loaded as an ordinary pickle. Names that serve to run
something fail; others beyond tensors and their containers go to a person: such a file holds a whole network or more.

## Why it matters
Whoever loads such a file runs what its maker wrote into it.

## Evidence
The opcodes of each pickle, followed without importing or calling anything.

## How to fix
Save `network.state_dict()` and nothing else, or use safetensors; `torch.load(file, weights_only=True)` must open it.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.documents import of_kind, unread
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ()
LIMITS: dict[str, object] = {}
DANGEROUS, UNKNOWN = "weights-dangerous", ("weights-need-code", "weights-unreadable")


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each file in doubt, else one for all."""
    files = of_kind(evidence, "weights")
    if not files:
        yield unread(evidence, clause.about or "weights", "no weights were read")
        return
    flags = [flag for document in files for flag in document.flags]
    for flag in flags:
        if flag.kind == DANGEROUS:
            yield Finding(verdict="fail", message=f"{flag.where}: {flag.detail}", where=flag.where, witness="observed")
        elif flag.kind in UNKNOWN:
            yield Finding(verdict="unknown", message=f"{flag.where}: {flag.detail}", where=flag.where)
    if not any(flag.kind in (DANGEROUS, *UNKNOWN) for flag in flags):
        message = f"{counted(len(files), 'files')} of weights import nothing but tensors"
        yield Finding(verdict="pass", message=message, where=files[0].path, witness="observed")
