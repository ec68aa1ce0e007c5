"""What a person should know of how a student evaluated a classifier: flags with their words. Computes no reading."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag
from validator.measuring.probes.classifier_evaluations import Judged
from validator.measuring.probes.classifier_official import Official
from validator.measuring.probes.classifier_passes import Pass, Seen

NO_TEST = "no test image among what it judged"
ALIKE = 0.99
"""Share of the test images on which two evaluations of one network agree, rounding aside."""

Classes = npt.NDArray[np.int64]


def remarks(
    last: Seen | None,
    own: list[Seen],
    seen: list[Seen],
    official: Official,
    *,
    network: str,
    harness: Classes | None,
) -> Iterator[Flag]:
    """Flags of the last evaluation of the network that is measured, `last` of its `own`, of all that were `seen`."""
    if last is None:
        others = [one for one in seen if one.test is not None]
        if others:
            said = ", ".join(dict.fromkeys(name_of(one.judged) for one in others))
            yield Flag(
                kind="evaluated-elsewhere",
                detail=f"test images were judged by {said}, and not by {network}, whose predictions are scored",
            )
        elif own:
            kind = "evaluation-unrecognised" if strangers(own) else "evaluated-without-test-images"
            yield Flag(kind=kind, detail=why_no_test(own, seen, network))
        return
    if last.test is not None:
        yield from _of_pass(last, last.test, official)
        yield from _disagreement(last.test, official, harness)


def _of_pass(last: Seen, test: Pass, official: Official) -> Iterator[Flag]:
    rows, judged = official.rows("test"), last.judged
    noisy = ", ".join(judged.noisy_layers)
    if test.training.mean() > 0.5 and noisy:
        yield Flag(
            kind="evaluated-in-train-mode",
            detail=f"{test.seen:,} test images were judged in training mode, in which {noisy} answer otherwise: "
            f"accuracy {test.accuracy:.4f} in that mode",
        )
    if test.seen < rows:
        unknown = "" if _is_incomplete_batch(test, rows) else _unknown(last, rows - test.seen)
        kind = "evaluation-seen-in-part" if unknown else "test-images-left-out"
        yield Flag(kind=kind, detail=unknown or _left_out(test, rows))
    if test.repeated:
        yield Flag(
            kind="test-images-repeated",
            detail=f"{test.repeated:,} images of the evaluation were there before: {test.seen:,} different rows of "
            f"{len(test.pictures):,} images",
        )
    if judged.updates_since:
        yield Flag(
            kind="evaluated-before-last-update",
            detail=f"{judged.network or judged.module} was updated {judged.updates_since:,} times after its last "
            "evaluation on test images",
        )


def _left_out(test: Pass, rows: int) -> str:
    left = rows - test.seen
    said = f"the evaluation saw {test.seen:,} of {rows:,} test images: {left:,} left out"
    if _is_incomplete_batch(test, rows):
        return f"{said}, as many as the incomplete last batch of {int(test.sizes[0]):,} has (drop_last)"
    return f"{said}, in {len(test.sizes):,} batch{'es' if len(test.sizes) > 1 else ''}"


def _is_incomplete_batch(test: Pass, rows: int) -> bool:
    """Whether as many are left out as `drop_last` leaves out, and all batches are whole."""
    size = int(test.sizes[0])
    return len(test.sizes) > 1 and bool((test.sizes == size).all()) and rows - test.seen == rows % size


def _unknown(last: Seen, left: int) -> str:
    """Why nobody knows whether images were left out: the agent, not the student, may have missed them."""
    judged, strange = last.judged, int((last.found.pictures < 0).sum())
    if left > strange + judged.dropped and not judged.skipped:
        return ""
    reasons = (
        (strange, "images of the evaluation are no official ones as they are"),
        (judged.dropped, "were too many to be kept"),
        (judged.skipped, "calls in the run were not looked at"),
    )
    said = "; ".join(f"{count:,} {words}" for count, words in reasons if count)
    return f"{left:,} test images were not seen in the evaluation, and need not have been left out: {said}"


def _disagreement(test: Pass, official: Official, harness: Classes | None) -> Iterator[Flag]:
    if harness is None:
        return
    train, valid = official.rows("train"), official.rows("valid")
    of_picture = np.full(len(official.labels), -1, np.int64)
    of_picture[official.of_row[train + valid :]] = harness[train:]
    ours = of_picture[test.pictures]
    alike = float((ours == test.classes).mean())
    if alike < ALIKE:
        right = float((ours == official.labels[test.pictures]).mean())
        yield Flag(
            kind="evaluations-disagree",
            detail=f"the student's evaluation and the harness's give {1 - alike:.1%} of the same test images another "
            f"class: accuracy {test.accuracy:.4f} as the student did it, {right:.4f} as the harness does it",
        )


def strangers(own: list[Seen]) -> int:
    """How many images of these evaluations are no official ones as they are."""
    return sum(int((one.found.pictures < 0).sum()) for one in own)


def why_no_test(own: list[Seen], seen: list[Seen], network: str) -> str:
    """Why there is no evaluation on test images."""
    if not own:
        return f"no evaluation by {network} was seen" + (": another network judged the images" if seen else "")
    strange = strangers(own)
    train = sum(one.train.seen for one in own if one.train is not None)
    shapes = sorted({str(one.judged.shape) for one in own if (one.found.pictures < 0).any()})
    said = NO_TEST
    if train:
        said += f"; {train:,} training images"
    if strange:
        said += f"; {strange:,} images, fed as {', '.join(shapes[:4])}, are no official ones as they are"
    return said


def name_of(judged: Judged) -> str:
    """The network, or what stands for it."""
    return f"a copy of {judged.network}" if judged.copy else judged.network or judged.module
