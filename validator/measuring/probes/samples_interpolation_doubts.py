"""What makes strips something else than interpolations between samples: said as flags, judged by nobody here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag
from validator.measuring.metrics import interpolation, nearest_neighbours
from validator.measuring.metrics.copies import flipped
from validator.measuring.probes.samples_setting import Setting
from validator.measuring.probes.samples_strips import Strips

SPREADS = 3
UNIFORM_SD = 100 / 12**0.5
"""Of a percentile, for endpoints that are like the samples."""

Bools = npt.NDArray[np.bool_]


def doubts(
    setting: Setting, strips: Strips, *, endpoint_percentiles: npt.NDArray[np.float64] | None = None
) -> tuple[Flag, ...]:
    """Constant strips, jumps, endpoints that are training images or unlike the samples; and where strips come from."""
    return tuple(_flags(setting, strips, endpoint_percentiles))


def _flags(setting: Setting, strips: Strips, percentiles: npt.NDArray[np.float64] | None) -> Iterator[Flag]:
    pairs, steps = strips.images.shape[:2]
    yield Flag(kind="interpolations", detail=f"{pairs} strips of {steps} images, {strips.source}")
    constant = interpolation.constant(strips.images)
    if constant.any():
        yield Flag(kind="interpolation-constant", detail=f"{_rows(constant)}: both endpoints are one image")
    jumps = interpolation.without_middle(strips.images) & ~constant
    if jumps.any():
        detail = f"{_rows(jumps)}: every image on the way is one of the endpoints"
        yield Flag(kind="interpolation-jumps", detail=detail)
    copied = _training_images(setting, strips)
    if copied:
        yield Flag(kind="interpolation-of-training-images", detail=copied)
    if percentiles is not None:
        mean = float(percentiles.mean())
        if abs(mean - 50) > SPREADS * UNIFORM_SD / len(percentiles) ** 0.5:
            detail = (
                f"the endpoints lie farther from real images than {mean:.0f} % of the samples on average; "
                "endpoints that are samples give 50 %"
            )
            yield Flag(kind="interpolation-endpoints-unlike-samples", detail=detail)


def _rows(which: Bools) -> str:
    numbers = ", ".join(str(number + 1) for number in np.flatnonzero(which))
    return f"strip {numbers}" if which.sum() == 1 else f"strips {numbers}"


def _training_images(setting: Setting, strips: Strips) -> str:
    """Endpoints that are training images up to 2 grey levels, as they are or mirrored."""
    ends = strips.images[:, [0, -1]].reshape(-1, *strips.images.shape[2:])
    asked = np.concatenate([ends, flipped(ends)])
    squared, index = nearest_neighbours(generated=asked, reference=setting.real.train, k=1)
    near = np.sqrt(squared[:, 0] / ends[0].size) <= interpolation.INDISTINCT
    found = [
        f"{'first' if end % 2 == 0 else 'last'} image of strip {end // 2 + 1} = train {index[number, 0]}"
        f"{', mirrored' if number >= len(ends) else ''}"
        for number, end in ((number, number % len(ends)) for number in np.flatnonzero(near))
    ]
    return "; ".join(found)
