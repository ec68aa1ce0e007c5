"""Stages as processes on this machine: started in a session of their own, ended at a wall limit or on interrupt."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import validator
from validator.running.files import cleared

ENDED_KINDLY_SECONDS = 10.0
LOG_TAIL_CHARACTERS = 4000


STAGE_PROGRAM = (sys.executable, "-P", "-m", "validator.running.stage")


class Interrupted(Exception):
    """The person at the keyboard stopped the cohort; nothing is lost."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a stage's process ended: exit code (negative: a signal), and the end of what it wrote to stderr."""

    code: int
    timed_out: bool
    log: str


class LocalEngine:
    """Runs one stage a call, from as many threads as the cohort has slots; `stop()` ends them all."""

    def __init__(self, *, program: Sequence[str] = STAGE_PROGRAM, slots: int = 1) -> None:
        self._program = program
        self._threads = max(1, (os.cpu_count() or 1) // slots)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def run(self, *, arguments: list[str], wall_seconds: float, log_path: Path, device: str) -> Ended:
        """Run the stage program with these arguments. Raises Interrupted when the cohort was stopped."""
        command = [*self._program, *arguments]
        log_path.parent.mkdir(parents=True, exist_ok=True)
        with cleared(log_path).open("x+b") as log:
            process = self._start(command, log.fileno(), device)
            try:
                timed_out = self._wait(process, wall_seconds)
            finally:
                end_group(process)
                with self._lock:
                    self._running.discard(process)
            tail = _tail(log)
        if self._stopped.is_set():
            raise Interrupted
        return Ended(code=process.returncode, timed_out=timed_out, log=tail)

    def stop(self) -> None:
        """End every running stage and start none any more."""
        self._stopped.set()
        with self._lock:
            running = list(self._running)
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()

    def _start(self, command: list[str], log: int, device: str) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped.is_set():
                raise Interrupted
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(device, threads=self._threads),
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def _wait(self, process: subprocess.Popen[bytes], wall_seconds: float) -> bool:
        try:
            process.wait(timeout=wall_seconds)
        except subprocess.TimeoutExpired:
            return True
        return False


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group: politely when it still runs, then for good."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=ENDED_KINDLY_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(device: str, *, threads: int) -> dict[str, str]:
    """The harness's own environment, with this package importable and the accelerator hidden when it must be.

    Slots share the cores: more OpenMP threads than cores wait for each other in busy loops, which made a small
    training loop 25 times slower (benchmarks/threads.py). A person's own setting wins.
    """
    environment = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE", **os.environ}
    package_parent = str(Path(validator.__file__).resolve().parent.parent)
    others = [part for part in environment.get("PYTHONPATH", "").split(os.pathsep) if part]
    environment["PYTHONPATH"] = os.pathsep.join([package_parent, *others])
    if device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    return environment


def _tail(log: BinaryIO) -> str:
    """Read through the open file: whoever ran meanwhile may have removed or replaced its name."""
    end = log.seek(0, os.SEEK_END)
    log.seek(max(0, end - LOG_TAIL_CHARACTERS))
    return log.read(LOG_TAIL_CHARACTERS).decode("utf-8", "replace")
