"""Text that a PDF holds and that does not show on its pages: text in, flags out. Facts with numbers; accuses nobody.

By colour and manner, not by pixels: other text may lie over it. The picture of the page without its text speaks only in
favour: nearly white letters on a dark ground are there to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from validator.evidence import Flag
from validator.measuring.probes.paper_cues import is_heading
from validator.measuring.probes.paper_runs import Run

UNSEEN_MODES = (3, 7)
NEARLY_WHITE, NEARLY_CLEAR = 235, 25
"""Of 255: lighter than the first in every colour, or less opaque than the second."""
TINY = 1.0
"""Points; labels of scaled figures are larger."""
STROKED_MODES = (1, 2, 5, 6)
"""Letters with an outline, which their fill says nothing about."""
FAINT, WATERMARK_POINTS = 5, 40.0
"""Letters so large are seen as a watermark although they are nearly transparent."""
FEWEST = 4
MARKERS = 2
"""Different characters at most in the markers of a plot, which some programs draw as letters with a white filling."""
QUOTE_CHARACTERS = 80
LABEL_WORDS, WORD_LETTERS = 2, 3
"""A line past the edge with no more words of so many letters is a label, as figures that are too large have them."""
MANNERS = {
    "invisible": "in text rendering mode 3 or 7, which paint nothing (as the text under a scan is)",
    "white": f"in nearly white (over {NEARLY_WHITE} of 255 in every colour) on a light ground",
    "clear": f"nearly transparent (an opacity under {NEARLY_CLEAR} of 255)",
    "tiny": f"set smaller than {TINY:g} point",
    "outside": "outside the visible page",
}
LABELS = "short labels outside the visible page, as a picture that is too large leaves them"

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def over_print(found: Sequence[Run], *, is_inked: Callable[[Box], bool]) -> list[Run]:
    """Invisible letters of a page that is a picture, where the picture shows something: text recognised in it.

    Empty unless they are most letters of the page: beside printed text nothing is recognised. What stands where the
    picture is empty was not recognised in it, and is none of them.
    """
    unseen = [one for one in found if one.manner.mode in UNSEEN_MODES]
    if 2 * _characters(unseen) <= _characters(found):
        return []
    # A short mark may be a speck that it saw.
    return [
        one for one in unseen if one.characters < WORD_LETTERS or is_inked((one.left, one.bottom, one.right, one.top))
    ]


def _characters(found: Sequence[Run]) -> int:
    return sum(one.characters for one in found)


def hidden(
    found: Sequence[Run], *, page: int, visible: Box, is_dark: Callable[[Box], bool]
) -> Iterator[tuple[int, Flag]]:
    """How many characters do not show in each manner, with a flag; `is_dark` tells the ground of a box.

    Labels past the edge of the page are told by a flag of their own, and not counted.
    """
    kept: dict[str, list[Run]] = {}
    for one in found:
        manner = _manner(one, visible, is_dark)
        if manner:
            kept.setdefault(manner, []).append(one)
    dots = sum(one.characters for one in found if one.manner.size < TINY and not _is_tiny(one))
    for manner, runs in kept.items():
        count = sum(one.characters for one in runs)
        if count < FEWEST or len({letter for one in runs for letter in one.text if not letter.isspace()}) <= MARKERS:
            continue
        if manner == "tiny" and dots > count:  # letters of a font of dots: its size does not tell theirs
            continue
        quote = " ".join(" ".join(one.text for one in runs).split())[:QUOTE_CHARACTERS]
        if manner == "outside" and _are_labels(runs):
            yield 0, Flag(kind="labels-off-page", detail=f"{count} characters are {LABELS}: {quote}", where=f"p{page}")
        else:
            sizes = _sizes(runs) if manner == "tiny" else ""
            detail = f"{count} characters are {MANNERS[manner]}{sizes}: {quote}"
            yield count, Flag(kind="hidden-text", detail=detail, where=f"p{page}")


def _is_tiny(one: Run) -> bool:
    return one.manner.size < TINY and one.top - one.bottom < TINY


def _sizes(runs: Sequence[Run]) -> str:
    return f", the smallest {min(one.manner.size for one in runs):.2f}"


def _are_labels(runs: Sequence[Run]) -> bool:
    """Whether no line of them says more than a tick or the name of an axis does."""
    rows: dict[tuple[int | None, int], list[str]] = {}
    for one in runs:
        place = one.origin if one.manner.direction in (90, 270) else one.baseline
        rows.setdefault((one.manner.direction, round(place)), []).append(one.text)
    lines = [" ".join(parts) for parts in rows.values()]
    return not any(is_heading(line) or _words(line) > LABEL_WORDS for line in lines)


def _words(line: str) -> int:
    return sum(sum(map(str.isalpha, word)) >= WORD_LETTERS for word in line.split())


def _manner(one: Run, visible: Box, is_dark: Callable[[Box], bool]) -> str:
    """How it is hidden; empty when it is not."""
    box, manner = (one.left, one.bottom, one.right, one.top), one.manner
    if manner.mode in UNSEEN_MODES:
        return "invisible"
    if _is_tiny(one):
        return "tiny"
    if one.right < visible[0] or one.top < visible[1] or one.left > visible[2] or one.bottom > visible[3]:
        return "outside"
    if manner.fill is None or manner.mode in STROKED_MODES:
        return ""
    if manner.fill[3] < NEARLY_CLEAR and not (manner.fill[3] > FAINT and manner.size > WATERMARK_POINTS):
        return "clear"
    return "white" if min(manner.fill[:3]) > NEARLY_WHITE and not is_dark(box) else ""
