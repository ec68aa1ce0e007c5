"""One notebook or script executed by itself, outside any submission: the same run, in a folder that goes."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from validator.evidence import Run, Submission
from validator.measuring.probes import run
from validator.measuring.probes.task import Task
from validator.plan import Plan, RunLimits

CLASSIFIER, MODEL = "classifier", "model"


def alone(
    file: Path,
    *,
    wall_seconds: float,
    data: Path | None,
    interpreter: str | None = None,
    environment: str = "",
    self_test: Mapping[str, tuple[str, ...]] | None = None,
) -> Run:
    """Execute a copy of `file` and nothing beside it; neither predictions nor samples are taken.

    `interpreter` is the Python of a run environment, `environment` the digest of what can be imported there,
    `self_test` what the meter's self-test said of it.
    """
    with tempfile.TemporaryDirectory(prefix="meter-") as home:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        task = Task(
            submission=Submission(id=file.stem, sha256=digest, source=file.name),
            given=str(file.resolve()),
            home=home,
            plan=Plan(
                roles=(),
                classifier_role="",
                generator_role="",
                run=RunLimits(wall_seconds=wall_seconds, cell_seconds=wall_seconds),
            ),
            data=str(data.resolve()) if data else None,
            interpreter=interpreter,
            environment=environment,
            self_test=self_test or {},
        )
        task.unpacked.mkdir()
        shutil.copyfile(file, task.unpacked / file.name)
        return replace(run.run(task, role=role_of(file), path=file.name), environment=environment)


def role_of(file: Path) -> str:
    """What the file name says it is: of several classifiers one counts, of anything else all networks together."""
    name = file.stem.lower()
    return CLASSIFIER if "classifier" in name or "classifer" in name else MODEL
