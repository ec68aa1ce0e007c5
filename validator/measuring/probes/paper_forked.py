"""What reads one PDF as a fork of this process: the same limits as a new interpreter, without the cost of one.

Only where this process was made to be forked: it says so, has a single thread, and has loaded what the reader needs.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from validator.measuring import sandbox
from validator.measuring.probes.paper_ending import Ending
from validator.plan import PaperLimits

SAYS_SO = "VALIDATOR_WARM"
"""Environment variable of a stage that was itself forked from the engine's warm parent."""

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
ANSWER = 3
OUT_OF_MEMORY, RAISED = 77, 1
CHUNK_BYTES = 65536
ASKED_AGAIN_SECONDS = 0.001


def possible(*needs: str) -> bool:
    """Whether a fork is as good here: the modules it needs are loaded, and there is one thread only.

    A second thread could hold a lock that nobody opens in the child.
    """
    if not os.environ.get(SAYS_SO) or sys.platform != "linux" or not all(name in sys.modules for name in needs):
        return False
    return sum(1 for _ in Path("/proc/self/task").iterdir()) == 1


def read_forked(
    reader: str, *, arguments: tuple[object, ...], readable: tuple[Path, ...], limits: PaperLimits, output_bytes: int
) -> Ending:
    """Fork a loaded module, have it answer, wait no longer than the limits allow, and leave nothing of it.

    Its `answers(*arguments)` opens nothing but what is `readable`.
    """
    ours, theirs = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _become(reader, parent, arguments=arguments, readable=readable, limits=limits, answer=theirs)
    os.close(theirs)
    until = time.monotonic() + limits.wall_seconds
    status, said = None, b""
    try:
        said = _said(ours, until=until, most=output_bytes)
        status = _status(child, until=until if len(said) <= output_bytes else 0.0)
    finally:
        timed_out = status is None and len(said) <= output_bytes
        if status is None:
            os.kill(child, signal.SIGKILL)  # not reaped yet: the number is still its own
            status = os.waitpid(child, 0)[1]
        os.close(ours)
    code = os.waitstatus_to_exitcode(status)
    return Ending(
        exit_code=code if code >= 0 else None,
        signal=-code if code < 0 else None,
        timed_out=timed_out,
        stdout=said[:output_bytes],
        truncated=len(said) > output_bytes,
        out_of_memory=code == OUT_OF_MEMORY,
    )


def _said(pipe: int, *, until: float, most: int) -> bytes:
    """Everything until the pipe is closed, the time is over, or it is more than is kept."""
    said = bytearray()
    while len(said) <= most and select.select([pipe], [], [], max(until - time.monotonic(), 0.0))[0]:
        chunk = os.read(pipe, CHUNK_BYTES)
        if not chunk:
            break
        said += chunk
    return bytes(said)


def _status(child: int, *, until: float) -> int | None:
    """The wait status of a child that ends in time; None when it does not."""
    while True:
        gone, status = os.waitpid(child, os.WNOHANG)
        if gone:
            return status
        if time.monotonic() >= until:
            return None
        time.sleep(ASKED_AGAIN_SECONDS)


def _become(
    reader: str,
    parent: int,
    *,
    arguments: tuple[object, ...],
    readable: tuple[Path, ...],
    limits: PaperLimits,
    answer: int,
) -> NoReturn:
    """In the child: limits, nothing open but the answer's pipe, no environment; then read, answer, leave."""
    code = RAISED
    try:
        _confine(parent, answer=answer, limits=limits)
        sandbox.confine(readable=readable, writable=())
        for document in sys.modules[reader].answers(*arguments):
            text = json.dumps(document, allow_nan=False).encode("ascii") + b"\n"
            while text:
                text = text[os.write(ANSWER, text) :]
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


def _confine(parent: int, *, answer: int, limits: PaperLimits) -> None:
    """Dead with its parent; no process or thread of its own, no file written, no more memory or time than allowed."""
    import resource

    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(RAISED)
    os.dup2(answer, ANSWER)
    os.closerange(ANSWER + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    os.close(null)
    os.environ.clear()
    allowed = {
        resource.RLIMIT_DATA: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, most in allowed.items():
        ceiling = resource.getrlimit(kind)[1]
        lowered = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (lowered, lowered))
