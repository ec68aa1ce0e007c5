"""Captions of a page, and what they say their figure shows. Text only; English words and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from validator.evidence import FigureKind

START = re.compile(
    r"\s*(?:Fig(?:ure)?s?\.?|Abb(?:ildung)?\.?)\s*(?:\d+|[A-Z]\d*)\s*(?:\([a-z]\))?\s*[:.|\u2014\u2013-]\s*\S"
)
LINES, CHARACTERS = 6, 600
QUOTE = 100
KINDS: tuple[tuple[FigureKind, re.Pattern[str]], ...] = (
    ("interpolations", re.compile(r"interpolat", re.I)),
    ("samples", re.compile(r"\bsamples?\b|\bgenerated (?:images|batch)|\bbatch of\b", re.I)),
    (
        "curves",
        re.compile(
            r"(?=.*\b(?:accurac(?:y|ies)|loss(?:es)?|error)\b)"
            r"(?=.*\b(?:train(?:ing)?|test(?:ing)?|validation|epochs?|steps?|iterations?|curves?)\b)",
            re.I | re.S,
        ),
    ),
    (
        "diagram",
        re.compile(r"architect|diagram|schematic|\b(?:network|model) (?:structure|overview|design)|overview of", re.I),
    ),
)
NO_CURVES = re.compile(
    r"confusion|histogram|\bmatri(?:x|ces)\b|(?<!\berror )\bbars?\b|scatter|t-?SNE|UMAP"
    r"|\b(?:each|per|every)[- ]class|class-?wise",
    re.I,
)
"""What captions of plots speak of that show a number of accuracies, and none over the training."""
OVER = re.compile(
    r"\bcurves?\b|\b(?:over|during|against|versus|vs\.?) (?:the )?(?:[\d,.]{1,12}k? )?"
    r"(?:training|optimi[sz]ation|epochs?|steps?|iterations?)\b",
    re.I,
)
"""Words that say so plainly that a plot is over the training that another plot may stand beside it."""
OF_SAMPLES = re.compile(r"interpolat\w* (?!and\b)(?:\w+ ){0,4}samples?\b", re.I)
"""Samples as what is interpolated between."""
AXES = {
    "measured": re.compile(
        r"(?:(?:train|test|training|validation|top-1)\s+)?(?:accuracy|acc|loss|error)\b.{0,12}", re.I
    ),
    "over": re.compile(r"(?:training\s+)?(?:epochs?|steps?|iterations?|optimi[sz]ation steps)\b.{0,12}", re.I),
}
"""Words that stand alone on a line where a plot names its axes."""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """One caption: what it says is shown, in this order of certainty, and its first words."""

    kinds: tuple[FigureKind, ...]
    quote: str


def captions(text: str) -> Iterator[Caption]:
    """The captions of a page's text, each with what it names; those that name nothing known are left out."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not START.match(line):
            continue
        words = " ".join(_caption(lines[number : number + LINES])[:CHARACTERS].split())
        kinds = tuple(_kinds(words))
        if kinds:
            yield Caption(kinds=kinds, quote=words if len(words) <= QUOTE else words[: QUOTE - 1].rstrip() + "…")


def _kinds(words: str) -> Iterator[FigureKind]:
    """What the words of one caption name."""
    for kind, pattern in KINDS:
        looked_at = OF_SAMPLES.sub("interpolation", words) if kind == "samples" else words
        other = kind == "curves" and NO_CURVES.search(words) and not OVER.search(words)
        if pattern.search(looked_at) and not other:
            yield kind


def names_axes(text: str) -> str:
    """The names of axes that stand alone on lines of a page, such as `accuracy over steps`; empty without both."""
    found: dict[str, str] = {}
    for line in map(_without_ticks, text.splitlines()):
        for axis, pattern in AXES.items():
            if len(line) < CHARACTERS and pattern.fullmatch(line):
                found.setdefault(axis, line.lower())
    return f"{found['measured']} over {found['over']}" if len(found) == len(AXES) else ""


def _without_ticks(line: str) -> str:
    """A turned name of an axis often stands behind the last number beside it."""
    return line.strip().lstrip("0123456789.,-\u2212% ")


def _caption(lines: list[str]) -> str:
    """The first line and those that go on, to the end of a sentence that ends its line."""
    taken: list[str] = []
    for line in lines:
        if taken and (START.match(line) or not line.strip()):
            break
        taken.append(line[:CHARACTERS])
        if line.rstrip().endswith("."):
            break
    return " ".join(taken)
