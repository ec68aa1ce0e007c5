"""`validate doctor`: what this machine can measure."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command(name="doctor", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path), envvar="VALIDATOR_DATA", help="Data sets and FID weights.")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Where results would go.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
def command(data: Path | None, out: Path, as_json: bool) -> int:
    """Show what this machine can measure. Exit code 0 when it can do everything, 1 when something is missing."""
    from validator.running.machine import checks

    found = checks(data=data, out=out)
    if as_json:
        rows = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in found]
        click.echo(json.dumps(rows, indent=1))
    else:
        for check in found:
            click.echo(f"{'ok     ' if check.ok else 'missing'}  {check.name:<14} {check.detail}")
    return 0 if all(check.ok for check in found) else 1
