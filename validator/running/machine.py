"""What this machine offers for measuring: libraries, accelerator, sandbox, disk, shared memory, data."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from validator.measuring.datasets import inventories
from validator.measuring.sandbox import gpus, walls
from validator.running import meter_checks, sandbox_checks
from validator.running.check import Check
from validator.running.environments.places import envs_folder
from validator.running.environments.record import everything
from validator.running.versions import run_extra_missing, versions

GIB = 1024**3
ENOUGH_DISK_BYTES = 10 * GIB
ENOUGH_SHARED_BYTES = GIB
"""DataLoader workers hand batches over through shared memory."""

DEFAULT_MATERIALS = ("addnist", "cifar100", "weights")
"""What the default rubric needs; a machine that lacks another data set can still do everything for it."""

TORCH_CHECK = "import torch; print(torch.__version__)"
FAISS_CHECK = "import numpy, faiss; faiss.knn(numpy.eye(4, dtype='f4'), numpy.eye(4, dtype='f4'), 1); print('works')"


def checks(*, data: Path | None, out: Path) -> tuple[Check, ...]:
    """Look at everything; each library is tried in a process of its own, because some can crash on import."""
    missing = run_extra_missing()
    libraries = ", ".join(f"{name} {version}" for name, version in versions().items() if version)
    found = [
        Check(name="libraries", ok=not missing, detail=missing or libraries),
        *sandbox_checks.tiers_here(),
        _run_environment(),
        _space("disk", out, ENOUGH_DISK_BYTES),
        _space("scratch", walls.scratch_root(), ENOUGH_DISK_BYTES),
        _space("shared memory", Path("/dev/shm"), ENOUGH_SHARED_BYTES),  # noqa: S108 - looked at, not written
    ]
    if not missing:
        found += meter_checks.counted()
        found += [_imported("torch", TORCH_CHECK), _accelerator(), _imported("faiss", FAISS_CHECK)]
    for inventory in inventories(data):
        detail = inventory.status if inventory.complete else f"{inventory.status}: {inventory.folder}"
        optional = inventory.name not in DEFAULT_MATERIALS
        found.append(Check(name=inventory.title, ok=inventory.complete, detail=detail, optional=optional))
    return (*found, _slurm())


def _imported(name: str, code: str) -> Check:
    ok, said = _python(code)
    return Check(name=name, ok=ok, detail=said)


def _accelerator() -> Check:
    ok, said = _python("import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else '')")
    listed = ", ".join(f"{gpu.model} ({gpu.minor})" for gpu in gpus.installed())
    works = bool(ok and said)
    none = "none: notebooks run on the CPU" + (f"; torch sees nothing of {listed}" if listed else "")
    return Check(name="accelerator", ok=works, detail=listed or said if works else none, optional=True)


def _slurm() -> Check:
    """A cluster is asked only whether it answers."""
    missing = [name for name in ("sbatch", "squeue") if shutil.which(name) is None]
    if missing:
        detail = f"{' and '.join(missing)} not found: --engine slurm works on a cluster's login node"
        return Check(name="Slurm", ok=False, detail=detail, optional=True)
    try:
        done = subprocess.run(
            ["sinfo", "--noheader", "--format=%P %D %G"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Check(name="Slurm", ok=False, detail=f"installed, but: {error}", optional=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return Check(
            name="Slurm", ok=False, detail=f"installed, but: {said[-1] if said else 'no answer'}", optional=True
        )
    partitions = "; ".join(" ".join(line.split()) for line in done.stdout.splitlines())
    return Check(name="Slurm", ok=True, detail=f"partitions, nodes, devices: {partitions}", optional=True)


def _python(code: str) -> tuple[bool, str]:
    command = [sys.executable, "-W", "ignore", "-c", code]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return False, str(error)
    said = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return done.returncode == 0, said[-1] if said else (f"ended with code {done.returncode}" if done.returncode else "")


def _run_environment() -> Check:
    """Of any rubric: which one a cohort uses is said when it is marked."""
    made = everything(envs_folder())
    if not made:
        return Check(
            name="run environment", ok=False, detail="none: the harness's own Python; `validate env` makes one"
        )
    newest = made[0]
    detail = f"{len(made)} made; the newest: Python {newest.python}, {len(newest.frozen)} packages, {newest.folder}"
    return Check(name="run environment", ok=True, detail=detail)


def _space(name: str, path: Path, enough: int) -> Check:
    place = next((folder for folder in (path, *path.resolve().parents) if folder.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    return Check(name=name, ok=free >= enough, detail=f"{free / GIB:.1f} GiB free (at least {enough // GIB} wanted)")
