"""Samples that are training images: in every pixel, mirrored, or nearer to one than real images come to each other.

Exact distances. As many near copies as real held-out images have are no sign of anything: the data hold twins.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import amount
from validator.marking.told import Told

TITLE = "copies of training images among the samples"
READINGS = (
    "samples.exact_copies",
    "samples.mirrored_copies",
    "samples.near_copies",
    "samples.near_copies_expected",
    "samples.near_copies_high",
    "samples.feature_near_copies",
    "samples.feature_near_copies_expected",
    "samples.feature_near_copies_high",
    "samples.held_out_twins",
)
FLAGS = ("exact-copies",)


def say(told: Told) -> Iterator[str]:
    """Exact and mirrored copies, then near copies beside what real images give."""
    copies, mirrored = (told.whole(f"samples.{name}") for name in ("exact_copies", "mirrored_copies"))
    if copies is not None:
        yield _exact(copies, mirrored)
    for words in told.flags(FLAGS):
        yield f"They are: {words.rstrip('.')}."
    for kind, name in (("pixels", "near_copies"), ("features", "feature_near_copies")):
        near = told.value(f"samples.{name}")
        if near is not None:
            yield _near(kind, near, told.value(f"samples.{name}_expected"), told.value(f"samples.{name}_high"))
    twins = told.whole("samples.held_out_twins")
    if twins:
        yield f"For that comparison {amount(twins, 'test images')} with a twin among those {_were(twins)} left out."


def _exact(copies: int, mirrored: int | None) -> str:
    if copies == 0:
        return "No sample equals a training image in every pixel, as it is or mirrored."
    verb = "equals" if copies == 1 else "equal"
    flipped = f", {mirrored:,} of them mirrored left to right" if mirrored else ""
    return f"{amount(copies, 'samples')} {verb} a training image in every pixel, as it is or mirrored{flipped}."


def _near(kind: str, near: float, expected: float | None, most: float | None) -> str:
    """Near copies beside the number real images would have."""
    come = "comes" if near == 1 else "come"
    said = (
        f"In {kind} {amount(near, 'samples')} {come} as near to a training image as one real image in a thousand does"
    )
    if expected is None:
        return f"{said}."
    ends = f" on average and hardly ever more than {most:.0f}" if most is not None else ""
    meaning = _meaning(near, expected, most)
    return f"{said}; as many real test images would give {amount(round(expected, 1), 'such images')}{ends}: {meaning}."


def _meaning(near: float, expected: float, most: float | None) -> str:
    """Counts of rare things scatter by the root of what is expected."""
    limit = expected + 3 * max(1.0, expected) ** 0.5 if most is None else most
    return "more than chance gives; look at the pairs" if near > limit else "no more than chance gives"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
