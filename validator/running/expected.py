"""How long a submission may take, for nothing but its place in a queue: from earlier attempts, else from its size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator.running.files import read_regular

SECONDS_A_BYTE = 1e-3
"""A notebook grows with what it printed, and long trainings print much; right only in being larger for larger files."""
EXECUTED = frozenset({".ipynb", ".py"})


def expected_seconds(home: Path) -> float:
    """The longest that each of its notebooks took so far, together; before any was executed, what their sizes say."""
    longest: dict[str, float] = {}
    for stage, seconds in _before(home / "stages"):
        longest[stage] = max(longest.get(stage, 0.0), seconds)
    return sum(longest.values()) if longest else _bytes(home / "submission") * SECONDS_A_BYTE


def _before(stages: Path) -> Iterator[tuple[str, float]]:
    """Stage and seconds of every execution that is kept, and of attempts that ended."""
    kept, attempts = stages.glob("run-*.json"), (stages / "attempts").glob("run-*.json")
    for document in map(_document, (*kept, *attempts)):
        stage, seconds = document.get("stage"), document.get("seconds")
        if isinstance(stage, str) and stage.startswith("run-") and isinstance(seconds, int | float) and seconds >= 0:
            yield stage, float(seconds)


def _document(path: Path) -> dict[str, Any]:
    try:
        return _parsed(read_regular(path).decode("utf-8", "replace"))
    except OSError:
        return {}


def _parsed(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _bytes(unpacked: Path) -> int:
    """Size of all notebooks and scripts as they were unpacked; looked at, never opened."""
    try:
        return sum(path.lstat().st_size for path in unpacked.rglob("*") if path.suffix.lower() in EXECUTED)
    except OSError:
        return 0
