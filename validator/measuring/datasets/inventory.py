"""What is there of one data set and what is missing, in words a person can act on. Reads no content of any file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["official", "look-alike", "missing"]


class DataError(ValueError):
    """A data file is missing or not what it should be: what, where, and how to fix it, in one message."""


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """One file of a data set; `path` is where it lies or, when missing, where it should go."""

    name: str
    path: str
    state: State
    bytes: int = 0
    detail: str = ""
    """Why it is called look-alike, or what is expected when it is missing; empty for an official file."""


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """One data set or weights file: what is present, what is missing, where it goes and how to get it."""

    name: str
    title: str
    folder: str
    """Where the files lie, or should go."""
    files: tuple[DataFile, ...]
    how: str
    """Where the official files come from, and how to check them."""

    @property
    def present(self) -> tuple[DataFile, ...]:
        """The files that are there."""
        return tuple(file for file in self.files if file.state != "missing")

    @property
    def missing(self) -> tuple[DataFile, ...]:
        """The files that are not."""
        return tuple(file for file in self.files if file.state == "missing")

    @property
    def complete(self) -> bool:
        """Whether every file is there."""
        return not self.missing

    @property
    def lookalike(self) -> bool:
        """Whether some file is there whose digest is not the official one."""
        return any(file.state == "look-alike" for file in self.files)

    @property
    def status(self) -> str:
        """`official`, `look-alike`, `incomplete` or `missing`."""
        if not self.present:
            return "missing"
        if not self.complete:
            return "incomplete"
        return "look-alike" if self.lookalike else "official"

    def require(self, *, lookalike: bool) -> None:
        """Raise DataError unless the data set is complete and official (or look-alikes are allowed)."""
        if self.missing:
            names = ", ".join(file.name for file in self.missing)
            raise DataError(f"{self.title}: {names} not found; put it in {self.folder}. {self.how}")
        if self.lookalike and not lookalike:
            odd = next(file for file in self.files if file.state == "look-alike")
            raise DataError(
                f"{self.title}: {odd.path} is not the official file ({odd.detail}); {self.how} "
                "Or allow it with --allow-lookalike-data: every number is then called look-alike."
            )


def unknown_folder(name: str) -> str:
    """Where a data set should go when no data folder was named."""
    return f"DIR/{name} (and say --data DIR)"
