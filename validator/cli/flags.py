"""Flags as the verbs on single parts print them, and text of a stranger made harmless. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from validator.evidence import Flag

if TYPE_CHECKING:
    from rich.table import Table


def shown(text: str) -> str:
    """The text without characters that could steer a terminal and without markup."""
    from rich.markup import escape

    return escape("".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text))


def table(flags: Sequence[Flag]) -> Table:
    """What to look at: one row a flag."""
    from rich.table import Table

    rows = Table("flag", "where", "detail", title="To look at", title_justify="left")
    for flag in flags:
        rows.add_row(flag.kind, shown(flag.where), shown(flag.detail))
    return rows


def documents(flags: Sequence[Flag]) -> list[dict[str, str]]:
    """The same for programs, text as it was found."""
    return [{"kind": flag.kind, "detail": flag.detail, "where": flag.where} for flag in flags]
