"""Outputs of cells kept within a budget. Knows messages and cells; nothing of kernels or files."""

from __future__ import annotations

import json
import re
from typing import Any

MERGED_CHARACTERS = 65_536
"""Streams grow together up to this; a longer one starts a new output, so that appending stays cheap."""
OUTPUT_COUNT = 5_000
_AT_LINE_END = re.compile(r"\r+(?=\n|\Z)")
_BEFORE_LAST_STATE = re.compile(r"^[^\n]*\r", re.MULTILINE)


class Budget:
    """How much output of one notebook is still kept."""

    def __init__(self, *, output_bytes: int) -> None:
        self._left_bytes = output_bytes
        self._left_outputs = OUTPUT_COUNT
        self._displays: dict[str, int] = {}
        self.exceeded = False

    def has_room(self, *, size_bytes: int) -> bool:
        """Whether so much would be kept; when not, the notebook is marked."""
        self.exceeded |= size_bytes > self._left_bytes
        return size_bytes <= self._left_bytes

    def replace(self, *, display: str, content: dict[str, Any]) -> bool:
        """Whether a display may change into this: it costs only what it grows beyond its largest state so far."""
        size, largest = size_bytes(content), self._displays.get(display, 0)
        if not self.take(size_bytes=max(0, size - largest), outputs=int(not largest)):
            return False
        self._displays[display] = max(size, largest)
        return True

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
    # Two substitutions and no list of lines: a flood of short lines would take fifty times its size as a list.
    return _BEFORE_LAST_STATE.sub("", _AT_LINE_END.sub("", text))


def size_bytes(content: dict[str, Any]) -> int:
    """Roughly what a message adds to the executed notebook."""
    text = content.get("text")
    return len(text) if isinstance(text, str) else len(json.dumps(content, default=str))
