"""Run again, the training ends in a loss substantially higher than the one handed in.

## What it checks
The training losses in the outputs that were handed in, beside those that the same cell printed when it was run here, of
every notebook that was run.
The end of each course is the mean of its last tenth. One side is judged: a training fails where it ends higher here
than the stored end by more than the band, which is the largest of a share of the stored end, a share of the decrease
that the stored course shows, and so many standard errors of the difference of both ends. The rubric sets all three. A
lower loss passes, and so does one within the band: weights begin at random. A run that stopped sooner than the stored
one, and until then lost as that did, goes to a person: early stopping may have ended it. So do several trainings of
one cell that draws at random, where some ended higher and the best did not: a search draws other settings each time.

## Why it matters
Results that cannot be had again are no results; a large difference brings those reported into question.

## Evidence
`{about}.stored_loss`, `{about}.rerun_loss` and `{about}.loss_noise` of the training that rose most, and in the report
both courses of every one. The noise is read off the last third of the stored points, by their second differences. It
does not hold what another start of the weights changes: the two shares allow for that. Losses of networks that train
each other fall and rise against each other, and tell nothing; neither do those of a run that broke off.

## How to fix
Set every seed, run the notebook from its first to its last cell, and hand it in with the outputs of that very run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import fmean

from validator.evidence import Evidence, RepeatedLoss, Run
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ("{about}.stored_loss", "{about}.rerun_loss", "{about}.loss_noise")
SOONER, LAST_SHARE = 0.9, 10
"""A run with fewer than this share of the stored points stopped sooner; an end is the mean of the last tenth."""
DRAWS = "draws-random"
LIMITS = {"share": Decimal, "drop": Decimal, "errors": Decimal}


@dataclass(frozen=True, kw_only=True)
class Band:
    """How much higher a training may end, and which of the three allowances is the largest."""

    width: float
    words: str


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each training that ends higher, one for all that do not, one for what cannot be compared."""
    runs = evidence.runs_of(clause.about)
    if not runs:
        yield Finding(verdict="unknown", message=f"not run again: {why_absent(evidence, clause.about)}")
        return
    for run in runs:
        yield from _of_run(clause, run, _drawing_cells(evidence, run.path))
    yield from _nowhere(evidence, clause, runs)


def _of_run(clause: Clause, run: Run, drawing: frozenset[str]) -> Iterator[Finding]:
    trained = [one for one in run.repeated if one.part == "train"]
    judged = [one for one in trained if not one.why]
    higher = [
        finding
        for place, group in _groups(judged)
        for finding in (_of_a_search(group, clause, run) if place in drawing else _each(group, clause, run))
    ]
    yield from higher
    if judged and not higher:
        yield _agreeing(judged, clause, run)
    yield from _unknown(run, trained)


def _drawing_cells(evidence: Evidence, path: str) -> frozenset[str]:
    """Cells of this file that draw at random by themselves, as a search for settings does: `cell 7`."""
    flags = [flag for source in evidence.sources if source.path == path for flag in source.flags]
    return frozenset(flag.where.partition(" line")[0] for flag in flags if flag.kind == DRAWS)


def _groups(judged: Sequence[RepeatedLoss]) -> list[tuple[str, list[RepeatedLoss]]]:
    """Trainings of one cell and one name together, with their cell."""
    groups: dict[tuple[str, str], list[RepeatedLoss]] = {}
    for one in judged:
        groups.setdefault((one.name, one.where.partition(", training")[0]), []).append(one)
    return [(place, group) for (_, place), group in groups.items()]


def _each(group: Sequence[RepeatedLoss], clause: Clause, run: Run) -> list[Finding]:
    return [finding for one in group if (finding := _higher(one, clause, run)) is not None]


def _of_a_search(group: Sequence[RepeatedLoss], clause: Clause, run: Run) -> list[Finding]:
    """What ended higher; of several settings that were drawn the second is not the second, and the best decides."""
    higher = _each(group, clause, run)
    ended = [one for one in group if one.stored_end is not None and one.rerun_end is not None]
    if len(group) < 2 or not ended or not any(finding.verdict == "fail" for finding in higher):
        return higher
    stored = min(ended, key=lambda one: one.stored_end or 0.0)
    rerun = min(ended, key=lambda one: one.rerun_end or 0.0)
    best = replace(stored, rerun_end=rerun.rerun_end, rerun_points=rerun.rerun_points)
    if _higher(best, clause, run) is not None:
        return higher
    message = (
        f"the cell draws at random, and of its {len(group)} trainings {len(higher)} ended higher than those in their "
        f"places, the best as low as before ({_said(best)}): they may be of other settings"
    )
    return [Finding(verdict="unknown", message=message, where=f"{run.path} {best.where}")]


