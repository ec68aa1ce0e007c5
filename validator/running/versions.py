"""Which harness and libraries measure here, without importing the heavy ones."""

from __future__ import annotations

import functools
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from validator import __version__

NAMED = (
    "torch",
    "torchvision",
    "numpy",
    "scipy",
    "faiss-gpu",
    "faiss-cpu",
    "pytorch-fid",
    "nbclient",
    "ipykernel",
    "pypdf",
    "pypdfium2",
)

RUN_EXTRA = ("torch", "torchvision", "nbclient", "ipykernel", "numpy", "scipy", "pillow", "matplotlib", "pytorch-fid")


def versions() -> dict[str, str]:
    """Name to version of the harness, its commit, Python and every library that can move a number."""
    found = {name: version for name in NAMED if (version := _version(name))}
    return {"validator": __version__, "commit": checkout_commit(), "python": platform.python_version(), **found}


def run_extra_missing() -> str:
    """Why nothing can be executed here, with the command that helps; empty when everything is installed."""
    missing = [name for name in RUN_EXTRA if not _version(name)]
    if not (_version("faiss-gpu") or _version("faiss-cpu")):
        missing.append("faiss")
    if not missing:
        return ""
    named = ", ".join(missing[:2]) + (f" and {len(missing) - 2} more" if len(missing) > 2 else "")
    return f"not executed: {named} not installed here (pip install 'validator[run]')"


def checkout_commit() -> str:
    """The commit of the checkout this package lies in, with `+` when it has local changes; empty when installed."""
    here = Path(__file__).resolve().parents[2]
    if not (here / ".git").exists():
        return ""
    commit = _git(here, "rev-parse", "--short=12", "HEAD")
    changed = _git(here, "status", "--porcelain", "--untracked-files=no")
    return commit + ("+" if changed else "")


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


@functools.cache
def installed(name: str) -> str:
    """The version of a library, asked once in a process; empty when it is not installed."""
    return _version(name)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
