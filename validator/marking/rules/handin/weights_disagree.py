"""The weights that were handed in do not give what the same network gives when it is trained here.

## What it checks
Each file of weights whose names and shapes fit a network of the run is put into it, and the network is asked once more
what it was asked when it judged last: the student's own evaluation, by the student's own code. Where labels were seen,
the share that is right with these weights is compared with the share that is right with those that the run ended with,
on the same rows. One side is judged: weights that are better are no fault, nor are weights that differ and do as well.
They fail where they fall short by more than the larger of two allowances that the rubric sets: so many points, and so
many standard errors of the difference. Where another file does as well in the same network, one that falls short may be
a checkpoint of an earlier epoch, or of another model of that shape, and goes to a person. Where no label was seen the
answers of both are compared, and answers that differ go to a person. So does an accuracy that paper or stored outputs
state and no file comes near.

## Why it matters
Results can be checked from the weights without training again, if the weights are those that gave them.

## Evidence
`{about}.weights_accuracy`, `{about}.weights_run_accuracy` (both of the file that falls shortest) and
`{about}.weights_agreement`, and in the report every file with what became of it. Files are read without unpickling, as
numbers; what the network answers is the word of a process that runs the student's code. Rows
of data that the run was seen to train on are left out. Where there are no others, weights of another split do worse on
them, and rightly: that goes to a person. Not tried: Keras, HDF5 and
TensorFlow files, PyTorch's format before version 1.6, values of more than 512 MB, and files that fit no network of the
run: those go to a person. Of several notebooks that try a file, the one counts whose network it suits best.

## How to fix
Save the weights at the end of the very run whose outputs you hand in, each model's under a name of its own, and let the
notebook evaluate each model after its training.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from validator.evidence import Evidence, TriedWeights
from validator.marking.absence import why_absent
from validator.marking.claims import Fact, candidates, said
from validator.marking.documents import of_kind
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

READINGS = ("{about}.weights_accuracy", "{about}.weights_run_accuracy", "{about}.weights_agreement")
LIMITS = {"points": Decimal, "errors": Decimal, "agreement": Decimal, "difference": Decimal}


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One file, as far as it was tried, and the shares that are right with its weights and with the run's."""

    file: TriedWeights
    role: str = ""
    """Of the run that tried it: networks of two runs may have one name."""
    judged: bool = False
    """Whether labels were seen."""
    run: float = 0.0
    weights: float = 0.0
    band: float = 0.0


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each file that falls short or has no labels, one for all others, one for those not tried."""
    runs = evidence.runs_of(clause.about)
    if not runs:
        yield Finding(verdict="unknown", message=f"no weights were tried: {why_absent(evidence, clause.about)}")
        return
    weights = _once_each([one for run in runs for one in run.weights])
    if not weights:
        files = of_kind(evidence, "weights")
        why = "the run tried none" if files else "none were found among the files"
        yield Finding(verdict="unknown", message=f"no weights were tried: {why}", where=runs[0].path)
        return
    changed = [one.path for one in weights if one.sha256 and one.sha256 != _digest(evidence, one.path)]
    roles = {id(one): run.role for run in runs for one in run.weights}
    tried = [replace(_tried(one, clause), role=roles[id(one)]) for one in weights if one.path not in changed]
    yield from _judged(tried, clause)
    yield from _unlabelled([one.file for one in tried if not one.judged], clause)
    yield from _beside_claims(evidence, tried)
    open_ = [f"{one.path}: {one.why}" for one in weights if one.why and not one.identical]
    open_ += [f"{path}: what was tried is not the file that was handed in" for path in changed]
    if open_:
        yield Finding(verdict="unknown", message=f"not tried: {places(open_)}", where=weights[0].path)


def _once_each(tried: Sequence[TriedWeights]) -> list[TriedWeights]:
    """Each file once: of several notebooks that tried it, as the one did that could say most and that it suits best."""
    found: dict[str, TriedWeights] = {}
    for one in tried:
        before = found.get(one.path)
        if before is None or _worth(one) > _worth(before):
            found[one.path] = one
    return list(found.values())


def _worth(one: TriedWeights) -> tuple[bool, bool, bool, float]:
    judged = bool(one.labelled) and one.correct_run is not None and one.correct_file is not None
    short = ((one.correct_file or 0) - (one.correct_run or 0)) / one.labelled if judged else 0.0
    return one.identical, judged, not one.why and bool(one.rows), short


def _digest(evidence: Evidence, path: str) -> str:
    return next((file.sha256 for file in evidence.layout.files if file.path == path), "")


def _tried(file: TriedWeights, clause: Clause) -> Tried:
    if not file.labelled or file.correct_run is None or file.correct_file is None:
        return Tried(file=file)
    number = file.labelled
    # By the rule of succession: of a few rows that are all right, or all wrong, the error is not nought.
    error = math.sqrt(
        sum(p * (1 - p) for p in ((right + 1) / (number + 2) for right in (file.correct_run, file.correct_file)))
        / number
    )
    band = max(float(clause.limits["points"]), float(clause.limits["errors"]) * error)
    return Tried(file=file, judged=True, run=file.correct_run / number, weights=file.correct_file / number, band=band)


def _judged(tried: Sequence[Tried], clause: Clause) -> Iterator[Finding]:
    agreeing = [_exact(one.file) for one in tried if one.file.identical]
    as_good = {(one.role, one.file.network): one.file.path for one in tried if _is_as_good(one)}
    for one in tried:
        if one.file.identical or not one.judged:
            continue
        over = one.run - one.weights - one.band
        if over > 0 and one.file.trained_on:
            message = f"{_said(one)}; but the run was trained on these data, and the weights perhaps on others"
            yield Finding(verdict="unknown", message=message, where=one.file.path)
        elif over > 0 and (one.role, one.file.network) in as_good:
            other = as_good[one.role, one.file.network]
            message = f"{_said(one)}; {other} does as well in it: this may be of an earlier epoch, or of another model"
            yield Finding(verdict="unknown", message=message, where=one.file.path)
        elif over > 0:
            yield Finding(
                verdict="fail",
                message=f"{_said(one)}; from {_share(one.run - one.band)} on is within the band{_caution(one.file)}",
                measured=round(one.weights, 6),
                limit=round(one.run - one.band, 6),
                unit="share",
                excess=round(over, 6),
                where=one.file.path,
                witness="reported",
            )
        else:
            agreeing.append(_said(one))
    if agreeing:
        yield Finding(verdict="pass", message=places(agreeing), where=tried[0].file.path, witness="reported")


def _is_as_good(one: Tried) -> bool:
    return one.file.identical or (one.judged and one.run - one.weights <= one.band)


def _said(one: Tried) -> str:
    rows = counted(one.file.labelled, "rows")
    better = "; clearly better: they are of another training than the one run here"
    return (
        f"{one.file.path} in {_network(one.file)}: {_share(one.weights)} of {rows} of the run's last evaluation right, "
        f"{_share(one.run)} with the weights trained here{better if one.weights > one.run + one.band else ''}"
    )


def _exact(file: TriedWeights) -> str:
    return f"{file.path}: the very weights that {_network(file)} had at the end of the run"


def _network(file: TriedWeights) -> str:
    return f"{file.network}" + (f" (nearest of {file.fitting} that it fits)" if file.fitting > 1 else "")


def _share(value: float) -> str:
    return f"{100 * value:.4g} %"


def _caution(file: TriedWeights) -> str:
    """What else may explain it."""
    words = [f"; {counted(file.not_numbers, 'values')} in the file are no numbers"] if file.not_numbers else []
    words += ["; the run evaluates in training mode, where answers vary"] if file.training_mode else []
    return "".join(words)


def _unlabelled(files: Sequence[TriedWeights], clause: Clause) -> Iterator[Finding]:
    """Compared by their answers alone."""
    for file in files:
        if file.why or file.identical:
            continue
        share = file.same / file.rows if file.same is not None and file.rows else None
        alike = share is not None and share >= float(clause.limits["agreement"])
        near = file.difference is not None and file.difference <= float(clause.limits["difference"])
        message = f"{file.path} in {_network(file)}: {_answers(file, share)}{_caution(file)}"
        if alike or near:
            yield Finding(verdict="pass", message=message, where=file.path, witness="reported")
        else:
            yield Finding(verdict="unknown", message=f"{message}; no label of them was seen", where=file.path)


def _answers(file: TriedWeights, share: float | None) -> str:
    rows = counted(file.rows, "rows")
    if share is not None:
        return f"{_share(share)} of {rows} of the run's last evaluation decided as with the weights trained here"
    if file.difference is None:
        return f"answers to {rows} of the run's last evaluation that cannot be compared"
    return f"answers to {rows} of the run's last evaluation differ by {file.difference:.3g} of their spread"


def _beside_claims(evidence: Evidence, tried: Sequence[Tried]) -> Iterator[Finding]:
    """An accuracy that is stated plainly, of a model whose weights are none of these; only where all were judged."""
    if not tried or not all(one.judged for one in tried):
        return
    claims = [
        *(claim for paper in evidence.papers for claim in paper.claims),
        *(claim for source in evidence.sources for claim in source.claims),
    ]
    plain, _ = candidates(claims, Fact(kind="accuracy", part="test"))
    if not plain:
        return
    highest = max(plain, key=lambda claim: claim.value)
    best = max(tried, key=lambda one: one.weights + one.band)
    if highest.value > best.weights + best.band:
        message = (
            f"stated is a test accuracy of {said(highest)}; the best of the weights, {best.file.path}, gives "
            f"{_share(best.weights)} on what the run's last evaluation was fed"
        )
        yield Finding(verdict="unknown", message=message, where=best.file.path)
