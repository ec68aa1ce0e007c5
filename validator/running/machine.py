"""What this machine offers for measuring: libraries, accelerator, sandbox, disk, shared memory, data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from validator.measuring import sandbox
from validator.measuring.datasets import inventories
from validator.running.versions import run_extra_missing, versions

GIB = 1024**3
ENOUGH_DISK_BYTES = 10 * GIB
ENOUGH_SHARED_BYTES = GIB
"""DataLoader workers hand batches over through shared memory."""

TORCH_CHECK = "import torch; print(torch.__version__)"
FAISS_CHECK = "import numpy, faiss; faiss.knn(numpy.eye(4, dtype='f4'), numpy.eye(4, dtype='f4'), 1); print('works')"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that measuring needs: whether it is there, and what was seen."""

    name: str
    ok: bool
    detail: str


def checks(*, data: Path | None, out: Path) -> tuple[Check, ...]:
    """Look at everything; each library is tried in a process of its own, because some can crash on import."""
    missing = run_extra_missing()
    libraries = ", ".join(f"{name} {version}" for name, version in versions().items() if version)
    found = [
        Check(name="libraries", ok=not missing, detail=missing or libraries),
        _sandbox(),
        _space("disk", out, ENOUGH_DISK_BYTES),
        _space("shared memory", Path("/dev/shm"), ENOUGH_SHARED_BYTES),  # noqa: S108 - looked at, not written
    ]
    if not missing:
        found += [_imported("torch", TORCH_CHECK), _accelerator(), _imported("faiss", FAISS_CHECK)]
    for inventory in inventories(data):
        detail = inventory.status if inventory.complete else f"{inventory.status}: {inventory.folder}"
        found.append(Check(name=inventory.title, ok=inventory.complete, detail=detail))
    return tuple(found)


def _imported(name: str, code: str) -> Check:
    ok, said = _python(code)
    return Check(name=name, ok=ok, detail=said)


def _accelerator() -> Check:
    ok, said = _python("import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else '')")
    return Check(name="accelerator", ok=True, detail=said if ok and said else "none: notebooks run on the CPU")


def _python(code: str) -> tuple[bool, str]:
    command = [sys.executable, "-W", "ignore", "-c", code]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return False, str(error)
    said = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return done.returncode == 0, said[-1] if said else (f"ended with code {done.returncode}" if done.returncode else "")


def _sandbox() -> Check:
    """This version has one tier; staff are told plainly what it does not keep out."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    warning = "; running as root: notebooks have root's rights" if root else ""
    detail = f"{sandbox.TIER}: network and file system are not closed to notebooks{warning}"
    return Check(name="sandbox", ok=not root, detail=detail)


def _space(name: str, path: Path, enough: int) -> Check:
    place = next((folder for folder in (path, *path.resolve().parents) if folder.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    return Check(name=name, ok=free >= enough, detail=f"{free / GIB:.1f} GiB free (at least {enough // GIB} wanted)")
