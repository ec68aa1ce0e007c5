"""What a child forked for one stage does: it runs the stage or becomes another program, and never returns."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import traceback
from typing import NoReturn

from validator.measuring.probes import paper_forked
from validator.running.engines.processes import go_first
from validator.running.engines.request import Request

CANNOT_START = 127


def become(request: Request, *, log: int) -> NoReturn:
    """Take the streams, environment and limits of the request; then the stage, and no way back."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
        os.environ.clear()
        os.environ.update(request.environment)
        if request.warm:
            os.environ[paper_forked.SAYS_SO] = "1"
        go_first()
        limit_memory(request.memory_bytes)
        code = _stage(request) if request.warm else _program(request.command)
    except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as a second parent
        traceback.print_exc()
        code = CANNOT_START
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _stage(request: Request) -> int:
    """As `python -m validator.running.stage`: its exit code.

    Out of a memory of its own is a death and no exit: whoever fed this process so much is not known here.
    """
    from validator.running import stage

    if request.kind in ("unpack", "static"):
        gc.disable()  # it lives a tenth of a second: collecting costs more than it gives back
    try:
        stage.main(list(request.command), alone=True)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except MemoryError:
        with contextlib.suppress(MemoryError):
            traceback.print_exc()
        if request.memory_bytes is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return 1
    except BaseException:  # noqa: BLE001 - an uncaught exception ends an interpreter with this code
        traceback.print_exc()
        return 1
    return 0


def _program(command: tuple[str, ...]) -> NoReturn:
    try:
        os.execvp(command[0], command)  # noqa: S606 - the command of the head, no shell
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode())
        os._exit(CANNOT_START)


def limit_memory(memory_bytes: int | None) -> None:
    """The soft limit of this process. The hard one stays: the kernel it starts has a limit of its own, maybe higher."""
    if memory_bytes is None:
        return
    import resource

    ceiling = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = memory_bytes if ceiling == resource.RLIM_INFINITY else min(memory_bytes, ceiling)
    resource.setrlimit(resource.RLIMIT_DATA, (most, ceiling))
