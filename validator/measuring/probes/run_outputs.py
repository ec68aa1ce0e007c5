"""Outputs of cells kept within a budget. Knows messages and cells; nothing of kernels or files."""

from __future__ import annotations

import json
from typing import Any

MERGED_CHARACTERS = 65_536
"""Streams grow together up to this; a longer one starts a new output, so that appending stays cheap."""
OUTPUT_COUNT = 5_000


class Budget:
    """How much output of one notebook is still kept."""

    def __init__(self, *, output_bytes: int) -> None:
        self._left_bytes = output_bytes
        self._left_outputs = OUTPUT_COUNT
        self.exceeded = False

    def take(self, *, size_bytes: int, outputs: int = 1) -> bool:
        """Whether an output of that size is kept; once one is not, the notebook is marked."""
        if size_bytes > self._left_bytes or outputs > self._left_outputs:
            self.exceeded = True
            return False
        self._left_bytes -= size_bytes
        self._left_outputs -= outputs
        return True

    def give(self, *, size_bytes: int) -> None:
        """Room that an overwritten progress bar leaves."""
        self._left_bytes += size_bytes


def merged(outputs: list[Any], content: dict[str, Any], budget: Budget) -> bool:
    """Append stream text to the last output where it continues it; whether it was taken care of."""
    text = content.get("text")
    if not isinstance(text, str):
        return False
    last = outputs[-1] if outputs else None
    continues = last is not None and last.get("output_type") == "stream" and last.get("name") == content.get("name")
    if last is None or not continues or len(last["text"]) > MERGED_CHARACTERS:
        return False
    if not budget.take(size_bytes=len(text), outputs=0):
        return True
    before = len(last["text"]) + len(text)
    last["text"] = overwritten(last["text"] + text)
    budget.give(size_bytes=before - len(last["text"]))
    return True


def overwritten(text: str) -> str:
    """What a terminal would show of progress bars that return to the start of their line."""
    if "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(_last_state(line) for line in lines)


def _last_state(line: str) -> str:
    states = [state for state in line.split("\r") if state]
    return states[-1] if states else ""


def size_bytes(content: dict[str, Any]) -> int:
    """Roughly what a message adds to the executed notebook."""
    text = content.get("text")
    return len(text) if isinstance(text, str) else len(json.dumps(content, default=str))
