"""What the stored outputs of one cell say as text, in any format of notebook. Knows no cell; believes no type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from validator.measuring.probes.run_outputs import overwritten

OUTPUT_CHARACTERS = 400_000
"""Of longer output the first and the last half of so much are kept."""

ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,12}[A-Za-z]|\x08+")
"""Colours and movements of a terminal: Keras prints its summaries and progress bars in them."""


def stored_text(outputs: Any) -> str:
    """The text of streams and results, as a terminal would show it; empty where there is none."""
    if not isinstance(outputs, list):
        return ""
    text = "\n".join(piece.rstrip("\n") for piece in _pieces(outputs))
    half = OUTPUT_CHARACTERS // 2
    kept = text if len(text) <= OUTPUT_CHARACTERS else f"{text[:half]}\n{text[-half:]}"
    return ESCAPES.sub("", overwritten(kept))


def _pieces(outputs: list[Any]) -> Iterator[str]:
    for output in outputs:
        if not isinstance(output, dict):
            continue
        held = output.get("data")
        said = held.get("text/plain") if isinstance(held, dict) else output.get("text")
        yield "".join(part for part in said if isinstance(part, str)) if isinstance(said, list) else _text(said)


def _text(said: Any) -> str:
    return said if isinstance(said, str) else ""
