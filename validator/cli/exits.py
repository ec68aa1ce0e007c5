"""Exit codes, and how an error becomes one line on stderr."""

from __future__ import annotations

import traceback

import click

from validator.evidence import EvidenceError
from validator.marking.overrides import OverrideError
from validator.marking.rubric import RubricError

ALL_PASS, FINDINGS, USAGE, HARNESS, INTERRUPTED = 0, 1, 2, 3, 130


class UsageProblem(click.ClickException):
    """A mistake of the person at the keyboard, or of a rubric or data file: one message, exit 2."""

    exit_code = USAGE


def run(group: click.Group) -> int:
    """Run the command line and return its exit code; nothing ends in a traceback but the harness's own fault."""
    try:
        code = group.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted; what was measured is kept, run the same command to go on", err=True)
        return INTERRUPTED
    except KeyboardInterrupt:
        click.echo("interrupted; what was measured is kept, run the same command to go on", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (RubricError, EvidenceError, OverrideError) as error:
        click.echo(f"Error: {error}", err=True)
        return USAGE
    except Exception:  # noqa: BLE001 - the last line of defence: a harness error is said, kept apart and coded 3
        click.echo(traceback.format_exc(), err=True)
        click.echo("harness error: this is a fault of the harness, not of a submission; please report it", err=True)
        return HARNESS
    return code if isinstance(code, int) else ALL_PASS
