"""Python runs this file at start-up: it starts the agent, then the sitecustomize it stands in front of, if any.

For the harness's own Python, by PYTHONPATH; a run environment starts the agent by a `.pth` file and has no need of it.
"""

from __future__ import annotations

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  pathlib costs milliseconds here


def _start_agent() -> None:
    try:  # noqa: SIM105  contextlib costs milliseconds here
        import validator_agent_start  # type: ignore[import-not-found]  # noqa: F401  beside this file, at run time
    except Exception:  # the student's process comes first
        pass


def _run_next_sitecustomize() -> None:
    from importlib.machinery import PathFinder

    others = [entry for entry in sys.path if os.path.abspath(entry or ".") != _HERE]  # noqa: PTH100
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    from importlib.util import module_from_spec

    spec.loader.exec_module(module_from_spec(spec))


_start_agent()
_run_next_sitecustomize()
