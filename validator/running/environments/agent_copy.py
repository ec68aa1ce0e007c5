"""The agent, copied into an environment and started there by Python itself. Loads nothing of it here.

A `.pth` file in site-packages starts it in every Python of the environment, isolated ones (`-E`, `-I`) too.
"""

from __future__ import annotations

import compileall
import hashlib
import shutil
from pathlib import Path

from validator.measuring import sandbox

AGENT = Path(sandbox.__file__).parents[1] / "agent"
PACKAGE, START = "validator_agent", "validator_agent_start"
PTH = f"{PACKAGE}.pth"


def agent_digest() -> str:
    """SHA-256 over the names and contents of what is copied."""
    whole = hashlib.sha256()
    for file in _files():
        whole.update(f"{file.relative_to(AGENT).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return whole.hexdigest()


def place_agent(site: Path) -> None:
    """Copy the agent into site-packages, in the place of whatever else carries its names."""
    for name in (PACKAGE, f"{START}.py", PTH):
        _gone(site / name)
    for file in _files():
        target = site / file.relative_to(AGENT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    compileall.compile_dir(site / PACKAGE, quiet=2)
    compileall.compile_file(site / f"{START}.py", quiet=2)
    (site / PTH).write_text(f"import {START}\n", encoding="utf-8")


def _files() -> list[Path]:
    return [AGENT / f"{START}.py", *sorted((AGENT / PACKAGE).rglob("*.py"))]


def _gone(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
