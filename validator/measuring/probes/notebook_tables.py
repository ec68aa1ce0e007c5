"""Tables shown as HTML, as lines of text: fastai and Transformers print their training so. Believes no type.

Reads rows and cells by their tags and drops all others; builds no document, follows no address.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

CHARACTERS, ROWS, CELLS, CELL_CHARACTERS = 400_000, 5_000, 40, 80
"""Of one output no more is read; a wider table is none of a training."""
ROW = re.compile(r"<tr\b", re.IGNORECASE)
CELL = re.compile(r"<t[hd]\b[^>]{0,300}>", re.IGNORECASE)
END = re.compile(r"</?t(?:[hdr]|able|body|head)\b", re.IGNORECASE)
TAG = re.compile(r"<[^<>]{0,300}>")
BLANK = "index"
"""Stands for a head without words: pandas leaves that of its index empty."""


def stored_tables(outputs: Any) -> str:
    """Every table of the outputs, a line for each row, its cells between upright strokes; empty where there is none."""
    if not isinstance(outputs, list):
        return ""
    return "\n".join(line for output in outputs for line in _lines(_markup(output)))


def _markup(output: Any) -> str:
    held = output.get("data") if isinstance(output, dict) else None
    said = held.get("text/html") if isinstance(held, dict) else None
    text = "".join(part for part in said if isinstance(part, str)) if isinstance(said, list) else said
    return text[-CHARACTERS:] if isinstance(text, str) else ""


def _lines(markup: str) -> Iterator[str]:
    for row in ROW.split(markup)[1 : ROWS + 1]:
        cells = CELL.split(row)[1 : CELLS + 2]
        if 2 <= len(cells) <= CELLS:
            yield "| " + " | ".join(map(_text, cells)) + " |"


def _text(cell: str) -> str:
    """The words of one cell, without its tags."""
    inside = END.split(cell, maxsplit=1)[0][: 4 * CELL_CHARACTERS]
    words = " ".join(html.unescape(TAG.sub(" ", inside)).replace("|", " ").split())
    return words[:CELL_CHARACTERS] or BLANK
