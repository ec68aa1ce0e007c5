"""Whether the points between two samples are images of their own, or the two laid over each other.

The residual is 0 for a pure alpha blend. A blend of two unlike images has half their sharpness in the middle. With
eight pairs the smallest probability a sign test can give is 2 in 256: the strips are worth a look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from validator.marking.amounts import amount, figures, percent, short
from validator.marking.told import Told

TITLE = "interpolations between samples"
READINGS = (
    "samples.interpolation_residual",
    "samples.interpolation_residual_low",
    "samples.interpolation_residual_high",
    "samples.interpolation_residual_unrelated",
    "samples.interpolation_sharpness",
    "samples.interpolation_sharpness_low",
    "samples.interpolation_sharpness_high",
    "samples.interpolation_sharpness_blend",
    "samples.interpolation_midpoint_percentile",
    "samples.interpolation_blend_percentile",
    "samples.interpolation_midpoints_nearer",
    "samples.interpolation_sign_p",
    "samples.interpolation_pairs",
    "samples.interpolation_steps",
)
FLAGS = (
    "interpolation-constant",
    "interpolation-jumps",
    "interpolation-of-training-images",
    "interpolation-endpoints-unlike-samples",
)
BLEND_RESIDUAL = 0.05
"""Rounding to whole grey levels, and saving as JPEG, move a blend by less than this part of the way."""


def say(told: Told) -> Iterator[str]:
    """The residual, the sharpness in the middle, how real the middle looks, and what is odd."""
    if told.value("samples.interpolation_residual") is not None:
        yield _residual(told)
    if told.value("samples.interpolation_sharpness") is not None:
        yield _sharpness(told)
    yield from _realism(told)
    for words in told.flags(FLAGS):
        yield f"{words.rstrip('.')}."


def _residual(told: Told) -> str:
    value = told.value("samples.interpolation_residual") or 0.0
    pairs, steps = told.value("samples.interpolation_pairs"), told.value("samples.interpolation_steps")
    of = f" of {amount(pairs, 'pairs')}" if pairs is not None else ""
    of += f", {amount(steps, 'images')} each," if steps is not None else ""
    unrelated = told.value("samples.interpolation_residual_unrelated")
    beside = f", unrelated samples would give {figures(unrelated)}" if unrelated is not None else ""
    blend = "they are alpha blends" if value < BLEND_RESIDUAL else "they are not mere alpha blends"
    interval = _interval(told, "interpolation_residual", figures)
    return (
        f"Between the ends{of} the images depart from an alpha blend by {figures(value)} of the distance of the ends"
        f"{interval}; 0 is a pure blend{beside}: {blend}."
    )


def _sharpness(told: Told) -> str:
    middle, blend = told.value("samples.interpolation_sharpness"), told.value("samples.interpolation_sharpness_blend")
    beside = f"{percent(blend)} (in theory 50 %)" if blend is not None else "in theory 50 %"
    interval = _interval(told, "interpolation_sharpness", percent)
    return f"In the middle they have {percent(middle or 0)} of the ends' sharpness{interval}; a blend has {beside}."


def _interval(told: Told, name: str, words: Callable[[float], str]) -> str:
    ends = told.values(f"samples.{name}_low", f"samples.{name}_high")
    return f" (95 % interval {words(ends[0])} to {words(ends[1])})" if ends else ""


def _realism(told: Told) -> Iterator[str]:
    """Distances in features to the nearest test image, among those of the model's own samples."""
    rank, blend = (told.value(f"samples.interpolation_{name}_percentile") for name in ("midpoint", "blend"))
    if rank is not None:
        beside = f"; of blends of the same ends {blend:.0f} %" if blend is not None else ""
        yield (
            f"Midpoints lie farther from real images (in features) than {rank:.0f} % of the model's own samples do"
            f"{beside}; 50 % is as real as a sample."
        )
    nearer, pairs = told.value("samples.interpolation_midpoints_nearer"), told.value("samples.interpolation_pairs")
    if nearer is not None:
        of = f" of {amount(pairs, 'pairs')}" if pairs is not None else ""
        p = told.value("samples.interpolation_sign_p")
        chance = f" (p = {short(p)} by a sign test)" if p is not None else ""
        lies = "lies" if nearer == 1 else "lie"
        yield f"{amount(nearer, 'midpoints')}{of} {lies} nearer to real images than the blend of the same ends{chance}."
