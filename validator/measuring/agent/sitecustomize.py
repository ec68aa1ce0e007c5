"""Python runs this file at start-up: it starts the agent, then the sitecustomize it stands in front of, if any.

Knows only where the agent lies. Without `VALIDATOR_AGENT` it starts nothing, and it never raises.
"""

from __future__ import annotations

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  pathlib costs milliseconds here


def _start_agent() -> None:
    try:
        import validator_agent  # type: ignore[import-not-found]  # beside this file, at run time

        validator_agent.start(os.environ["VALIDATOR_AGENT"])
    except Exception:  # the student's process comes first; a silent agent is visible to the recorder
        pass


def _run_next_sitecustomize() -> None:
    from importlib.machinery import PathFinder

    others = [entry for entry in sys.path if os.path.abspath(entry or ".") != _HERE]  # noqa: PTH100
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    from importlib.util import module_from_spec

    spec.loader.exec_module(module_from_spec(spec))


if os.environ.get("VALIDATOR_AGENT"):
    _start_agent()
_run_next_sitecustomize()
