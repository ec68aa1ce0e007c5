"""Running totals of one module that was called directly; knows no hook and no record."""

from __future__ import annotations

import weakref
from typing import Any

from .networks import Network


class Tally:
    """Running totals of one module that was called directly."""

    def __init__(self, module: Any, name: str) -> None:
        self.module = weakref.ref(module)
        self.name = name
        self.network: Network | None = None
        self.copy_of: Network | None = None
        self.similarity: float | None = None
        self.images_after = self.updates_before = self.quiet_ns = 0
        """Images judged since any network's last update, that update's number, and when it judged last."""
        self.calls = self.images = self.quiet_calls = self.quiet_images = 0
        """`quiet` counts calls without gradients, which judge or sample; the others train."""
        self.summary: dict[str, Any] | None = None
        self.training_summary: dict[str, Any] | None = None
        self.summaries = 0
        self.summary_ns = 0
        self.dirty = False
        self.fed_by: dict[str, list[int]] = {}
        """Tallies whose output it was called with: how often with gradients, and how often without."""
        self.source: Tally | None = None
        """Where the rows of its arguments came from when they were looked at last."""
        self.came_from: Tally | None = None
        """The one that computed an argument of the call that now runs, as far as that was seen."""
        self.output: tuple[int, ...] = ()

    def said(self) -> dict[str, Any]:
        """What a `forward` record says."""
        network = self.network or self.copy_of
        return {
            "name": self.name,
            "net": network.number if network else None,
            "calls": self.calls,
            "images": self.images,
            "quiet_calls": self.quiet_calls,
            "quiet_images": self.quiet_images,
            "images_since_update": network.images_since_update if network else None,
            "input": self.summary,
            "copy": self.similarity,
            "fed_by": self.fed_by,
            "output": list(self.output),
        }
