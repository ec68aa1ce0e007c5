"""The path that a page is drawing, piece by piece, and whether a piece can rule a table. Follows operators only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from validator.measuring.probes.document_split_places import Matrix, Point, point

STRAIGHT = 0.6
"""Points by which a line may be off upright or level and still rule a table."""
EXACT = 0.05
"""The same for a longer run of lines: a pen's line consists of steps so small that each seems level."""
CORNERS = 5
"""Points of a closed rectangle."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One run of lines or curves without a gap."""

    points: list[Point]
    curved: bool

    @property
    def rules(self) -> bool:
        """Whether it runs level or upright only."""
        off = STRAIGHT if len(self.points) <= CORNERS else EXACT
        return not self.curved and all(_off(first, second) < off for first, second in self.segments())

    def segments(self) -> Iterator[tuple[Point, Point]]:
        """Each line of it, from end to end."""
        return zip(self.points, self.points[1:], strict=False)


class Path:
    """The path so far, in places as shown."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.points: list[Point] = []
        self.curved = False

    def follow(self, operator: bytes, operands: Any, matrix: Matrix) -> bool:
        """Take the operator in; whether it was one of a path's."""
        if operator == b"m":
            self._end()
            self.points = [_at(operands, 0, matrix)]
        elif operator == b"l":
            self.points.append(_at(operands, 0, matrix))
        elif operator in (b"c", b"v", b"y"):
            self.points += [_at(operands, index, matrix) for index in range(0, len(operands) - 1, 2)]
            self.curved = True
        elif operator == b"h":
            self.points += self.points[:1]
        elif operator == b"re":
            self._end()
            x, y, width, height = (float(value) for value in operands[:4])
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
            self.pieces.append(Piece(points=[point(*corner, matrix) for corner in corners], curved=False))
        else:
            return operator in (b"W", b"W*")
        return True

    def taken(self) -> list[Piece]:
        """The pieces so far; the next path begins with none."""
        self._end()
        pieces, self.pieces = self.pieces, []
        return pieces

    def _end(self) -> None:
        if len(self.points) > 1:
            self.pieces.append(Piece(points=self.points, curved=self.curved))
        self.points, self.curved = [], False


def _at(operands: Any, index: int, matrix: Matrix) -> Point:
    return point(float(operands[index]), float(operands[index + 1]), matrix)


def _off(first: Point, second: Point) -> float:
    """By how much the line is off level or upright, whichever it is nearer to."""
    return min(abs(first[0] - second[0]), abs(first[1] - second[1]))
