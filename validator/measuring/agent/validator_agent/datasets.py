"""Nothing is served yet."""

from __future__ import annotations

from typing import Any


def install(config: dict[str, Any], channel: Any) -> None:
    """Nothing to do yet."""
