"""`validate collect OUT`: find what the jobs of a Slurm cluster left, mark it, and say how the others stand."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="collect", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("out", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--rubric", help="A rubric's id, or a TOML file; the one of the submission otherwise.")
@click.option("--json", "as_json", is_flag=True, help="The reports as JSON on stdout.")
def command(out: Path, rubric: str | None, as_json: bool) -> int:
    """Write the reports of all that `validate PATH --engine slurm` has handed in under OUT and that is over.

    What waits, runs or was lost is said with its reason. It needs no other process of `validate`, works on any host
    that sees OUT, and can be called as often as one likes.
    """
    from validator.cli import slurm_desk

    return slurm_desk.collected(out, rubric=rubric, as_json=as_json)
