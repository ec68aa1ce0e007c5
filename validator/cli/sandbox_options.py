"""`--sandbox` and `--allow-unsandboxed`: which walls stand around executed notebooks, and when none are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from validator.cli.exits import UsageProblem


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add both options to a verb that executes notebooks."""
    choice = click.Choice(["auto", "T1", "T2", "T3"])
    tier = click.option("--sandbox", type=choice, default="auto", show_default=True, help="Tier of the sandbox.")
    bare = click.option("--allow-unsandboxed", is_flag=True, help="Execute a cohort even in T3, without walls.")
    return tier(bare(command))


def tier(*, wished: str, allow_unsandboxed: bool, submissions: int) -> str:
    """The tier to execute in, said on stderr when it is not the first. Raises UsageProblem.

    A cohort is strangers' work: below T2 it could read the other submissions and the marker's files, so it is refused.
    A single submission is a student's own, on the student's own machine.
    """
    from validator.measuring import sandbox
    from validator.measuring.sandbox import tiers

    try:
        chosen = tiers.choose(wished)
    except tiers.SandboxError as error:
        raise UsageProblem(f"--sandbox {wished}: {error}") from error
    why = tiers.why_not_better(chosen) if wished == "auto" else "as --sandbox asks"
    if chosen == "T3" and submissions > 1 and not allow_unsandboxed:
        raise UsageProblem(
            f"sandbox: only {sandbox.TIERS[chosen]} ({why}); in it {submissions} submissions could read each other, "
            "the network and your files. Install bubblewrap, or use --static, or accept that with --allow-unsandboxed"
        )
    if chosen != "T1":
        click.echo(f"sandbox: {sandbox.TIERS[chosen]} ({why}); docs/sandbox.md says what that stops", err=True)
    return chosen


def tier_elsewhere(*, wished: str, allow_unsandboxed: bool, submissions: int) -> str:
    """The same for a machine that is not this one: it chooses when it executes, and refuses where it must."""
    from validator.measuring.sandbox.tiers import WALLED

    if wished != "auto":
        return wished
    return "auto" if allow_unsandboxed or submissions == 1 else WALLED
