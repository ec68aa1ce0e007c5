"""Whether the values of the samples look like those of pictures: cut at the ends, nearly black, images twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag
from validator.measuring.probes.samples_setting import Part, Setting, readings_of

UNITS = {
    "extreme_values_share": "share",
    "extreme_values_share_expected": "share",
    "brightest_level": "level",
}
CUT = 0.2
"""Share of values at 0 or 255, beyond that of real images, from which a wrong range is likely."""
LOW_END = 0.8
"""Of the cut values: above that only the low end was cut."""
DARK_LEVEL = 2
"""Levels of 255. Values that were divided by 255 twice become 0 or 1."""
DARK_QUANTILE = 0.999

Images = npt.NDArray[np.uint8]


def measure(setting: Setting) -> Part:
    """Shares of cut values beside those of real test images, and what is wrong with them in words."""
    images, real = setting.images, setting.real.test
    values = {
        "extreme_values_share": extreme_share(images),
        "extreme_values_share_expected": extreme_share(real),
        "brightest_level": int(images.max()),
    }
    return Part(readings=readings_of(values, UNITS), flags=tuple(_flags(images, real)))


def extreme_share(images: Images) -> float:
    """Share of the values of images uint8 (n, 3, h, w) that are 0 or 255."""
    return float(((images == 0) | (images == 255)).mean())


def _flags(images: Images, real: Images) -> Iterator[Flag]:
    share, expected = extreme_share(images), extreme_share(real)
    bright = float(np.quantile(images[:1000], DARK_QUANTILE))
    if bright <= DARK_LEVEL:
        detail = f"nearly black: 99.9 % of the values are at most {bright:.0f} of 255, as if divided by 255 twice"
        yield Flag(kind="mis-scaled-range", detail=detail)
    elif share > expected + CUT:
        black = float((images == 0).mean())
        ends = "as if values below 0 had been cut off" if black > LOW_END * share else "as if values had been cut off"
        detail = f"{share:.0%} of the values are 0 or 255 ({expected:.1%} of those of real images), {ends}"
        yield Flag(kind="clipped-range", detail=detail)
    twice = len(images) - len({image.tobytes() for image in images})
    if twice:
        detail = f"{twice:,} of {len(images):,} samples equal an earlier one in every pixel"
        yield Flag(kind="duplicates-inside", detail=detail)
