"""Exit codes, and how an error becomes one line on stderr."""

from __future__ import annotations

import traceback

import click

from validator.evidence import EvidenceError
from validator.marking.overrides import OverrideError
from validator.marking.rubric import RubricError
from validator.marking.tables import TableError
from validator.running.space import DiskFull, is_full
from validator.running.stopping import Terminated

ALL_PASS, FINDINGS, USAGE, HARNESS, INTERRUPTED = 0, 1, 2, 3, 130
"""A signal other than the keyboard's gives 128 and its number, as a shell does: 143 for SIGTERM."""

GO_ON = "interrupted; what was measured is kept, run the same command to go on"
NO_ROOM = "nothing that was there is lost; free some space and run the same command again"


class UsageProblem(click.ClickException):
    """A mistake of the person at the keyboard, or of a rubric or data file: one message, exit 2."""

    exit_code = USAGE


def run(group: click.Group) -> int:
    """Run the command line and return its exit code; nothing ends in a traceback but the harness's own fault."""
    try:
        code = group.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(GO_ON, err=True)
        return INTERRUPTED
    except Terminated as told:
        click.echo(f"{told}: {GO_ON}", err=True)
        return told.code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except RubricError as error:
        for mistake in error.mistakes:
            click.echo(f"Error: {mistake}", err=True)
        return USAGE
    except (EvidenceError, OverrideError, TableError) as error:
        click.echo(f"Error: {error}", err=True)
        return USAGE
    except Exception as error:  # noqa: BLE001 - the last line of defence: a harness error is said, kept apart, coded 3
        if is_full(error):
            click.echo(f"Error: {error if isinstance(error, DiskFull) else f'{error}: {NO_ROOM}'}", err=True)
            return HARNESS
        click.echo(traceback.format_exc(), err=True)
        click.echo("harness error: this is a fault of the harness, not of a submission; please report it", err=True)
        return HARNESS
    return code if isinstance(code, int) else ALL_PASS
