"""Run one command inside limits and leave no process of it behind. Knows nothing of notebooks."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from validator.measuring.sandbox import environment
from validator.measuring.sandbox.limits import Limits, Outcome

SUPERVISOR = Path(__file__).with_name("supervisor.py")
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
) -> Outcome:
    """Run the command to its end or to its wall limit. `env` comes on top of the allow-list.

    A command that cannot be started ends with exit code 127 and the reason on stderr.
    """
    with tempfile.TemporaryDirectory(prefix="box-") as folder:
        status = Path(folder) / "status.json"
        started = time.monotonic()
        process = subprocess.Popen(
            boxed(command, limits=limits, status=status),
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
        return Outcome(
            exit_code=process.returncode if process.returncode >= 0 else None,
            signal=-process.returncode if process.returncode < 0 else None,
            timed_out=timed_out,
            stdout=bytes(pipes.out.kept),
            stderr=bytes(pipes.err.kept),
            truncated=pipes.out.truncated or pipes.err.truncated,
            wall_seconds=wall_seconds,
            detached=detached_count(status),
            missing=missing_limits(limits),
        )


def boxed(
    command: Sequence[str], *, limits: Limits, status: Path | None = None, unset: Sequence[str] = ()
) -> list[str]:
    """The command line that runs `command` under its supervisor, for a caller that starts it by itself.

    The caller must be the parent of the started process, must start it from a thread that lives as long as the
    command (its death ends the command), and ends it with `end`. `status` is written when all is over. Variables
    named in `unset` are taken out of the command's environment.
    """
    if not POSIX:
        return list(command)
    settings = {
        "parent": os.getpid(),
        "limits": _rlimits(limits),
        "status": str(status) if status else None,
        "unset": list(unset),
    }
    return [sys.executable, "-I", "-S", str(SUPERVISOR), json.dumps(settings), *command]


def end(pid: int, *, force: bool = False) -> None:
    """Have the supervisor end its command and everything that came of it; `force` ends the supervisor too."""
    hardest = signal.SIGKILL if POSIX else signal.SIGTERM
    with contextlib.suppress(OSError):
        os.kill(pid, hardest if force else signal.SIGTERM)


def detached_count(status: Path) -> int | None:
    """How many processes the supervisor had to end beside the command; None when it could not say."""
    try:
        told = json.loads(status.read_text(encoding="utf-8"))
        return int(told["detached"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def missing_limits(limits: Limits) -> tuple[str, ...]:
    """Which of the wished limits this operating system does not have."""
    wished = [name for name, value in _rlimits(limits).items() if value is not None]
    absent = [name for name in wished if not _has(name)]
    if sys.platform != "linux":
        absent += ["PR_SET_CHILD_SUBREAPER", "PR_SET_PDEATHSIG"]
    return tuple(absent)


def _rlimits(limits: Limits) -> dict[str, int | None]:
    return {
        "RLIMIT_DATA": limits.memory_bytes,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_CPU": limits.cpu_seconds,
    }


def _has(name: str) -> bool:
    try:
        import resource
    except ImportError:
        return False
    return hasattr(resource, name)


def _wait(process: subprocess.Popen[bytes], *, wall_seconds: float) -> bool:
    """Wait for the supervisor, ending it at the limit; whether the limit was reached."""
    try:
        process.wait(wall_seconds)
    except subprocess.TimeoutExpired:
        end(process.pid)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            end(process.pid, force=True)
            process.wait()
        return True
    except BaseException:
        end(process.pid)  # interrupted: nothing of it may outlive this call
        process.wait()
        raise
    return False


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
