"""What the child that looks for figures is asked, and what it answers. Plain data; loads no library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from validator.evidence import Figure, Flag


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What to look at: the paper, notebooks as they were handed in, and what the runs of roles left."""

    paper: str
    notebooks: Mapping[str, str] = field(default_factory=dict)
    """Name to file."""
    executed: Mapping[str, str] = field(default_factory=dict)
    handed: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> tuple[Path, ...]:
        """All that may be opened for it."""
        named = (self.paper, *self.notebooks.values(), *self.executed.values(), *self.handed.values())
        return tuple(map(Path, named))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was found; `sheet` is a PNG in base64, empty when there is no batch to show."""

    figures: tuple[Figure, ...] = ()
    flags: tuple[Flag, ...] = ()
    stored: int = 0
    """Pictures in outputs that were handed in."""
    shown: int = 0
    """Pictures that the run showed."""
    in_stored: float | None = None
    """Largest share of the batch's tiles in one stored picture; None without batch or pictures."""
    in_run: float | None = None
    sheet: str = ""
    caption: str = ""
