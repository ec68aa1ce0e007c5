"""There are no weights, or not those of every model that was trained.

## What it checks
Whether files of weights are handed in, whether they can be read, and, where the code was run, whether each network that
it trained can be in some file by its size. Other formats, and archives inside, may hold some: they go to a person, and
so does the question whose weights a file holds.

## Why it matters
With the weights a result can be checked without training again.

## Evidence
Names and shapes of the tensors of each file (PyTorch, safetensors), read without loading anything, and the networks of
the run. Of HDF5 files no more than their signature is read.

## How to fix
Save the weights of each trained model (`torch.save(network.state_dict(), ...)`, or H5 of Keras) and hand the files in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from validator.evidence import Document, Evidence, Network
from validator.marking.documents import of_kind, unread, words_of
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

READINGS = ()
LIMITS: dict[str, object] = {}
ALL = "all tensors"
MAY_HOLD, PARTS = ("weights", "archive"), (".index", ".pb", ".data-00000-of-00001")
"""Kinds of files, and endings of TensorFlow's own checkpoints, that no role of weights takes and that may be some."""
UNREAD = frozenset({"weights-unreadable", "weights-without-tensors"})


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails where there is no file at all; otherwise says what each holds, and which network has none of its size."""
    layout, role = evidence.layout, clause.about or "weights"
    if not layout.files or (layout.roles.get(role) and not of_kind(evidence, "weights")):
        yield unread(evidence, role, "weights")
        return
    files = of_kind(evidence, "weights")
    if not files:
        others = [entry.path for entry in layout.files if entry.kind in MAY_HOLD or entry.path.endswith(PARTS)]
        if others:
            message = f"no file of weights by its name; these may hold some: {places(others)}"
            yield Finding(verdict="unknown", message=message, where=others[0])
            return
        message = f"no file of weights among {len(layout.files)} files"
        yield Finding(verdict="fail", message=message, witness="observed")
        return
    broken = [f"{one.path}: {flag.detail}" for one in files for flag in one.flags if flag.kind in UNREAD]
    if broken:
        yield Finding(verdict="unknown", message=f"not read: {places(broken)}", where=files[0].path)
    sound = [one for one in files if not {flag.kind for flag in one.flags} & UNREAD]
    if sound:
        yield Finding(verdict="pass", message=places(map(_said, sound)), where=sound[0].path, witness="observed")
        yield from _unmatched(evidence, sound)


def _said(document: Document) -> str:
    form = next(words_of(document, "format"), "")
    total = _total(document)
    return f"{document.path}: {form}" + (f", {counted(total, 'numbers')}" if total is not None else "")


def _total(document: Document) -> int | None:
    return next((int(entry.value) for entry in document.entries if entry.key == ALL and entry.value is not None), None)


def _unmatched(evidence: Evidence, files: Sequence[Document]) -> Iterator[Finding]:
    """Networks that training changed and that no file can hold; silent where some file's size is not known."""
    totals = [_total(document) for document in files]
    if None in totals:
        return
    lacking = [
        network
        for run in evidence.runs
        for network in run.networks
        if _is_trained(network) and not _held(network, totals)
    ]
    if lacking:
        named = places(f"{network.name} ({counted(network.parameters, 'parameters')})" for network in lacking)
        yield Finding(
            verdict="unknown", message=f"no file holds as many numbers as these networks that were trained: {named}"
        )


def _is_trained(network: Network) -> bool:
    return network.kind == "module" and bool(network.steps) and network.role not in ("trial", "same", "rank", "input")


def _held(network: Network, totals: Sequence[int | None]) -> bool:
    """A file may hold more: buffers, and what its optimiser remembers."""
    return any(total is not None and total >= network.parameters for total in totals)
