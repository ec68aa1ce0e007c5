"""Words, glyphs and numbers that every renderer prints alike, and how hostile text is made harmless.

Knows no report; computes nothing but the shape of a number on the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from validator.evidence import Reading
from validator.marking.finding import Verdict

VERDICT_GLYPHS: Mapping[Verdict, str] = {"pass": "✓", "fail": "✗", "unknown": "?"}

OUTCOME_WORDS: Mapping[str, str] = {
    "finished": "finished",
    "raised": "stopped at an error",
    "timed-out": "ran out of time",
    "killed": "its kernel died",
    "not-started": "was not started",
}

LONGEST_NAME = 300
"""Characters of one student-given text that are printed; the rest is in evidence.json."""

LONGEST_SENTENCE = 1200
"""Characters of one sentence on the evidence: it holds several numbers, each with what it is held against."""

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]")


def verdict(name: Verdict) -> str:
    """`✗ fail`: a glyph and a word, so that colour is never the only sign."""
    return f"{VERDICT_GLYPHS[name]} {name}"


def clean(text: str) -> str:
    """The text without terminal escapes, control characters and direction overrides; line ends become spaces."""
    if text.isprintable():
        return text  # nearly all text is, and a report holds a lot of it
    return "".join(_harmless(character) for character in ANSI.sub("", text))


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\n\r\t" or category in ("Zl", "Zp"):
        return " "
    if category == "Cs":
        return "\ufffd"
    # Cc: controls. Cf: zero-width and direction marks, with which one name can look like another.
    return "" if category in ("Cc", "Cf") else character


def short(text: str, longest: int = LONGEST_NAME) -> str:
    """The cleaned text, cut with an ellipsis where it is longer than a page can bear."""
    cleaned = clean(text)
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1] + "…"


def number(value: float | None) -> str:
    """`150,000`, `0.9134`, `1.2e-07`; a dash when there is no number."""
    if value is None:
        return "–"
    if value == int(value) and abs(value) < 10**15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.4g}"


def quantity(value: float | None, unit: str) -> str:
    """A number with its unit: `150,000 parameters`; a dash when there is no number."""
    return number(value) if value is None or not unit else f"{number(value)} {clean(unit)}"


def marks(value: Decimal | None) -> str:
    """Marks as a person writes them: `-25`, `-2.5`, `0`; `none` when there are none to speak of."""
    return "none" if value is None else f"{plain_number(value):,}"


def percent(value: Decimal) -> str:
    """`30 %`, `2.5 %`."""
    return f"{plain_number(value):,} %"


def plain_number(value: Decimal) -> int | float:
    """Marks as a JSON number: whole ones without a decimal point."""
    return int(value) if value == value.to_integral_value() else float(value)


def reading(item: Reading) -> str:
    """`0.913 (observed)`, or `not measured: no weights`."""
    if item.value is None:
        return f"not measured: {clean(item.why)}"
    return f"{quantity(item.value, item.unit)} ({item.source})"
