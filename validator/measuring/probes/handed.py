"""Small text files that the student's process handed out, read as what they are: hostile. Knows no metric."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from validator.measuring.datasets.inventory import DataError
from validator.measuring.datasets.npy import open_regular

JSON_BYTES = 1 << 20
WORDS = 200
PLAIN_NAME = re.compile(r"[\w-][\w.-]{0,149}", re.ASCII)


def read_json(path: Path) -> Any:
    """The value of a JSON file of at most a mebibyte, not through a link. Raises DataError."""
    with open_regular(path, max_bytes=JSON_BYTES) as stream:
        content = stream.read(JSON_BYTES)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path.name}: not JSON ({str(error)[:WORDS]})") from error


def is_plain_name(name: Any) -> bool:
    """Whether this names a file directly in a folder: no separator, drive or parent, not hidden, fit to be shown."""
    return isinstance(name, str) and PLAIN_NAME.fullmatch(name) is not None


def text_of(table: Mapping[str, Any], key: str) -> str:
    """The text under a key, printable and short; empty when there is none."""
    value = table.get(key)
    return printable(value) if isinstance(value, str) else ""


def printable(text: str) -> str:
    """Text of a stranger, cut to a line that can be shown."""
    return "".join(character if character.isprintable() else " " for character in text[:WORDS]).strip()


def tables(value: Any, *, at_most: int = 1000) -> tuple[Mapping[str, Any], ...]:
    """The tables of a list; anything else in it is left out."""
    items = value[:at_most] if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, dict))
