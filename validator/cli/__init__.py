"""The commands: one file a verb. Parse, call, print, exit; no logic.

`validate PATH` measures and marks; every other verb is a module of this package, imported only when it is called, so
that `validate --help` answers at once.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from validator import __version__

VERBS = {
    "marks": "Measure and mark PATH: a zip, a folder holding one submission, a folder of submissions, an export.",
    "paper": "Pages, counted pages, references page and flags of one PDF.",
    "meter": "Execute one notebook or script and print its networks, parameters and steps.",
    "status": "How far a batch is: submissions, stages, attempts, who works on it, how long it may take.",
    "collect": "Write the reports of what a Slurm cluster has measured; say how the rest stands.",
    "remark": "Mark stored evidence again under a rubric; nothing is executed.",
    "report": "Print or rewrite the reports of a marked folder.",
    "export": "Write the cohort's marks for a spreadsheet or Gradescope.",
    "shares": "The marks of a team's members from the team's mark and their shares.",
    "module": "The marks of a module from those of its parts.",
    "override": "Confirm, dismiss or change one penalty of one submission, with a name and a reason.",
    "rules": "Every rule: what it checks, why, its evidence, how to fix a fail.",
    "rubrics": "List, show, check or begin rubrics.",
    "data": "What data sets and weights are there, what is missing, where it goes.",
    "env": "Make or list the environments that notebooks run in.",
    "doctor": "What this machine can measure.",
}


class Verbs(click.Group):
    """A group whose verbs are modules; a first word that is no verb is a path to mark."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order a user meets them."""
        return [verb for verb in VERBS if verb != "marks"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module; its command is called `command`."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"validator.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        """`validate submissions/` needs no verb."""
        if args and args[0] not in VERBS:
            args = ["marks", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options before the path belong to marking: `validate --static abcd12.zip`."""
        own = {"--help", "-h", "--version"}
        if args and args[0].startswith("-") and args[0] not in own:
            args = ["marks", *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line a verb without importing any of them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, VERBS[verb]) for verb in self.list_commands(ctx)])


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="PATH [OPTIONS] | VERB [OPTIONS]",
    subcommand_metavar="",
)
@click.version_option(__version__, prog_name="validate")
def group() -> None:
    """Mark deep-learning coursework, or check your own before uploading.

    \b
    validate abcd12.zip              one submission
    validate submissions/            a cohort
    validate abcd12.zip --static     no execution: layout, paper, source
    validate marks --help            the options of marking
    """


def main() -> None:
    """Entry point. Exit codes: 0 all pass; 1 failed or unknown; 2 usage; 3 harness; 130 interrupted; 143 SIGTERM."""
    from validator.cli import exits

    sys.exit(exits.run(group))
