"""Images or outputs were edited by hand.

## What it checks
Whether the batch of samples in the paper is among the pictures that the notebooks hold as outputs, or that the
harness's own run showed, tile by tile; and whether notebooks hold pictures that no code of theirs can have shown.
Other figures, numbers and text outputs are not compared.

## Why it matters
Edited results are not results.

## Evidence
The paper's batch beside the picture most like it, with every tile framed and enlarged that differs: shows another
picture, has a spot, is sharper, brighter or of more contrast than the others of its batch, is mirrored or stands twice.
A run with another seed draws other samples, so a batch that the run does not show says nothing by itself; one that the
stored outputs do not show, although they hold pictures, is a reason to look, and so are single tiles that differ. There
may be innocent reasons, such as a notebook saved after another run, or marks drawn over a tile. This rule never fails
anybody: a person looks.

## How to fix
Put the picture into the paper that the notebook shows, saved by its code, and hand in the notebook with the outputs of
that run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.evidence import Evidence, Figure, Flag
from validator.marking.absence import reading_or_why, why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ("figures.stored_pictures", "figures.run_pictures", "figures.batch_in_stored", "figures.batch_in_run")
LIMITS: dict[str, object] = {}
ABOUT = "figures"
BATCH = {"batch-differs", "batch-picked", "batch-pasted", "batch-alike"}
NAMED_OTHERWISE = re.compile(
    r"\b(?:real|train\w*|test|dataset|data set|neighbou?rs?|nearest|original\w*|reconstruct\w*)\b", re.I
)
"""What captions call grids that need not be outputs of the model."""
LARGE = 64
CELLS = {"picture-in-text", "picture-without-code"}
TOLD = 8


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding on the batch, and one on pictures that no code can have shown; never a fail."""
    metrics = evidence.metrics_of(ABOUT)
    flags = metrics.flags if metrics else ()
    yield _batch(evidence, [flag for flag in flags if flag.kind in BATCH])
    odd = [flag for flag in flags if flag.kind in CELLS]
    if odd:
        places = "; ".join(f"{flag.where}: {flag.detail}" for flag in odd[:TOLD])
        more = f"; and {len(odd) - TOLD} more" if len(odd) > TOLD else ""
        yield Finding(
            verdict="unknown",
            message=f"pictures whose code the program did not find: {places}{more}",
            where=odd[0].where,
        )


def _batch(evidence: Evidence, flags: list[Flag]) -> Finding:
    batches = [
        figure for paper in evidence.papers for figure in paper.figures if figure.kind == "samples" and figure.count
    ]
    if not evidence.papers:
        return _unknown(f"no paper was read: {why_absent(evidence, 'paper')}")
    if not batches:
        looked = reading_or_why(evidence, "figures.stored_pictures")
        none = "the program found no batch of samples in the paper to compare"
        return _unknown(none if looked.value is not None else looked.why)
    batch = max(batches, key=lambda figure: (bool(figure.seen_in), figure.count or 0))
    where = f"p{batch.page}"
    if flags:
        return _unknown("; ".join(f"{flag.where}: {flag.detail}" for flag in flags), where=where)
    if batch.seen_in:
        message = f"{where}: the batch of {batch.count} is the picture in {batch.seen_in}"
        beside = [one for one in batches if _is_unseen(one)]
        if beside:
            places = ", ".join(f"p{one.page} ({one.count} tiles)" for one in beside[:TOLD])
            return _unknown(
                f"{message}; {places}: a grid in no stored picture, as real images need not be", where=where
            )
        return Finding(verdict="pass", message=message, where=where, witness="observed")
    return _unknown(_absent(evidence, batch), where=where)


def _is_unseen(figure: Figure) -> bool:
    """Whether a grid as large as a batch is in no picture, and its caption does not say that it shows other things."""
    large = (figure.count or 0) >= LARGE
    return large and figure.compared and not figure.seen_in and not NAMED_OTHERWISE.search(figure.detail)


def _absent(evidence: Evidence, batch: Figure) -> str:
    stored = reading_or_why(evidence, "figures.stored_pictures")
    share = evidence.reading("figures.batch_in_stored")
    about = f"p{batch.page}: the batch of {batch.count}"
    if not stored.value:
        return f"{about} cannot be compared: the notebooks were handed in without stored pictures" + (
            ", and a run draws other samples" if reading_or_why(evidence, "figures.run_pictures").value else ""
        )
    if share.value is None:
        return f"{about} was not compared: {share.why}"
    part = round(share.value * (batch.count or 0))
    seen = f"{about} is in none of {stored.value} stored pictures; the one most like it holds {part} of its tiles"
    return f"{seen}. A notebook saved after another run shows other samples"


def _unknown(message: str, *, where: str = "") -> Finding:
    return Finding(verdict="unknown", message=f"whether images were edited by hand: {message}", where=where)
