"""What a file of weights was found to hold, whatever its format. Plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass

NAME_CHARACTERS = 200


def plain_text(name: str) -> str:
    """A stranger's name as one that can be printed."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:NAME_CHARACTERS])


class WeightsProblem(Exception):
    """Why a file of weights cannot be read; the message is a clause of a sentence."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the values of one array lie, by the word of the file: nothing of it is checked yet."""

    storage: str
    """Name of the piece of the file that holds them; empty where the file is one piece."""
    start: int
    """Of the first one: in numbers from the start of the storage, in bytes from that of the file where it is one."""
    strides: tuple[int, ...] | None = None
    """In numbers; None where they lie in the order of rows."""


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One array by name; its values are not read."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    """As NumPy says it; empty when not known."""
    place: Place | None = None
    """None where this reader does not tell."""

    @property
    def values(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True, kw_only=True)
class FoundWeights:
    """One file."""

    form: str
    """The format in words."""
    tensors: tuple[Tensor, ...] = ()
    globals: tuple[str, ...] = ()
    """Dotted names that loading it with an unrestricted pickle would import."""
    listed: bool = True
    """Whether this format's names and shapes are read at all."""
