"""How verbs read tables that a person gives, and where they write theirs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from validator.cli import exits
from validator.marking.tables import Line, lines_of


def lines(path: Path, *, required: Iterable[str], optional: Iterable[str] = ()) -> tuple[Line, ...]:
    """The lines of a CSV file. Raises UsageProblem or TableError, both one message."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise exits.UsageProblem(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise exits.UsageProblem(f"{path}: is not UTF-8; save it as CSV in UTF-8") from error
    return lines_of(text, name=path.name, required=required, optional=optional)


def write(content: bytes, target: Path | None) -> None:
    """To the file, or to stdout where there is none."""
    if target is None:
        click.echo(content, nl=False)
        return
    from validator.running.files import write_atomically

    try:
        write_atomically(target, content)
    except OSError as error:
        raise exits.UsageProblem(f"{target}: cannot be written ({error.strerror}); choose another --file") from error
