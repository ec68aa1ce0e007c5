"""The order of the probes, one function a stage. Each imports its probe when it is called: a stage pays for itself."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from validator.evidence import Document, Layout, Metrics, Paper, Run, Source
from validator.measuring.probes.paper_figures import Figures
from validator.measuring.probes.task import Task


def unpacked(task: Task) -> Layout:
    """Unpack the submission; whether it was refused and what unpacking remarked. Its files are listed by `listed`."""
    from validator.measuring.probes import archive

    if task.unpacked.exists():
        shutil.rmtree(task.unpacked)
    found = archive.unpack(given=Path(task.given), into=task.unpacked, limits=task.plan.archive)
    return Layout(refused=found.refused, flags=found.flags)


def listed(task: Task, unpacked: Layout) -> Layout:
    """List what unpacking left, and which file fills which role."""
    from validator.measuring.probes import layout

    return layout.layout(
        root=None if unpacked.refused else task.unpacked,
        refused=unpacked.refused,
        flags=unpacked.flags,
        submission_id=task.submission.id,
        roles=task.plan.roles,
    )


def papers(task: Task, layout: Layout) -> tuple[Paper, ...]:
    """Read the file that fills each paper role; small pictures of its pages go into the run folder of the role."""
    from validator.measuring.probes import paper

    roles = [role.name for role in task.plan.roles if role.kind == "paper"]
    paths = {role: layout.roles[role][0] for role in roles if layout.roles.get(role)}
    return tuple(
        paper.paper(root=task.unpacked, path=path, limits=task.plan.paper, keep=task.run_folder(role))
        for role, path in paths.items()
    )


def documents(task: Task, layout: Layout) -> tuple[Document, ...]:
    """Read the files that fill the other roles: team lists, forms, videos, lists of packages, weights."""
    from validator.measuring.probes import documents

    return documents.documents(task, layout)


def sources(task: Task, layout: Layout) -> tuple[Source, ...]:
    """Read every file that fills a notebook role, and every further notebook or script, as text."""
    from validator.measuring.probes import source

    notebooks = [role.name for role in task.plan.roles if role.kind == "notebook"]
    role_of = {path: role for role in notebooks for path in layout.roles.get(role, ())}
    paths = [entry.path for entry in layout.files if entry.kind in ("notebook", "source")]
    return tuple(source.source(root=task.unpacked, path=path, role=role_of.get(path, "")) for path in paths)


def figures(task: Task, runs: tuple[str, ...]) -> Figures:
    """Find the figures of the paper, and compare them with the pictures in the notebooks and in these runs."""
    from validator.measuring.probes import paper_figures

    return paper_figures.figures(task, listed(task, Layout()), runs=runs)


def executed(task: Task, *, role: str, paths: tuple[str, ...]) -> tuple[Run, ...]:
    """Execute the file that fills this role, or each of its files in turn, with the agent inside."""
    from validator.measuring.probes import run, run_each

    found = run_each.runs(task, role, paths) if role in task.plan.each_roles else (run.run(task, role, paths[0]),)
    return tuple(dataclasses.replace(each, environment=task.environment) for each in found)


def classifier_metrics(task: Task, runs: tuple[str, ...] = ()) -> tuple[Metrics, ...]:
    """Score the predictions of the classifier, or of each of several in these runs, outside their processes."""
    from validator.measuring.probes import classifier

    return classifier.scores(task, runs)


def samples_metrics(task: Task) -> Metrics:
    """FID, uniqueness and pictures of the samples that the run handed out."""
    from validator.measuring.probes import samples

    return samples.score(task)
