"""Weights of another model are used.

## What it checks
Whether the code asks a library for pretrained weights, reads a file of weights that it did not write itself, or comes
with such a file.

## Why it matters
The training that made those weights was not counted, and the model is not the student's own work.

## Evidence
Calls in the text of every notebook and script, read without running it, and the kinds of the files handed in. A name
computed at run time cannot be seen this way. A network that only measures (as for a Frechet distance) is not part of
the model; a person tells the two apart.

## How to fix
Build the network with random weights and train it in the notebook.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import ALSO_SAVED, LOADS_PRETRAINED, LOADS_WEIGHTS, NOT_PARSED, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ()
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails on a call for pretrained weights; anything less certain is unknown."""
    if not evidence.sources:
        yield Finding(verdict="unknown", message=f"no code was read: {why_absent(evidence, 'source')}")
        return
    asked = _calls(evidence, LOADS_PRETRAINED)
    if asked:
        yield Finding(
            verdict="fail", message=f"asks for pretrained weights: {places(asked)}", where=asked[0], witness="observed"
        )
        return
    doubts = _doubts(evidence)
    if doubts:
        yield Finding(verdict="unknown", message=f"a person must look: {'; '.join(doubts)}")
        return
    files = places(source.path for source in evidence.sources)
    message = f"no call that loads foreign weights was seen in {files} (static reading of the text only)"
    yield Finding(verdict="pass", message=message, witness="observed")


def _calls(evidence: Evidence, kind: str) -> list[str]:
    return [
        f"{source.path} {flag.where}: {flag.detail}"
        for source in evidence.sources
        for flag in of_kind(source.flags, {kind})
        if not flag.detail.endswith(ALSO_SAVED)
    ]


def _doubts(evidence: Evidence) -> list[str]:
    """What keeps the reading of the text from being a pass."""
    read = _calls(evidence, LOADS_WEIGHTS)
    held = [entry.path for entry in evidence.layout.files if entry.kind == "weights"]
    unread = [source.path for source in evidence.sources if of_kind(source.flags, NOT_PARSED)]
    said = {"weights are read from a file": read, "weights were handed in": held, "not all code was read": unread}
    return [f"{words}: {places(found)}" for words, found in said.items() if found]
