"""Runs scripts one after the other in children of one process that has imported JAX and its libraries once.

`python driver.py SCRIPT...` prints one JSON object a script: its name, the child's pid and exit code, its seconds.
"""

import importlib.util
import json
import os
import sys
import time
import types
import warnings
from pathlib import Path

LIBRARIES = ("jax", "jax.numpy", "optax", "flax.linen", "flax.nnx", "flax.training.train_state", "equinox", "haiku")


def run(script: Path) -> None:
    """Execute the script as a program of its own; returns in the parent only."""
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # JAX warns of any fork; nothing has been computed yet in the parent
        child = os.fork()
    if child == 0:
        main = sys.modules["__main__"] = types.ModuleType("__main__")  # with the names of the script and no others
        main.__file__ = str(script)
        exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), vars(main))  # noqa: S102
        sys.exit(0)
    _, status = os.waitpid(child, 0)
    told = {"script": script.stem, "pid": child, "code": os.waitstatus_to_exitcode(status)}
    sys.stdout.write(json.dumps({**told, "seconds": round(time.perf_counter() - began, 2)}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    scripts = [Path(argument) for argument in sys.argv[1:]]
    sys.path.insert(0, str(scripts[0].parent))
    for library in LIBRARIES:
        if importlib.util.find_spec(library.split(".")[0]) is not None:
            __import__(library)
    for script in scripts:
        run(script)
