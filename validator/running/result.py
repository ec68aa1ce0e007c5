"""What one stage found: the sections of the evidence that it fills."""

from __future__ import annotations

from dataclasses import dataclass

from validator.evidence import Layout, Metrics, Paper, Run, Source


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """Sections measured by one stage; a stage leaves the others empty."""

    layout: Layout | None = None
    papers: tuple[Paper, ...] = ()
    sources: tuple[Source, ...] = ()
    runs: tuple[Run, ...] = ()
    metrics: tuple[Metrics, ...] = ()
