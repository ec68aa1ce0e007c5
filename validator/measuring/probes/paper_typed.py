"""How each line of a page's text is set: how large, how bold, how high. Aligned with the text as it was extracted.

Takes the fragments that one extraction passed by; knows no PDF object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

BOLD = re.compile(r"bold|black|heavy|medi(?!um)|demi|cmb|sfbx|ptmb|-b[ox]?\d*$", re.IGNORECASE)
"""In the names of faces: Times-Bold, NimbusRomNo9L-Medi, CMBX12."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One line as it is set; zeros where nothing of it was printed as letters."""

    size: float = 0.0
    """Of its largest letters: small capitals have a size of their own."""
    bold: bool = False
    """Whether all of its letters are."""
    led: bool = False
    """Whether its first letters are bold and others are not, as a title in front of its own text is set."""
    height: float = 0.0
    """Of its baseline over the page's lower edge, for its first letter."""


class _Printed(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def height(self) -> float: ...
    @property
    def size(self) -> float: ...
    @property
    def bold(self) -> bool: ...


UNTOLD = Typed()


def typed(text: str, fragments: Iterable[_Printed]) -> list[Typed]:
    """One for each of `text.splitlines()`; all untold where the fragments do not add up to the text."""
    fragments = list(fragments)
    lines = text.splitlines()
    if "".join(one.text for one in fragments) != text:
        return [UNTOLD] * len(lines)
    letters: list[list[_Printed]] = [[] for _ in lines]
    ends = _ends(text)
    line, place = 0, 0
    for fragment in fragments:
        for character in fragment.text:
            if line < len(ends) and place >= ends[line]:
                line += 1
            place += 1
            if character.isalnum() and line < len(lines) and (not letters[line] or letters[line][-1] is not fragment):
                letters[line].append(fragment)
    return [_typed(parts) for parts in letters]


def _ends(text: str) -> list[int]:
    """The place after each line, with what ends it."""
    ends, place = [], 0
    for line in text.splitlines(keepends=True):
        place += len(line)
        ends.append(place)
    return ends


def _typed(parts: list[_Printed]) -> Typed:
    if not parts:
        return UNTOLD
    bold = all(part.bold for part in parts)
    return Typed(
        size=max(part.size for part in parts), bold=bold, led=parts[0].bold and not bold, height=parts[0].height
    )


def is_bold(font: Any) -> bool:
    """Whether the name of a face says so; pypdf hands over the font's dictionary or nothing."""
    name = font.get("/BaseFont") if isinstance(font, Mapping) else None
    return name is not None and BOLD.search(str(name).partition("+")[2] or str(name)) is not None
