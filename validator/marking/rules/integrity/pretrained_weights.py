"""Weights of another model are used.

## What it checks
Whether the code asks a library for pretrained weights, reads a file of weights that the run did not write itself,
carries numbers enough to be a network in its own text, or trains a network that does not begin like a fresh one.

## Why it matters
The training that made those weights was not counted, and the model is not the student's own work.

## Evidence
Calls in the text of every notebook and script, and data written into it. From the run: every load of weights with its
file, its size and the line that made it; the values of the largest tensors of each network when its training begins,
compared with uniform, normal and truncated normal distributions (p below 0.000001 is suspected) and by their largest
singular value with noise; the accuracy of the first batches against the most frequent label. What an initialiser of
the framework wrote is known to be fresh, and so are copies of what this run trained and files it wrote itself.
Initial values made from data (a codebook of cluster centres) can look trained: a person tells them apart. Tensors of
fewer than 1,000 values are not looked at. A network that only measures (as for a Frechet distance) is not part of the
model.

## How to fix
Build the network with random weights and train it in the notebook.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Flag, Run
from validator.marking import flags
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import ALSO_SAVED, LOADS_PRETRAINED, LOADS_WEIGHTS, NOT_PARSED, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import ended_text, places

READINGS = ("classifier.weights_examined", "classifier.weights_lowest_p", "generator.weights_examined")
LIMITS: dict[str, object] = {}
MEASURING = ("inception", "lpips")
"""Networks that measure samples, and are asked for by name."""


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails where weights were asked for, are in a network, or it begins trained; anything less certain is unknown."""
    if not evidence.sources:
        yield Finding(verdict="unknown", message=f"no code was read: {why_absent(evidence, 'source')}")
        return
    asked = _asked(evidence)
    begun = _said(evidence, [flag for flag in _flags(evidence) if _is_strong(flag)])
    said = {"asks for pretrained weights": asked, "when run": begun}
    if asked or begun:
        words = "; ".join(f"{what}: {places(found)}" for what, found in said.items() if found)
        where, witness = [*asked, *begun][0], "observed" if asked else "reported"
        yield Finding(verdict="fail", message=words, where=where, witness=witness)  # type: ignore[arg-type]
        return
    doubts = _doubts(evidence)
    if doubts:
        yield Finding(verdict="unknown", message=f"a person must look: {'; '.join(doubts)}")
        return
    yield _nothing_seen(evidence)


def _asked(evidence: Evidence) -> list[str]:
    return [call for call in _calls(evidence, LOADS_PRETRAINED) if not _measures(call)]


def _measures(words: str) -> bool:
    return any(name in words.lower() for name in MEASURING)


def _is_strong(flag: Flag) -> bool:
    """Values of the file are in a network, weights were asked for by name, or a network begins trained."""
    if flag.kind == flags.WEIGHTS_SUSPECTED:
        return not _is_one_tensor(flag)
    if flags.IN_TRAINING in flag.detail:
        return True
    return flags.ASKED_FOR in flag.detail and not _measures(flag.detail)


def _is_one_tensor(flag: Flag) -> bool:
    """One tensor, and no accuracy: it may have been made from data, as a codebook is."""
    return flags.ONE_TENSOR in flag.detail and flags.RIGHT_BEFORE not in flag.detail


def _calls(evidence: Evidence, kind: str) -> list[str]:
    return [
        f"{source.path} {flag.where}: {flag.detail}"
        for source in evidence.sources
        for flag in of_kind(source.flags, {kind})
        if not flag.detail.endswith(ALSO_SAVED)
    ]


def _said(evidence: Evidence, wanted: list[Flag]) -> list[str]:
    """What the agent told of a run, in words with their place."""
    told = ((run.path, flag) for run in evidence.runs for flag in run.flags if flag in wanted)
    return [f"{path} {flag.where}".rstrip() + f": {flag.detail}" for path, flag in told]


def _flags(evidence: Evidence, kind: str = "") -> list[Flag]:
    kinds = {kind} if kind else {flags.WEIGHTS_LOADED, flags.WEIGHTS_SUSPECTED}
    return [flag for run in evidence.runs for flag in of_kind(run.flags, kinds)]


def _doubts(evidence: Evidence) -> list[str]:
    """What keeps it from being a pass."""
    executed = [run for run in evidence.runs if _examined(run)]
    seen_in_run = {run.path for run in executed}
    calls = [call for call in _calls(evidence, LOADS_WEIGHTS) if not call.startswith(tuple(seen_in_run) or "\0")]
    held = [entry.path for entry in evidence.layout.files if entry.kind == "weights"]
    unread = [source.path for source in evidence.sources if of_kind(source.flags, NOT_PARSED)]
    said = {
        "weights are read from a file": [*calls, *_said(evidence, _flags(evidence, flags.WEIGHTS_LOADED))],
        "asks for a network that measures": [call for call in _calls(evidence, LOADS_PRETRAINED) if _measures(call)],
        "a tensor begins unlike fresh ones": _said(evidence, _flags(evidence, flags.WEIGHTS_SUSPECTED)),
        "files that may hold weights are read": _said(evidence, _flags(evidence, flags.WEIGHTS_OPENED)),
        "numbers enough for a network are written into the code": _calls(evidence, flags.LARGE_LITERAL),
        "weights were handed in": held,
        "not all code was read": unread,
    }
    return [f"{words}: {places(found)}" for words, found in said.items() if found]


def _examined(run: Run) -> bool:
    reading = run.readings.get(f"{run.role}.weights_examined")
    return run.outcome == "finished" and reading is not None and reading.value is not None


def _nothing_seen(evidence: Evidence) -> Finding:
    """A pass where each notebook was executed and its networks looked at; the text alone proves little."""
    files = places(source.path for source in evidence.sources)
    static = f"no call that loads foreign weights was seen in {files}"
    judged = [source for source in evidence.sources if source.role]
    without = [
        source for source in judged if not any(_examined(run) and run.role == source.role for run in evidence.runs)
    ]
    if without or not judged:
        why = places(f"{source.path} ({_why(evidence, source.role)})" for source in without) or "no notebook was run"
        return Finding(verdict="unknown", message=f"{static} (static reading of the text only); not looked at: {why}")
    looked = places(_looked_words(run) for run in evidence.runs if _examined(run))
    message = f"no weights were loaded but what the runs wrote themselves; when training begins, {looked}; {static}"
    return Finding(verdict="pass", message=message, witness="reported")


def _looked_words(run: Run) -> str:
    count, lowest = (run.readings.get(f"{run.role}.{name}") for name in ("weights_examined", "weights_lowest_p"))
    tensors = count.value if count is not None else None
    p = f" (lowest p {lowest.value:.2g})" if lowest is not None and lowest.value is not None else ""
    return f"{tensors} tensors of the {run.role} look freshly initialised{p}"


def _why(evidence: Evidence, role: str) -> str:
    run = evidence.run_of(role)
    if run is None:
        return why_absent(evidence, role)
    reading = run.readings.get(f"{role}.weights_examined")
    if run.outcome != "finished" or reading is None:
        return ended_text(run)
    return reading.why or ended_text(run)
