"""What one stage found: the sections of the evidence that it fills."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from validator import plain
from validator.evidence import Document, Figure, Layout, Metrics, Paper, Run, Source
from validator.running.files import read_regular


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """Sections measured by one stage; a stage leaves the others empty."""

    unpacked: Layout | None = None
    """What unpacking said, without a list of files: refused or not, and its remarks."""
    layout: Layout | None = None
    papers: tuple[Paper, ...] = ()
    documents: tuple[Document, ...] = ()
    sources: tuple[Source, ...] = ()
    runs: tuple[Run, ...] = ()
    metrics: tuple[Metrics, ...] = ()
    figures: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    """Path of a paper to its figures, when they were looked for."""
    handed: str = ""
    """Digest of all files that a run handed out, which scoring depends on."""

    @property
    def refused(self) -> bool:
        """Whether the archive was not unpacked."""
        return self.layout is not None and self.layout.refused is not None


def read_result(path: Path) -> StageResult | None:
    """What a stage's process wrote; None when it wrote nothing, or something of another shape."""
    try:
        return plain.from_plain(StageResult, json.loads(read_regular(path)))
    except (OSError, ValueError, RecursionError):
        return None
