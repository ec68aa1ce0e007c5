"""Runs scripts one after the other, each in a fork of this process, which has loaded torch: as `python SCRIPT` would.

Started in the Python of the students, with the agent inside. Words: a JSON file with `scripts` (name to path), `out`
(folder) and `seconds` (for each). What comes of each is a line of `out/done.jsonl`. Knows nothing of what is counted.
"""

import atexit
import json
import os
import signal
import sys
import threading
import time
import traceback
import types
from pathlib import Path

KEPT = []
"""The module of this file, while a script is `__main__` in its place."""


def main(settings: dict) -> None:
    import torch
    import torch._dynamo  # noqa: F401  the first optimiser of a process would import it: two seconds a script

    with (Path(settings["out"]) / "done.jsonl").open("w", encoding="utf-8") as done:
        for name, path in settings["scripts"].items():
            began = time.monotonic()
            pid = os.fork()
            if pid == 0:
                _leave(run(Path(path), Path(settings["out"]) / name))
            code = _end_of(pid, began + settings["seconds"])
            line = {"style": name, "pid": pid, "code": code, "seconds": round(time.monotonic() - began, 3)}
            done.write(json.dumps(line) + "\n")
            done.flush()


def run(path: Path, folder: Path) -> int:
    """Be that script: its own folder, output, arguments and `__main__`."""
    os.setsid()
    folder.mkdir()
    os.chdir(folder)
    for number, stream in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / stream, os.O_WRONLY | os.O_CREAT, 0o644), number)
    main_module = types.ModuleType("__main__")
    main_module.__file__ = str(path)
    KEPT.append(sys.modules["__main__"])
    sys.modules["__main__"] = main_module
    sys.argv = [str(path)]
    try:
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), main_module.__dict__)  # noqa: S102
    except Exception:  # noqa: BLE001  the script's, shown as Python would show it
        traceback.print_exc()
        return 1
    return 0


def _leave(code: int) -> None:
    """End as Python does, but for taking apart every module of torch: a second a script."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _end_of(pid: int, until: float) -> int:
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.killpg(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
