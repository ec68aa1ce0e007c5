"""The process of one stage: `python -m validator.running.stage STAGE TASK.json RESULT.json`.

Whatever a submission does to this process (a crash in a library, all memory, an endless loop) ends this process only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from validator import plain
from validator.measuring.probes.task import Task
from validator.running.files import write_atomically
from validator.running.result import StageResult


def measure(stage: str, task: Task) -> StageResult:
    """Run one stage in this process. Probes are imported only by the stage that needs them."""
    from validator.measuring.probes import measure as probes

    if stage == "static":
        layout = probes.unpacked_layout(task)
        papers, sources = probes.papers(task, layout), probes.sources(task, layout)
        return StageResult(layout=layout, papers=papers, sources=sources)
    if stage.startswith("run-"):
        role, path = stage.removeprefix("run-").split("=", 1)
        return StageResult(runs=(probes.executed(task, role=role, path=path),))
    if stage == "score-classifier":
        return StageResult(metrics=(probes.classifier_metrics(task),))
    if stage == "score-samples":
        return StageResult(metrics=(probes.samples_metrics(task),))
    raise ValueError(f"no stage is called {stage}")


def main(arguments: list[str]) -> None:
    """Read the task, measure, write the result; an exception ends the process with its traceback on stderr."""
    stage, task_path, result_path = arguments
    task = Task.loads(Path(task_path).read_text(encoding="utf-8"))
    result = measure(stage, task)
    text = json.dumps(plain.to_plain(result), allow_nan=False)
    write_atomically(Path(result_path), text.encode())


if __name__ == "__main__":
    main(sys.argv[1:])
