"""The mean and standard deviation of the test accuracy that the run printed, and over what the latter was taken.

Knows the outputs of the executed notebook; the paper is compared elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from validator.evidence import Claim, Flag
from validator.measuring.metrics.spread import BATCHES, EVALUATIONS, IMAGES, NETWORKS, Quoted, Spread, over_what
from validator.measuring.probes.claims_outputs import claims_of_file
from validator.measuring.probes.task import Task

MOST = 3
OVER = {
    BATCHES: "the batches of its last evaluation",
    EVALUATIONS: "its evaluations in the run",
    NETWORKS: "the networks that were trained",
    IMAGES: "single images: sqrt(p (1 - p)), which says nothing but the accuracy",
}


def quoted_spreads(task: Task, *, spreads: Sequence[Spread], accuracy: float | None) -> Iterator[Flag]:
    """One flag for each of the last printed pairs; none where nothing was measured that a pair could be taken over."""
    if accuracy is None:
        return
    file = task.run_folder(task.plan.classifier_role) / "executed.ipynb"
    claims = [claim for claim in claims_of_file(file, role=task.plan.classifier_role) if _is_quoted(claim)]
    pairs = [(claim.value, claim.spread or 0.0) for claim in claims]
    found = over_what(pairs, spreads=spreads, accuracy=accuracy)
    for claim, quoted in list(zip(claims, found, strict=True))[-MOST:]:
        yield Flag(kind="quoted-spread", detail=_words(quoted), where=claim.where)


def _is_quoted(claim: Claim) -> bool:
    return claim.kind == "accuracy" and claim.spread is not None and claim.part != "train" and 0 <= claim.value <= 1


def _words(quoted: Quoted) -> str:
    said = f"the run printed {quoted.mean:.4f} +- {quoted.standard_deviation:.4f}"
    if not quoted.over:
        return (
            f"{said}: the standard deviation over neither the batches, the evaluations nor the networks that were seen"
        )
    others = "".join(f", or as well over {OVER[over]}" for over in quoted.over[1:])
    return f"{said}: the standard deviation over {OVER[quoted.over[0]]}{others}"
