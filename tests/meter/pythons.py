"""The Pythons that styles run in: the newest torch that students get, and the oldest that is supported.

`python -m tests.meter.pythons` makes the second (`make oldest`); the first is made by `validate env`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from validator.running.environments import making, record
from validator.running.environments.agent_copy import agent_digest
from validator.running.environments.asked import Asked, constraint_lines
from validator.running.environments.places import NotBuilt, envs_folder

OLDEST = ("torch", "torchvision")
CONSTRAINTS = Path(__file__).resolve().parents[2] / "constraints-oldest.txt"
NO_OLDEST = "no environment with the oldest torch: `make oldest` makes it"


def newest() -> str:
    """The run environment of the rubric, else the harness's own Python. With any agent: ours is put in front of it."""
    from validator.marking import load_rubric

    return _made(load_rubric("comp3547-2024").plan.environment.packages) or sys.executable


def oldest() -> str | None:
    """The environment with the oldest torch; None where it was not made."""
    return _made(OLDEST)


def _made(packages: tuple[str, ...]) -> str | None:
    fitting = [each for each in record.everything(envs_folder()) if each.packages == tuple(sorted(packages))]
    here = [each for each in fitting if each.base == sys.base_prefix and not _being_made(each)]
    # Today's agent first; else the one that has stood longest, which nobody is about to replace.
    best = min(here, key=lambda each: (each.agent != agent_digest(), each.made_at), default=None)
    return str(best.interpreter) if best else None


def _being_made(found: record.Environment) -> bool:
    return Path(found.folder).name.startswith(making.UNFINISHED)


def main() -> int:
    """Make the environment with the oldest torch, beside the run environments."""
    asked = Asked(packages=OLDEST, constraints=constraint_lines(CONSTRAINTS.read_text(encoding="utf-8")))
    try:
        made = making.make(asked, tell=lambda line: print(line, file=sys.stderr))  # noqa: T201  a command
    except NotBuilt as error:
        print(f"{error}", file=sys.stderr)  # noqa: T201
        return 3
    print(made.folder)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
