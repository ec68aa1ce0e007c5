"""What the second reader of PDFs says of one file, part by part: plain data that crosses from its child process.

Each part is said as soon as it is known: a file that ends the reader later has told its pages by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from validator.evidence import Flag, Reading

COUNTED, LOOKED, DRAWN = "pages", "text", "thumbnail"
"""Kinds of parts, in the order in which they come."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One JSON line of the second reader. Lengths are in units of the page, from the left edge of its sheet."""

    kind: str
    pages: int | None = None
    """`pages`: how many there are."""
    why: str = ""
    """`pages`: why there is no number."""
    unit_width: float | None = None
    """`text`: width of most pages, whose unit this reader does not know."""
    readings: Mapping[str, Reading] = field(default_factory=dict)
    """`text`: `paper.right_edge` and what the first reader measures of the body, too."""
    hidden: int = 0
    """`text`: characters that no reader of the page sees."""
    flags: tuple[Flag, ...] = ()
    recognised: tuple[int, ...] = ()
    """`text`: pages that are a picture with text over it that was recognised there."""
    pictured: tuple[int, ...] = ()
    """`text`: pages that bear a picture which is no furniture, from 1."""
    page: int = 0
    """`thumbnail`: 1-based."""
    png: str = ""
    """`thumbnail`: a PNG in base 64."""
