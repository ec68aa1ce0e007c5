"""The text of a page with its raised digits told from the others: every engine prints `10^4` as `104`.

Takes fragments of text with their height and size; knows no PDF object.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from validator.measuring.probes.paper_typed import Typed, is_bold, typed

RAISED = re.compile(r"\s?[-\u2212]?\d{1,2}\s?")
NOTE = "\u2020"
SMALLER = 0.86
"""A raised digit is set at 7 to 8 points beside 10 in the templates; text beside text is not."""
LEAST_RISE, MOST_RISE = 0.08, 0.8
"""In sizes of the text beside it."""


@dataclass(frozen=True, kw_only=True)
class _Fragment:
    text: str
    height: float
    size: float
    bold: bool


class Fragments:
    """Keeps what one page's reading passes by, in order."""

    def __init__(self) -> None:
        self._kept: list[_Fragment] = []

    def visit(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        """Keep one fragment; pypdf calls this."""
        if text:
            height = float(tm[4]) * float(cm[1]) + float(tm[5]) * float(cm[3]) + float(cm[5])
            scale = hypot(float(tm[2]), float(tm[3])) * hypot(float(cm[2]), float(cm[3]))
            self._kept.append(_Fragment(text=text, height=height, size=float(size) * scale, bold=is_bold(font)))

    def typed(self, text: str) -> list[Typed]:
        """How each line of the page's text is set."""
        return typed(text, self._kept)

    def marked(self) -> str:
        """The page's text; `10` and a raised `4` are `10^4`, and a raised digit behind a word is left out.

        The number that starts a footnote is a dagger: it would be one number with what follows it.
        """
        parts: list[str] = []
        beside: _Fragment | None = None
        for place, fragment in enumerate(self._kept):
            if "".join(parts[-1:]).endswith("\n") and _is_note(fragment, self._kept[place + 1 : place + 2]):
                parts.append(f"{NOTE} ")
                continue
            if beside is not None and _is_raised(fragment, beside):
                power = beside.text.rstrip()[-1:].isdigit()
                parts.append(f"^{fragment.text.strip()} " if power else " ")
                continue
            parts.append(fragment.text)
            if fragment.text.strip():
                beside = fragment
        return "".join(parts)


def _is_note(fragment: _Fragment, rest: Sequence[_Fragment]) -> bool:
    """Whether it is the number of a footnote, set smaller than and above the text that follows it."""
    behind = rest[0] if rest else None
    if behind is None or not RAISED.fullmatch(fragment.text) or fragment.size > SMALLER * behind.size:
        return False
    return LEAST_RISE * behind.size < fragment.height - behind.height < MOST_RISE * behind.size


def _is_raised(fragment: _Fragment, beside: _Fragment) -> bool:
    """Whether a short number is set smaller than, and above, the text it follows on the same line."""
    if not RAISED.fullmatch(fragment.text) or beside.text.endswith("\n") or fragment.size > SMALLER * beside.size:
        return False
    rise = fragment.height - beside.height
    if LEAST_RISE * beside.size < rise < MOST_RISE * beside.size:
        return True
    return rise == 0 and re.search(r"(?<!\d)10\s?$", beside.text) is not None  # a rise that is not told
