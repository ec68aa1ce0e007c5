"""Which Python the notebooks of a cohort run in: the rubric's environment, one that is named, or the harness's own."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from pathlib import Path

from validator.plan import RunEnvironment
from validator.running.environments import making, record, using
from validator.running.environments.agent_copy import agent_digest
from validator.running.environments.asked import frozen_digest
from validator.running.environments.making import Tell
from validator.running.environments.places import NotBuilt
from validator.running.environments.record import Environment

AUTO, OWN = "auto", "own"
OWN_WORDS = "the harness's own; `validate env` makes a separate one"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The Python that notebooks run in, what can be imported there, and why this one."""

    interpreter: str | None
    """None: the harness's own."""
    digest: str
    """SHA-256 of the frozen list."""
    python: str
    frozen: tuple[str, ...]
    why: str
    """One sentence for the evidence and for the person at the keyboard."""
    asked_for: bool = False
    """Whether a person named it: then no submission's list takes its place."""

    @property
    def facts(self) -> dict[str, str]:
        """What the evidence keeps of it."""
        return {
            "run.environment": self.digest,
            "run.environment.choice": self.why,
            "run.packages": "\n".join(self.frozen),
            "run.python": self.python,
        }


def chosen(how: str, wanted: RunEnvironment, *, tell: Tell) -> Choice:
    """`auto`: the rubric's environment when it was made, else the harness's own. `own`, or a folder: exactly that.

    Raises NotBuilt for a folder that is no environment with today's agent.
    """
    if how == OWN:
        return replace(own(why="the harness's own, as asked for"), asked_for=True)
    if how != AUTO:
        return replace(of(_named(Path(how)), why=f"{how}, as asked for"), asked_for=True)
    if not wanted.packages:
        return own(why="the harness's own: the rubric names no packages")
    try:
        found = making.latest(wanted.packages, tell=tell)
    except NotBuilt as error:
        return own(why=f"the harness's own: {error}")
    return of(found, why="made by `validate env` from the rubric's list") if found else own(why=OWN_WORDS)


def own(*, why: str) -> Choice:
    """The harness's own Python."""
    lines = record.frozen()
    return Choice(
        interpreter=None, digest=frozen_digest(lines), python=platform.python_version(), frozen=lines, why=why
    )


def of(environment: Environment, *, why: str) -> Choice:
    """A made environment."""
    return Choice(
        interpreter=str(environment.interpreter),
        digest=environment.digest,
        python=environment.python,
        frozen=environment.frozen,
        why=why,
    )


def _named(folder: Path) -> Environment:
    found = record.read(folder.absolute())
    if found is None:
        raise NotBuilt(f"{folder}: no run environment; `validate env --list` names those that are there")
    if found.agent != agent_digest():
        raise NotBuilt(f"{folder}: made for another version of the harness; `validate env` makes it again")
    return using.chosen(found)
