"""The `--env` option of the verbs that execute: from its words to a choice, said on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from validator.cli.exits import UsageProblem
from validator.plan import RunEnvironment

if TYPE_CHECKING:
    from validator.running.environments.choosing import Choice

HELP = "Python of the notebooks: made by `validate env`, the harness's own, or that folder."
option = click.option("--env", "env", default="auto", show_default=True, metavar="auto|own|DIR", help=HELP)


def choice(env: str, wanted: RunEnvironment) -> Choice:
    """What notebooks run in. Raises UsageProblem for a folder that is no environment."""
    from validator.running.environments.choosing import chosen
    from validator.running.environments.places import NotBuilt

    try:
        made = chosen(env, wanted, tell=lambda line: click.echo(line, err=True))
    except NotBuilt as error:
        raise UsageProblem(f"--env {error}") from error
    click.echo(f"run environment: {made.why}", err=True)
    return made
