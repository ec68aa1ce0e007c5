"""FID of the samples with its spread, on a scale from real images to models that learned nothing.

Protocol pytorch-fid: comparable only with numbers of the same protocol, sample size and reference. A lower FID is
nearer to the test images in mean and covariance of Inception features; copies of training images lower it too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from validator.marking.amounts import figures, measured, short, upper_bound
from validator.marking.told import Told

TITLE = "FID of the samples"
READINGS = (
    "samples.fid",
    "samples.fid_sd",
    "samples.fid_floor",
    "samples.fid_floor_sd",
    "samples.fid_trivial",
    "samples.fid_trivial_blurred",
)


def say(told: Told) -> Iterator[str]:
    """The FID, its scale, and how near two submissions may be before they cannot be ranked."""
    value, spread = told.value("samples.fid"), told.value("samples.fid_sd")
    if value is None:
        return
    sd = f" (SD {short(spread)})" if spread is not None else ""
    yield f"FID {measured(value, spread) if spread else figures(value, 3)}{sd} against the test images."
    scale = "; ".join(_scale(told))
    if scale:
        yield f"For scale: {scale}. Lower is nearer to the test images."
    if spread:
        yield f"Two submissions closer than {upper_bound(2 * math.sqrt(2) * spread)} cannot be ranked."
    if _under_the_floor(told, value):
        yield "It is lower than that of real training images: no model should manage that, copies can."


def _scale(told: Told) -> Iterator[str]:
    floor, spread = told.value("samples.fid_floor"), told.value("samples.fid_floor_sd")
    if floor is not None:
        sd = f" (SD {short(spread)})" if spread else ""
        yield f"real training images get {measured(floor, spread) if spread else figures(floor, 3)}{sd}"
    trivial, blurred = told.value("samples.fid_trivial"), told.value("samples.fid_trivial_blurred")
    if trivial is not None:
        yield f"a model that knows only the mean and covariance of the pixels gets {figures(trivial, 3)}"
    if blurred is not None:
        yield f"blurred training images get {figures(blurred, 3)}"


def _under_the_floor(told: Told, value: float) -> bool:
    floor = told.value("samples.fid_floor")
    spreads = [told.value("samples.fid_sd") or 0, told.value("samples.fid_floor_sd") or 0]
    return floor is not None and any(spreads) and value < floor - 3 * math.hypot(*spreads)
