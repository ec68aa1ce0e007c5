"""Stages as processes on this machine: each fresh, in a session and a place of its own, ended at a wall limit or on
interrupt, and gone with the head."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import validator
from validator.plan import GIB
from validator.running.engines import warm
from validator.running.engines.cold import Cold
from validator.running.engines.ended import Ended, Interrupted
from validator.running.engines.gpus import Gpu
from validator.running.engines.request import STAGE_PROGRAM, Request
from validator.running.engines.slots import Place, Slots
from validator.running.files import cleared

__all__ = ["STAGE_PROGRAM", "Ended", "Interrupted", "LocalEngine"]

ENDED_KINDLY_SECONDS = 10.0
LOG_TAIL_CHARACTERS = 4000

MEMORY_BYTES = {"unpack": 4 * GIB, "static": 4 * GIB, "compare": 4 * GIB, "run": 6 * GIB}
"""What a stage's own process may hold, by the first word of the stage; its kernel has the plan's limit, and scoring
none, because CUDA and the data sets ask for more than anybody can say beforehand."""

Begun = Callable[[Place], None]


class LocalEngine:
    """Runs one stage a call, from any number of threads, `slots` of them at a time; `stop()` ends them all."""

    def __init__(
        self,
        *,
        program: Sequence[str] = STAGE_PROGRAM,
        slots: int = 1,
        gpus: Sequence[Gpu] = (),
        per_gpu: int = 1,
        fork: bool = True,
    ) -> None:
        """`gpus` are spread over the stages, at most `per_gpu` on each; without them every stage sees what is there.

        `fork=False` starts every stage as a new interpreter.
        """
        self._program = tuple(program)
        # Only on Linux does a forked child of an interpreter work whatever libraries it loads.
        self._forks = fork and self._program == STAGE_PROGRAM and sys.platform == "linux"
        self._threads = max(1, _cores() // slots)
        self._slots = Slots(stages=slots, gpus=gpus, per_gpu=per_gpu)
        self._warm = warm.Parents() if warm.POSSIBLE else None
        self._running: set[warm.Leash | Cold] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def run(
        self,
        *,
        arguments: list[str],
        wall_seconds: float,
        log_path: Path,
        device: str,
        expected_seconds: float = 0.0,
        owner: str = "",
        begun: Begun | None = None,
    ) -> Ended:
        """Run the stage program with these arguments. Raises Interrupted when the cohort was stopped.

        Longer `expected_seconds` come first among stages of a kind; `begun` is called when a place was found, which an
        `owner` keeps until its next stage, or until it is `done`.
        """
        stage = arguments[0].partition("=")[0]
        wants_gpu = device != "cpu" and not stage.startswith(("unpack", "static", "compare"))
        asked = self._slots.place(stage=stage, expected_seconds=expected_seconds, wants_gpu=wants_gpu, owner=owner)
        with asked as place:
            if begun is not None:
                begun(place)
            return self._in_place(place, arguments, wall_seconds=wall_seconds, log_path=log_path, device=device)

    def stop(self) -> None:
        """End every running stage, politely and then for good, and start none any more."""
        self._stopped.set()
        self._slots.close()
        for child in self._under_way():
            child.terminate()
        until = time.monotonic() + ENDED_KINDLY_SECONDS
        while self._under_way() and time.monotonic() < until:
            time.sleep(0.01)
        for child in self._under_way():
            child.kill()

    def done(self, owner: str) -> None:
        """No stage of this owner's is to come."""
        self._slots.done(owner)

    def close(self) -> None:
        """Let go of what the engine keeps warm; it also goes with the engine and with the head."""
        if self._warm is not None:
            self._warm.close()

    def _under_way(self) -> list[warm.Leash | Cold]:
        with self._lock:
            return list(self._running)

    def _in_place(
        self, place: Place, arguments: list[str], *, wall_seconds: float, log_path: Path, device: str
    ) -> Ended:
        started_at, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
        environment = _environment(device, threads=self._threads, gpu=place.gpu)
        log_path.parent.mkdir(parents=True, exist_ok=True)
        with cleared(log_path).open("x+b") as log:
            child = self._start(arguments, log=log.fileno(), environment=environment)
            try:
                code = child.wait(wall_seconds)
                timed_out = code is None
                code = _ended(child) if code is None else code
            finally:
                child.close()
                with self._lock:
                    self._running.discard(child)
            tail = _tail(log)
        if self._stopped.is_set():
            raise Interrupted
        if arguments[0].startswith("run-") and code == -signal.SIGABRT and "OUT OF MEMORY" in tail:
            code = -signal.SIGKILL  # zmq's last words at its memory limit: a death like the kernel's own
        return Ended(
            code=code,
            timed_out=timed_out,
            log=tail,
            gpu=str(place.gpu or ""),
            started_at=started_at,
            seconds=time.monotonic() - clock,
        )

    def _start(self, arguments: list[str], *, log: int, environment: dict[str, str]) -> warm.Leash | Cold:
        command = arguments if self._forks else [*self._program, *arguments]
        with self._lock:
            if self._stopped.is_set():
                raise Interrupted
            child: warm.Leash | Cold
            if self._warm is None:
                child = Cold(command, log=log, environment=environment)
            else:
                request = Request(
                    command=tuple(command),
                    warm=self._forks,
                    environment=environment,
                    memory_bytes=MEMORY_BYTES.get(arguments[0].partition("-")[0]),
                )
                child = self._warm.start(request, log=log)
            self._running.add(child)
            return child


def _cores() -> int:
    """Those this process may use: a cluster gives a task fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _ended(child: warm.Leash | Cold) -> int:
    """End it politely, then for good; its exit code."""
    child.terminate()
    code = child.wait(ENDED_KINDLY_SECONDS)
    if code is None:
        child.kill()
        code = child.wait(ENDED_KINDLY_SECONDS)
    return -signal.SIGTERM if code is None else code


def _environment(device: str, *, threads: int, gpu: Gpu | None) -> dict[str, str]:
    """The harness's own environment, with this package importable and the accelerators hidden that are not its own.

    Slots share the cores: more OpenMP threads than cores wait for each other in busy loops, which made a small
    training loop 25 times slower (benchmarks/threads.py). A person's own setting wins.
    """
    environment = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE", **os.environ}
    package_parent = str(Path(validator.__file__).resolve().parent.parent)
    others = [part for part in environment.get("PYTHONPATH", "").split(os.pathsep) if part]
    environment["PYTHONPATH"] = os.pathsep.join([package_parent, *others])
    if device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    elif gpu is not None:
        # Numbers mean what nvidia-smi shows, not which card CUDA takes for the fastest.
        environment |= {"CUDA_VISIBLE_DEVICES": gpu.id, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
    return environment


def _tail(log: BinaryIO) -> str:
    """Read through the open file: whoever ran meanwhile may have removed or replaced its name."""
    with contextlib.suppress(OSError):
        end = log.seek(0, os.SEEK_END)
        log.seek(max(0, end - LOG_TAIL_CHARACTERS))
        return log.read(LOG_TAIL_CHARACTERS).decode("utf-8", "replace")
    return ""
