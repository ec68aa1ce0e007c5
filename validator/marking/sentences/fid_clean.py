"""FID under the second protocol: the resize of clean-fid, bicubic and antialiased, which the starter code uses.

Another protocol gives another number for the same samples: the two columns must never be compared with each other.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import figures, measured, short
from validator.marking.told import Told

TITLE = "FID under the protocol of clean-fid"
READINGS = (
    "samples.fid_clean",
    "samples.fid_clean_sd",
    "samples.fid_clean_floor",
    "samples.fid_clean_trivial",
)


def say(told: Told) -> Iterator[str]:
    """The second FID with its own scale."""
    value, spread, floor, trivial = (told.value(name) for name in READINGS)
    if value is None:
        return
    ends = [
        f"real training images get {figures(floor, 3)}" if floor is not None else "",
        f"a model that knows only the mean and covariance of the pixels {figures(trivial, 3)}"
        if trivial is not None
        else "",
    ]
    scale = ", ".join(filter(None, ends))
    said = f"{measured(value, spread)}{f' (SD {short(spread)})' if spread is not None else ''}"
    yield (
        f"With the resize of clean-fid, as in the starter code: {said}{f'; {scale}' if scale else ''}. "
        "That is another protocol: compare it with numbers of clean-fid only."
    )
