"""The box of one run: its walls, limits and environment variables. Knows the sandbox and the plan; starts nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from validator.measuring import datasets, sandbox
from validator.measuring.probes.run_scratch import Scratch
from validator.measuring.probes.task import Task
from validator.measuring.sandbox import gpus, tiers
from validator.measuring.sandbox import walls as views

AGENT = Path(__file__).resolve().parents[1] / "agent"
SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin")


class BoxProblem(RuntimeError):
    """The box of this run cannot be built on this machine: a fault of the harness or of its set-up."""


def walls_of(task: Task, scratch: Scratch, *, counters: Path) -> sandbox.Walls:
    """What the notebook sees. Raises BoxProblem when its account could not read what it must."""
    python = interpreter(task)
    try:
        tier = tiers.choose(task.tier or "auto")
    except tiers.SandboxError as error:
        raise BoxProblem(str(error)) from error
    made = sandbox.Walls(
        tier=tier,
        readable=(*views.interpreter_paths(python), *_agent(task), scratch.told, *data_paths(task.data)),
        writable=(*scratch.writable, counters),
        tmp=scratch.tmp,
        devices=gpus.nodes(_gpus(task)),
        uid=scratch.uid,
    )
    closed = views.unreachable(made)
    if closed:
        raise BoxProblem(
            f"notebooks run as an account without rights, which may not read {', '.join(closed)}: "
            "make it readable for others (chmod -R o+rX), or run the harness as an ordinary user"
        )
    return made


def limits_of(task: Task) -> sandbox.Limits:
    """Resources of the plan in the words of the sandbox."""
    wished = task.plan.run
    return sandbox.Limits(
        wall_seconds=wished.wall_seconds,
        memory_bytes=wished.memory_bytes,
        tree_bytes=wished.memory_bytes,
        file_bytes=wished.file_bytes,
        disk_bytes=wished.disk_bytes,
        processes=wished.processes,
    )


def interpreter(task: Task) -> Path:
    """The Python that executes the notebook: the run environment's, or the harness's own."""
    return Path(task.interpreter or sys.executable)


def variables(task: Task, scratch: Scratch, *, config: Path, walls: sandbox.Walls) -> dict[str, str]:
    """What the kernel sees of the outside: the allow-list, its own folders, the agent."""
    own = {
        "HOME": scratch.home,
        "TMPDIR": Path("/tmp") if walls.tier == "T1" else scratch.tmp,  # noqa: S108 - a folder of its own there
        "XDG_CACHE_HOME": scratch.home / ".cache",
        "XDG_CONFIG_HOME": scratch.home / ".config",
        "TORCH_HOME": scratch.home / ".cache" / "torch",
        "MPLCONFIGDIR": scratch.home / ".config" / "matplotlib",
        "IPYTHONDIR": scratch.home / ".ipython",
        "JUPYTER_RUNTIME_DIR": scratch.home / ".runtime",
        "VALIDATOR_AGENT": config,
    }
    if task.interpreter is None:  # a run environment starts the agent by itself, in every child too
        own["PYTHONPATH"] = AGENT
    fixed = {
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": _path(task, walls),
        # Without a network `!pip install` should fail at once instead of trying again and again.
        "PIP_NO_INDEX": "1",
        "PYTHONIOENCODING": "utf-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # The account has no name in any table: programs that ask for one are answered.
        "USER": "student",
        "LOGNAME": "student",
    }
    visible = gpus.visible(_gpus(task)) if walls.devices else None
    accelerator = {"CUDA_VISIBLE_DEVICES": visible, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"} if visible else {}
    return sandbox.allowed(extra={**{name: str(path) for name, path in own.items()}, **fixed, **accelerator})


def _path(task: Task, walls: sandbox.Walls) -> str:
    """`!python` and `!pip` mean the kernel's own interpreter, whichever comes first on the harness's path."""
    rest = os.environ.get("PATH", os.defpath).split(os.pathsep) if walls.tier == "T3" else SYSTEM_PATH
    return os.pathsep.join([str(interpreter(task).parent), *rest])


def _agent(task: Task) -> tuple[Path, ...]:
    """The agent's files for the harness's own Python; a run environment has a copy."""
    return (AGENT,) if task.interpreter is None else ()


def data_paths(data: str | Path | None) -> tuple[Path, ...]:
    """The files of the data sets that are served, and nothing else of the folder they lie in."""
    served = datasets.served(Path(data) if data else None)
    kept = ((served["cifar100"], datasets.cifar100.FOLDER), (served.get("cifar10"), datasets.cifar10.FOLDER))
    folders = [Path(photographs["root"]) / name for photographs, name in kept if photographs]
    return (*(Path(file) for file in served["files"].values()), *folders)


def _gpus(task: Task) -> tuple[gpus.Gpu, ...]:
    return () if task.plan.device == "cpu" else gpus.assigned(os.environ.get("CUDA_VISIBLE_DEVICES"))
