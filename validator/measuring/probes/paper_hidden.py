"""Text that a PDF holds and no reader of its pages sees: text in, flags out. Accuses nobody.

By colour and manner, not by pixels: other text may lie over it. The picture of the page speaks only in favour: nearly
white letters on a dark ground are there to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from validator.evidence import Flag
from validator.measuring.probes.paper_runs import Run

UNSEEN_MODES = (3, 7)
NEARLY_WHITE, NEARLY_CLEAR = 235, 25
"""Of 255: lighter than the first in every colour, or less opaque than the second."""
TINY = 1.0
"""Points; labels of scaled figures are larger."""
STROKED_MODES = (1, 2, 5, 6)
"""Letters with an outline, which their fill says nothing about."""
FEWEST = 4
QUOTE_CHARACTERS = 80
MANNERS = {
    "invisible": "drawn invisibly (as the text under a scan is)",
    "white": "nearly white on a light ground",
    "clear": "nearly transparent",
    "tiny": "smaller than one point",
    "outside": "outside the visible page",
}

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def hidden(
    found: Sequence[Run], *, page: int, visible: Box, is_dark: Callable[[Box], bool]
) -> Iterator[tuple[int, Flag]]:
    """How many characters are hidden in each manner, with a flag; `is_dark` tells the ground of a box."""
    words: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for one in found:
        manner = _manner(one, visible, is_dark)
        if manner:
            words.setdefault(manner, []).append(one.text)
            counts[manner] = counts.get(manner, 0) + one.characters
    for manner, count in counts.items():
        if count >= FEWEST:
            quote = " ".join(" ".join(words[manner]).split())[:QUOTE_CHARACTERS]
            detail = f"{count} characters are {MANNERS[manner]}: {quote}"
            yield count, Flag(kind="hidden-text", detail=detail, where=f"p{page}")


def _manner(one: Run, visible: Box, is_dark: Callable[[Box], bool]) -> str:
    """How it is hidden; empty when it is not."""
    box, manner = (one.left, one.bottom, one.right, one.top), one.manner
    if manner.mode in UNSEEN_MODES:
        return "invisible"
    if manner.size < TINY:
        return "tiny"
    if one.right < visible[0] or one.top < visible[1] or one.left > visible[2] or one.bottom > visible[3]:
        return "outside"
    if manner.fill is None or manner.mode in STROKED_MODES:
        return ""
    if manner.fill[3] < NEARLY_CLEAR:
        return "clear"
    return "white" if min(manner.fill[:3]) > NEARLY_WHITE and not is_dark(box) else ""
