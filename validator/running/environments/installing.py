"""Fills a virtual environment with wheels, by uv where it is there and by pip where not. Knows no rubric.

Wheels only: what is built from source executes its own code while it is built.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from validator.measuring import sandbox
from validator.running.environments.asked import Asked
from validator.running.environments.places import NotBuilt

GIB = 1024**3
POLL_SECONDS = 0.1
SAID_CHARACTERS = 1500


@dataclass(frozen=True, kw_only=True)
class BuildLimits:
    """What making one environment may use."""

    wall_seconds: float = 3600.0
    disk_bytes: int = 40 * GIB
    """Size of all its files; those it shares with others by hard links count too."""
    free_bytes: int = 2 * GIB
    """Disk that must stay free while it is made."""


def uv() -> str:
    """The uv beside this interpreter or on the path; empty when there is none."""
    beside = Path(sys.executable).parent / "uv"
    return str(beside) if os.access(beside, os.X_OK) else shutil.which("uv") or ""


def make_venv(python: Path, folder: Path, *, limits: BuildLimits) -> None:
    """A virtual environment of that Python; pip comes as a package when uv installs, and with it when pip does."""
    without = ["--without-pip"] if uv() else []
    run_within([str(python), "-I", "-m", "venv", *without, str(folder)], work=folder.parent, limits=limits)


def install(asked: Asked, *, venv: Path, work: Path, limits: BuildLimits, wheels: Path | None = None) -> str:
    """Install everything asked for; returns the installer's name. `wheels` is a folder to take all wheels from.

    Raises NotBuilt with the installer's own words.
    """
    wanted, constraints = work / "packages.txt", work / "constraints.txt"
    wanted.write_text("".join(f"{line}\n" for line in asked.lines), encoding="utf-8")
    constraints.write_text("".join(f"{line}\n" for line in asked.constraints), encoding="utf-8")
    python = str(venv / "bin" / "python")
    how = ["--quiet", "--only-binary", ":all:", "--requirement", str(wanted), "--constraint", str(constraints)]
    if wheels is not None:
        how += ["--no-index", "--find-links", str(wheels.absolute())]
    program = uv()
    command = [program, "pip", "install", "--python", python] if program else [python, "-I", "-m", "pip", "install"]
    run_within([*command, *how], work=work, limits=limits)
    return "uv" if program else "pip"


def run_within(command: Sequence[str], *, work: Path, limits: BuildLimits) -> None:
    """Run to its end within the limits; raises NotBuilt with the end of what it said.

    Under the sandbox's supervisor: when this process is killed, the installer and all it started end too.
    """
    log = work.parent / f"{work.name}.log"
    try:
        with log.open("w+b") as said:
            process = subprocess.Popen(
                sandbox.boxed(command, limits=sandbox.Limits(wall_seconds=limits.wall_seconds)),
                cwd=work,  # no project's own settings are picked up
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            why = _ended(process, work=work, limits=limits)
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
    finally:
        log.unlink(missing_ok=True)
    if why or process.returncode != 0:
        raise NotBuilt(why or _words(text) or f"{Path(command[0]).name} ended with code {process.returncode}")


def _ended(process: subprocess.Popen[bytes], *, work: Path, limits: BuildLimits) -> str:
    """Wait; why it was ended before its end, or empty text."""
    until = time.monotonic() + limits.wall_seconds
    try:
        while not (why := _why_ended(until, work=work, limits=limits)):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(min(POLL_SECONDS, max(until - time.monotonic(), 0.0)))
                return ""
    finally:
        if process.poll() is None:
            sandbox.end(process.pid)
            process.wait()
    return why


def _why_ended(until: float, *, work: Path, limits: BuildLimits) -> str:
    if shutil.disk_usage(work).free < limits.free_bytes:
        return f"less than {limits.free_bytes / GIB:.1f} GiB of disk are left"
    return f"not complete after {limits.wall_seconds:g} s" if time.monotonic() >= until else ""


def _words(text: str) -> str:
    """The installer's message as one line, without its drawing and without addresses of an index."""
    line = " ".join(re.sub(r"[│╰╭─▶×]", " ", text).split())
    return re.sub(r"\w+://\S+", "(an index)", line)[:SAID_CHARACTERS]
