"""Stands for the process of a stage: leaves the folders and the result that a real one would, in no time.

`TINY_SECONDS` makes it slow, `TINY_UP_TO` now and then slow, `TINY_STUBBORN` deaf to SIGTERM. As a program it ends with
its parent, as the real one does.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

FULL_DISK = 75
ROLES = {role: [f"{role}.ipynb"] for role in ("classifier", "generator")}


def main(arguments: list[str]) -> int:
    """Measure as the submission's name says; the exit code."""
    stage, task_path, result_path = arguments
    task = json.loads(Path(task_path).read_text())
    home, identity = Path(task["home"]), task["submission"]["id"]
    if stage.startswith("run-") and identity.startswith("broken"):
        return 9
    if stage.startswith("run-") and identity.startswith("full"):
        return FULL_DISK
    if stage in ("unpack", "static"):
        (home / "submission").mkdir(exist_ok=True)
    beside = Path(f"{result_path}.tiny")
    beside.write_text(json.dumps(found(stage, identity)))
    beside.replace(result_path)
    return 0


def found(stage: str, identity: str) -> dict[str, object]:
    """The result of a stage about a submission of that name."""
    if stage == "unpack":
        return {"unpacked": {}}
    if stage == "static":
        return {"unpacked": {}, "layout": {"roles": ROLES}}
    if stage.startswith("run-"):
        role, path = stage.removeprefix("run-").split("=")
        outcome = "raised" if identity.startswith("raising") else "finished"
        return {"runs": [{"path": path, "role": role, "outcome": outcome, "detail": identity}]}
    return {"metrics": [{"about": stage.removeprefix("score-"), "source": identity}]}


if __name__ == "__main__":
    from validator.running.parent import die_with_parent

    die_with_parent()
    if os.environ.get("TINY_STUBBORN"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(f"{sys.argv[3]}.ready").touch()  # from here on it behaves as it was told to
    time.sleep(float(os.environ.get("TINY_SECONDS", "0")))
    time.sleep(random.random() ** 4 * float(os.environ.get("TINY_UP_TO", "0")))  # mostly short, one in four long
    sys.exit(main(sys.argv[1:]))
