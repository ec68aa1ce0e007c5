"""Puts what the stages found together into one submission's evidence. Computes nothing, measures nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from validator import __version__, evidence
from validator.evidence import Evidence, Fault, Harness, Layout, Paper, Submission
from validator.running.result import StageResult
from validator.running.store import Kept


def together(
    submission: Submission,
    *,
    layout: Layout,
    kept: Sequence[Kept],
    faults: Sequence[Fault],
    skipped: Mapping[str, str],
    versions: Mapping[str, str],
) -> Evidence:
    """Every section of every stage; `versions` speak for this harness when no stage was kept."""
    results = [each.result for each in kept]
    # The harness that unpacked the submission: marking it again later must not change the evidence.
    made_by = kept[0].versions if kept else versions
    return Evidence(
        schema=evidence.SCHEMA,
        harness=Harness(version=made_by.get("validator", __version__), commit=made_by.get("commit", "")),
        submission=submission,
        layout=layout,
        papers=tuple(_with_figures(paper, results) for result in results for paper in result.papers),
        documents=tuple(document for result in results for document in result.documents),
        sources=tuple(source for result in results for source in result.sources),
        runs=tuple(run for result in results for run in result.runs),
        metrics=tuple(metrics for result in results for metrics in result.metrics),
        faults=tuple(faults),
        skipped=dict(skipped),
        environment=_environment(kept),
    )


def seen_before(home: Path, submission: Submission) -> bool:
    """Whether the evidence that lies there is about the same bytes."""
    try:
        before = evidence.load(home / "evidence.json")
    except evidence.EvidenceError:
        return False
    return before.submission.sha256 == submission.sha256


def _with_figures(paper: Paper, results: Sequence[StageResult]) -> Paper:
    """The paper with the figures that another stage found in it."""
    found = [figure for result in results for figure in result.figures.get(paper.path, ())]
    return dataclasses.replace(paper, figures=tuple(found)) if found else paper


def _environment(kept: Sequence[Kept]) -> dict[str, str]:
    """Who measured what, when, where and for how long, stage by stage."""
    lines = {f"stage.{each.stage}": f"{each.made_at} on {each.host}, {each.seconds} s" for each in kept}
    versions = {name: version for each in kept for name, version in each.versions.items()}
    around = {name: text for each in kept for name, text in each.environment.items()}
    gpus = {f"gpu.{each.stage}": each.gpu for each in kept if each.gpu}
    return {**{f"version.{name}": version for name, version in versions.items()}, **lines, **around, **gpus}
