"""`validate doctor`: what this machine can measure, and whether its sandbox holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from validator.running.check import Check


@click.command(name="doctor", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path), envvar="VALIDATOR_DATA", help="Data sets and FID weights.")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Where results would go.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
def command(data: Path | None, out: Path, as_json: bool) -> int:
    """Show what this machine can measure, and try to break out of its sandbox.

    Exit code 0 when it can do everything, 1 when something is missing or an attempt to break out went through.
    """
    from validator.running import sandbox_checks
    from validator.running.machine import checks

    found = checks(data=data, out=out)
    tier, attempts = sandbox_checks.attacked()
    if as_json:
        click.echo(json.dumps({"checks": _rows(found), "sandbox": tier, "attempts": _rows(attempts)}, indent=1))
    else:
        _print(found, yes="ok", no="missing")
        if attempts:
            click.echo(f"\nAttempts to break out of {tier}:")
            _print(attempts, yes="refused", no="OPEN")
    return 0 if all(check.ok or check.optional for check in (*found, *attempts)) else 1


def _rows(found: Sequence[Check]) -> list[dict[str, object]]:
    return [{"name": check.name, "ok": check.ok, "optional": check.optional, "detail": check.detail} for check in found]


def _print(found: Sequence[Check], *, yes: str, no: str) -> None:
    width = max(len(check.name) for check in found)
    for check in found:
        word = yes if check.ok else no if not check.optional or no == "OPEN" else "none"
        click.echo(f"{word:<8} {check.name:<{width}}  {check.detail}")
