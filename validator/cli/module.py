"""`validate module marks.csv`: the marks of a module from those of its parts, with the arithmetic."""

from __future__ import annotations

from pathlib import Path

import click

from validator.cli import exits
from validator.cli.tables import lines, write


@click.command("module")
@click.argument("marks", metavar="CSV", type=click.Path(path_type=Path))
@click.option("--rubric", required=True, metavar="ID|FILE", help="The rubric whose [[part]]s make up the module.")
@click.option("--file", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write here, not to stdout.")
def command(*, marks: Path, rubric: str, target: Path | None) -> int:
    """The mark of each student of a module: CSV has a column `id` and one for each part, with marks out of 100.

    An empty cell, or a column that is not there, is a part that is not known yet: the module's mark is then unknown
    too, and lies between `lowest` and `highest`.

    Exit code 0 when every student has a mark, 1 when some have none.
    """
    from validator.marking import load_rubric
    from validator.marking.module import module_mark
    from validator.marking.tables import TableError
    from validator.reporting.csv_people import module_csv

    parts = load_rubric(rubric).parts
    if not parts:
        raise exits.UsageProblem(f"{rubric}: this rubric has no [[part]]: it says nothing of a whole module")
    found = {}
    for line in lines(marks, required=("id",), optional=[part.id for part in parts]):
        student = line.words("id")
        if student in found:
            raise TableError(f"{line.path}: id: {student} stands in the table already")
        found[student] = module_mark({part.id: line.number(part.id) for part in parts}, parts)
    write(module_csv(found, parts), target)
    return exits.ALL_PASS if all(mark.mark is not None for mark in found.values()) else exits.FINDINGS
