"""Plain tables on stdout: columns as wide as their words, the last one wrapped to the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Sequence

import click

LEAST_LAST_COLUMN = 30


def echo(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print one table."""
    every = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(row[column]) for row in every) for column in range(len(head) - 1)]
    last = max(LEAST_LAST_COLUMN, shutil.get_terminal_size((110, 24)).columns - sum(widths) - 2 * len(widths))
    for number, row in enumerate(every):
        for line in _lines(row, widths, last):
            click.echo(click.style(line, bold=True) if number == 0 else line)


def _lines(row: Sequence[str], widths: Sequence[int], last: int) -> Iterable[str]:
    wrapped = textwrap.wrap(row[-1], last) or [""]
    left = "".join(f"{cell:<{width}}  " for cell, width in zip(row, widths, strict=False))
    for number, words in enumerate(wrapped):
        yield ((left if number == 0 else " " * len(left)) + words).rstrip()
