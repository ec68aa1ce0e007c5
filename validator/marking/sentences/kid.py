"""KID: a second opinion on the FID, from the same features with another distance.

Unbiased in the number of samples, so that real images get about 0; a standard error belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import figures, measured, short
from validator.marking.chance import is_open, is_real, standard_errors, times
from validator.marking.told import Told

TITLE = "KID of the samples"
READINGS = ("samples.kid", "samples.kid_se", "samples.kid_floor", "samples.kid_trivial")


def say(told: Told) -> Iterator[str]:
    """KID, its scale, and whether it differs from that of real images."""
    value, error, floor, trivial = (told.value(name) for name in READINGS)
    if value is None:
        return
    se = f" (standard error {short(error)})" if error is not None else ""
    ends = [
        f"real training images get {measured(floor, error)}" if floor is not None else "",
        f"a model that knows only the mean and covariance of the pixels {figures(trivial, 3)}"
        if trivial is not None
        else "",
    ]
    scale = ", ".join(filter(None, ends))
    far = standard_errors(value - (floor or 0), error)
    meaning = ""
    if far is not None:
        real = is_real(far) or is_open(far)
        meaning = f", {times(far)} from real images" if real else ", not to be told from real images"
        meaning += ", which chance gives now and then" if is_open(far) else ""
    yield f"KID, a second opinion, {measured(value, error)}{se}{meaning}{f'; {scale}' if scale else ''}."
