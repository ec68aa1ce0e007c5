"""The process of one stage: `python -m validator.running.stage STAGE TASK.json RESULT.json`.

Whatever a submission does to this process (a crash in a library, all memory, an endless loop) ends this process only,
and it does not outlive the process that started it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from validator import plain
from validator.measuring import sandbox
from validator.measuring.probes.task import Task
from validator.running import stages
from validator.running.files import write_atomically
from validator.running.handed import handed_digest
from validator.running.parent import die_with_parent
from validator.running.result import StageResult
from validator.running.space import NO_SPACE, is_full
from validator.running.unpacking import kept_unpacking


def measure(stage: str, task: Task) -> StageResult:
    """Run one stage in this process. Probes are imported only by the stage that needs them."""
    from validator.measuring.probes import measure as probes

    if stage == stages.UNPACK:
        return StageResult(unpacked=probes.unpacked(task))
    if stage == stages.STATIC:
        return _static(task)
    if stage.startswith("run-"):
        role, paths = stages.told_files(stage, task.plan)
        return StageResult(runs=probes.executed(task, role=role, paths=paths), handed=handed_digest(task, role))
    name, _, runs = stage.partition("=")
    if name == stages.COMPARE:
        found = probes.figures(task, tuple(runs.split(",")) if runs else ())
        return StageResult(figures=found.figures, metrics=found.metrics)
    if name == stages.SCORE_CLASSIFIER:
        return StageResult(metrics=probes.classifier_metrics(task, tuple(runs.split(",")) if runs else ()))
    if stage == "score-samples":
        return StageResult(metrics=(probes.samples_metrics(task),))
    raise ValueError(f"no stage is called {stage}")


def _static(task: Task) -> StageResult:
    """Unpacks first when that is needed as well: starting a process costs more than unpacking does."""
    from validator.measuring.probes import measure as probes

    before = kept_unpacking(task)
    unpacked = before or probes.unpacked(task)
    layout = probes.listed(task, unpacked)
    return StageResult(
        unpacked=None if before else unpacked,
        layout=layout,
        papers=probes.papers(task, layout),
        documents=probes.documents(task, layout),
        sources=probes.sources(task, layout),
    )


def _confine(task: Task) -> None:
    """Whatever a student's bytes make of the libraries that read them, it stays with this submission's own folder."""
    home = Path(task.home)
    tempfile.tempdir = str(home)
    sandbox.confine(readable=(Path(task.given),), writable=(home,))


def main(arguments: list[str], *, alone: bool = False) -> None:
    """Read the task, measure, write the result; an exception ends the process with its traceback on stderr.

    `alone` in this process, it lets go of everything that a stage which only reads does not need.
    """
    die_with_parent()
    stage, task_path, result_path = arguments
    task = Task.loads(Path(task_path).read_text(encoding="utf-8"))
    if alone and stage in (stages.UNPACK, stages.STATIC):
        _confine(task)
    try:
        result = measure(stage, task)
        text = json.dumps(plain.to_plain(result), allow_nan=False)
        write_atomically(Path(result_path), text.encode(), durable=False)
    except OSError as error:
        if not is_full(error):
            raise
        print(f"{stage}: {error}", file=sys.stderr)  # noqa: T201 - the log of the stage
        sys.exit(NO_SPACE)


if __name__ == "__main__":
    main(sys.argv[1:], alone=True)
