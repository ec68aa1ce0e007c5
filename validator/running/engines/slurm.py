"""Hands tasks to Slurm as job arrays, through submitit. Submission only: what comes of a task is read from its own
files, and nothing that a job wrote is ever unpickled."""

from __future__ import annotations

import math
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import validator
from validator.plan import Plan
from validator.running.slurm_task import run_task

LONGEST_ARRAY = 1000
"""Slurm's default MaxArraySize is 1001, and an array's last index must be below it."""

START_SECONDS = 300.0
"""Beside a stage's own limits: starting it, and ending it when a limit is reached."""

SCORING_SECONDS = 4 * 3600.0
"""The wall limit of one scoring stage."""

MARGIN_SECONDS = 600.0
LEAST_MARGIN_SECONDS = 300.0


class SlurmError(RuntimeError):
    """Nothing was submitted; the message says why, and what helps."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What one task asks of Slurm. Empty words ask for nothing and leave the cluster's default."""

    walltime_minutes: int
    partition: str = ""
    gres: str = ""
    memory: str = ""
    """In Slurm's words, such as `16G`."""
    cpus: int = 1
    setup: str = ""
    """A line of shell that the job runs first."""
    parallel: int = 0
    """Tasks of the array at a time; 0 is as many as Slurm lets run."""
    extra: tuple[tuple[str, str], ...] = ()
    """Further options of sbatch: name without dashes, and value."""


def default_walltime_minutes(plan: Plan) -> int:
    """All that the stages of one submission may take by their own limits, and a margin: no limit of Slurm's comes
    before one of the harness's, which knows what to do."""
    seconds = 2 * START_SECONDS + 4 * plan.paper.wall_seconds + MARGIN_SECONDS
    if plan.execute != "static":
        seconds += _run_seconds(plan) + _notebooks(plan) * (2 * plan.run.window_seconds + START_SECONDS)
        seconds += 2 * SCORING_SECONDS if plan.execute == "full" else 0.0
    return math.ceil(seconds / 60)


def least_walltime_minutes(plan: Plan) -> int:
    """Below this a notebook that uses its own limit is ended by Slurm's."""
    executed = 0.0 if plan.execute == "static" else _run_seconds(plan)
    return math.ceil((executed + LEAST_MARGIN_SECONDS) / 60)


def why_not() -> str:
    """Why nothing can be submitted from here, with what helps; empty when it can."""
    try:
        import submitit  # noqa: F401 - only whether it is there
    except ImportError:
        return "--engine slurm needs submitit, which is not installed here: pip install 'validator[slurm]'"
    missing = [name for name in ("sbatch", "srun") if shutil.which(name) is None]
    if missing:
        return (
            f"--engine slurm: {missing[0]} not found here: run it on a login node of the cluster, or install Slurm's "
            "clients (on Debian: apt-get install slurm-client); without a cluster leave --engine out"
        )
    return ""


def submit(task_files: Sequence[Path], request: Request, *, logs: Path) -> list[str]:
    """Submit one array of at most LONGEST_ARRAY tasks; what Slurm calls each of them. Raises SlurmError."""
    from submitit import SlurmExecutor
    from submitit.core.utils import FailedJobError, FailedSubmissionError

    if "%" in str(logs):
        raise SlurmError(f"{logs}: Slurm replaces what follows a % in the names of its logs; name another --out")
    logs.mkdir(parents=True, exist_ok=True)
    # `exec`, so that the task is the job's own process, with no shell that a signal could end before it;
    # `-P`, because the folder that the head was started from may hold a student's `torch.py`.
    executor = SlurmExecutor(folder=logs, python=f"exec {shlex.quote(sys.executable)} -P")
    try:
        executor.update_parameters(**_parameters(request))
        submitted = executor.map_array(run_task, [str(path) for path in task_files])
    except (FailedJobError, FailedSubmissionError, OSError, ValueError) as error:
        said = _last_line(error)
        hint = " (--slurm-gres '' asks for no GPU)" if "generic resource" in said else ""
        raise SlurmError(f"sbatch refused: {said}{hint}") from error
    return [job.job_id for job in submitted]


def _parameters(request: Request) -> dict[str, Any]:
    named: dict[str, Any] = {
        "job_name": "validate",
        "time": request.walltime_minutes,
        "cpus_per_task": request.cpus,
        "stderr_to_stdout": True,
        "use_srun": False,  # one process on one node: a step of its own would need the controller once more
        "array_parallelism": request.parallel or LONGEST_ARRAY,
        "setup": [*([request.setup] if request.setup else []), _importable()],
    }
    named |= {name: value for name, value in (("partition", request.partition), ("gres", request.gres)) if value}
    extra: dict[str, Any] = {name: value or True for name, value in request.extra}
    return {**named, "additional_parameters": {**({"mem": request.memory} if request.memory else {}), **extra}}


def _importable() -> str:
    """A checkout that is not installed is found by its path; what the setup line set stays."""
    parent = shlex.quote(str(Path(validator.__file__).resolve().parent.parent))
    return f'export PYTHONPATH={parent}"${{PYTHONPATH:+:$PYTHONPATH}}"'


def _notebooks(plan: Plan) -> int:
    return sum(role.kind == "notebook" for role in plan.roles)


def _run_seconds(plan: Plan) -> float:
    """All that notebooks may run: one of each role, or all of a role together."""
    each = len(plan.each_roles)
    return (_notebooks(plan) - each) * plan.run.wall_seconds + each * plan.run.together_seconds


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line for line in lines if line.startswith("sbatch: error")]
    return (said or lines or [type(error).__name__])[-1]