def band_of(one: RepeatedLoss, limits: dict[str, float]) -> Band:
    """The largest of the three allowances."""
    end = one.stored_end or 0.0
    allowances = (
        Band(width=limits["share"] * abs(end), words=f"{limits['share'] * 100:g} % of it"),
        Band(
            width=limits["drop"] * max((one.stored_start or 0.0) - end, 0.0),
            words=f"{limits['drop'] * 100:g} % of its decrease",
        ),
        Band(width=limits["errors"] * one.noise, words=f"{limits['errors']:g} standard errors"),
    )
    return max(allowances, key=lambda allowance: allowance.width)


def _limits(clause: Clause) -> dict[str, float]:
    return {name: float(clause.limits[name]) for name in LIMITS}


def _higher(one: RepeatedLoss, clause: Clause, run: Run) -> Finding | None:
    if one.diverged:
        message = f"{one.name}: stored {one.stored_end:.4g}, run here it ended in what is no number"
        return Finding(verdict="fail", message=f"{message} ({one.where})", where=run.path, witness="reported")
    band = band_of(one, _limits(clause))
    end, other = one.stored_end or 0.0, one.rerun_end or 0.0
    over = other - end - band.width
    if over <= 0:
        return None
    sooner = _until_then(one)
    if sooner is not None and other <= (sooner.stored_end or 0.0) + band_of(sooner, _limits(clause)).width:
        message = f"{_said(one)}; it stopped sooner, and until then ran as stored (there {sooner.stored_end:.4g})"
        return Finding(verdict="unknown", message=message, where=f"{run.path} {one.where}")
    return Finding(
        verdict="fail",
        message=f"{_said(one)}; up to {end + band.width:.4g} is within the band ({band.words})",
        measured=round(other, 6),
        limit=round(end + band.width, 6),
        excess=round(over, 6),
        where=f"{run.path} {one.where}",
        witness="reported",
    )


def _until_then(one: RepeatedLoss) -> RepeatedLoss | None:
    """The stored course as far as the run went, where that stopped clearly sooner: early stopping moves the end."""
    if not one.stored or one.rerun_points >= SOONER * one.stored_points:
        return None
    points = max(1, len(one.stored) * one.rerun_points // one.stored_points)
    last = one.stored[max(0, points - max(1, points // LAST_SHARE)) : points]
    return replace(one, stored_end=fmean(last))


def _agreeing(judged: Sequence[RepeatedLoss], clause: Clause, run: Run) -> Finding:
    bands = [(one, band_of(one, _limits(clause))) for one in judged]
    said = places(f"{_said(one)}, up to {(one.stored_end or 0) + band.width:.4g} allowed" for one, band in bands)
    return Finding(verdict="pass", message=said, where=run.path, witness="reported")


def _said(one: RepeatedLoss) -> str:
    points = f"{one.rerun_points} points, {one.stored_points} stored"
    return f"{one.name} ({one.where}): {one.rerun_end or 0:.4g} here, stored {one.stored_end or 0:.4g} ({points})"


def _unknown(run: Run, trained: Sequence[RepeatedLoss]) -> Iterator[Finding]:
    """What is there and cannot be compared."""
    doubtful = [f"{one.name} ({one.where}): {one.why}" for one in trained if one.why]
    paired = [f"{one.name} ({one.where})" for one in run.repeated if one.part == "paired"]
    if doubtful:
        yield Finding(verdict="unknown", message=f"not compared: {places(doubtful)}", where=run.path)
    if paired:
        message = f"losses of networks that train each other are not compared: {places(paired)}"
        yield Finding(verdict="unknown", message=message, where=run.path)


def _nowhere(evidence: Evidence, clause: Clause, runs: Sequence[Run]) -> Iterator[Finding]:
    """That nothing was there to compare in any run, and notebooks that were not run."""
    if not any(one.part in ("train", "paired") for run in runs for one in run.repeated):
        whys = (f"{clause.about if number == 0 else run.role}.stored_loss" for number, run in enumerate(runs))
        why = places(evidence.reading(name).why for name in whys)
        yield Finding(verdict="unknown", message=f"no training loss to compare: {why}", where=runs[0].path)
    done = {run.path for run in runs}
    others = [path for path in evidence.layout.roles.get(clause.about, ()) if path.endswith(".ipynb")]
    others = [path for path in others if path not in done]
    if others:
        yield Finding(verdict="unknown", message=f"further notebooks were not run: {places(others)}", where=others[0])
