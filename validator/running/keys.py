"""What a kept result depends on, as named parts: one key over all of them, and words for what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from validator import plain

SHORT = 24
"""Characters of a part that are shown; a digest tells nobody anything."""


def key_of(*parts: object) -> str:
    """SHA-256 over the parts as JSON: equal parts, equal key."""
    text = json.dumps([plain.to_plain(part) for part in parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def told(value: object) -> str:
    """A part's content as text: what is compared, and shown when it changes."""
    return json.dumps(plain.to_plain(value), sort_keys=True)


def changed(*, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Which parts differ, in words: `limits of a run changed (wall_seconds 14400.0 -> 60.0)`."""
    if not before:
        return "what it depended on was not kept"
    names = [*now, *(name for name in before if name not in now)]
    differing = [_difference(name, before.get(name, ""), now.get(name, "")) for name in names]
    return ", ".join(words for words in differing if words) or "nothing changed"


def _difference(name: str, before: str, now: str) -> str:
    if before == now:
        return ""
    detail = "; ".join(_inside(_table(before), _table(now))) or _arrow(before, now)
    return f"{name} changed" + (f" ({detail})" if detail else "")


def _inside(before: dict[str, object], now: dict[str, object]) -> list[str]:
    """The entries of a table that differ, when both are tables."""
    if not before or not now:
        return []
    names = [name for name in now if before.get(name) != now[name]]
    return [f"{name} {json.dumps(before.get(name))} -> {json.dumps(now[name])}" for name in names]


def _arrow(before: str, now: str) -> str:
    if max(len(before), len(now)) > SHORT:
        return ""
    return f"{before or 'none'} -> {now or 'none'}"


def _table(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
