"""Run one command inside limits and leave no process of it behind. Knows nothing of notebooks."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from validator.measuring.sandbox import environment
from validator.measuring.sandbox.commands import boxed, missing_limits
from validator.measuring.sandbox.limits import Limits, Outcome, Told
from validator.measuring.sandbox.waiting import ended_within
from validator.measuring.sandbox.walls import TIERS, Walls

GRACE_SECONDS = 10.0
"""How long the supervisor may take to end a command and all it started, once told to."""
CHUNK_BYTES = 65536

POSIX = os.name == "posix"


def run(
    command: Sequence[str],
    *,
    limits: Limits,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    walls: Walls | None = None,
) -> Outcome:
    """Run the command to its end or to its wall limit. `env` comes on top of the allow-list.

    Without `walls` it has limits and a supervisor, and sees what the caller sees.

    A command that cannot be started ends with exit code 127 and the reason on stderr.
    """
    with tempfile.TemporaryDirectory(prefix="box-") as folder:
        status = Path(folder) / "status.json"
        started = time.monotonic()
        process = subprocess.Popen(
            boxed(command, limits=limits, walls=walls, cwd=cwd, status=status),
            cwd=cwd,
            env=environment.allowed(extra=env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        pipes = _Pipes.attach(process, stdin=stdin, keep_bytes=limits.output_bytes)
        timed_out = _wait(process, wall_seconds=limits.wall_seconds)
        wall_seconds = time.monotonic() - started
        pipes.finish()
        after = told(status)
        return Outcome(
            exit_code=process.returncode if process.returncode >= 0 else None,
            signal=-process.returncode if process.returncode < 0 else None,
            timed_out=timed_out,
            stdout=bytes(pipes.out.kept),
            stderr=bytes(pipes.err.kept),
            truncated=pipes.out.truncated or pipes.err.truncated,
            wall_seconds=wall_seconds,
            detached=after.detached,
            excess=after.excess,
            guard=after.guard,
            tier=TIERS[walls.tier if walls else "T3"],
            missing=missing_limits(limits),
        )


def end(pid: int, *, force: bool = False) -> None:
    """Have the supervisor end its command and everything that came of it; `force` ends the supervisor too."""
    hardest = signal.SIGKILL if POSIX else signal.SIGTERM
    with contextlib.suppress(OSError):
        os.kill(pid, hardest if force else signal.SIGTERM)


def told(status: Path) -> Told:
    """What the supervisor wrote when all was over; nothing when it could not."""
    try:
        said = json.loads(status.read_text(encoding="utf-8"))
        return Told(
            detached=None if said["detached"] is None else int(said["detached"]),
            excess=str(said["excess"]),
            peak_bytes=int(said["peak"]["memory"]) or None,
            guard=str(said["guard"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Told()


def _wait(process: subprocess.Popen[bytes], *, wall_seconds: float) -> bool:
    """Wait for the supervisor, ending it at the limit; whether the limit was reached."""
    try:
        if ended_within(process, seconds=wall_seconds):
            return False
        end(process.pid)
        if not ended_within(process, seconds=GRACE_SECONDS):
            end(process.pid, force=True)
            process.wait()
    except BaseException:
        end(process.pid)  # interrupted: nothing of it may outlive this call
        process.wait()
        raise
    return True


class _Capped:
    """A reader that keeps the first bytes of a pipe and drains the rest, so that the writer never blocks."""

    def __init__(self, pipe: IO[bytes], *, keep_bytes: int) -> None:
        self.kept = bytearray()
        self.truncated = False
        self._pipe = pipe
        self._keep_bytes = keep_bytes
        self.thread = threading.Thread(target=self._drain, daemon=True)
        self.thread.start()

    def _drain(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while chunk := os.read(self._pipe.fileno(), CHUNK_BYTES):
                room = self._keep_bytes - len(self.kept)
                self.kept += chunk[: max(room, 0)]
                self.truncated |= len(chunk) > room


@dataclass
class _Pipes:
    """The three pipes of one process, and the threads that serve them."""

    out: _Capped
    err: _Capped
    process: subprocess.Popen[bytes]
    writer: threading.Thread

    @classmethod
    def attach(cls, process: subprocess.Popen[bytes], *, stdin: bytes, keep_bytes: int) -> _Pipes:
        assert process.stdin and process.stdout and process.stderr  # noqa: S101 - asked for as pipes above
        writer = threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True)
        writer.start()
        out = _Capped(process.stdout, keep_bytes=keep_bytes)
        return cls(out=out, err=_Capped(process.stderr, keep_bytes=keep_bytes), process=process, writer=writer)

    def finish(self) -> None:
        """All writers are gone; a pipe that stays open belongs to a process that escaped."""
        for thread in (self.writer, self.out.thread, self.err.thread):
            thread.join(GRACE_SECONDS)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()


def _feed(pipe: IO[bytes], content: bytes) -> None:
    with contextlib.suppress(OSError):
        pipe.write(content)
    with contextlib.suppress(OSError):
        pipe.close()
