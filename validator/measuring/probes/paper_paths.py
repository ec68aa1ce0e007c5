"""The paths that a stream of operators paints, in points of its page. Follows operators; knows no PDF object.

What only clips, and what is filled with white and has no outline, is left out: it leaves nothing on the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from validator.measuring.probes.paper_drawn import Path, Point
from validator.measuring.probes.paper_pictures import IDENTITY, Matrix, Operations, matrix_of, times

FILLS = (b"f", b"F", b"f*")
STROKES = (b"S", b"s", b"B", b"B*", b"b", b"b*")
CLOSES = (b"s", b"b", b"b*")
ENDS = (*FILLS, *STROKES, b"n")
DRAWS = (b"m", b"l", b"c", b"v", b"y", b"h", b"re")
WHITE = {b"g": 1.0, b"rg": 1.0, b"k": 0.0}
"""What each number of a colour is when it is white, by the operator that sets it."""


class _Pen:
    """The matrix and the colour that q and Q keep, and the path so far."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.white = False
        self.kept: list[tuple[Matrix, bool]] = []
        self.paths: list[Path] = []

    def at(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f

    def set(self, operator: bytes, operands: list[Any]) -> None:
        """Take in one operator of the graphics state."""
        if operator == b"q":
            self.kept.append((self.matrix, self.white))
        elif operator == b"Q" and self.kept:
            self.matrix, self.white = self.kept.pop()
        elif operator == b"cm" and len(operands) == 6:
            self.matrix = times(matrix_of(operands), self.matrix)
        elif operator in WHITE:
            self.white = all(float(value) == WHITE[operator] for value in operands)
        elif operator in (b"sc", b"scn", b"cs"):
            numbers = [float(value) for value in operands if isinstance(value, (int, float))]
            self.white = len(numbers) in (1, 3) and all(value == 1.0 for value in numbers)

    def draw(self, operator: bytes, operands: list[Any]) -> None:
        """Take in one operator of a path."""
        if operator == b"re" and len(operands) == 4:
            x, y, across, up = (float(value) for value in operands)
            self.paths.append(Path())
            for corner in ((x, y), (x + across, y), (x + across, y + up), (x, y + up), (x, y)):
                self.paths[-1].line(self.at(*corner))
            return
        points = [self.at(float(x), float(y)) for x, y in zip(operands[::2], operands[1::2], strict=False)]
        if operator == b"m" and points:
            self.paths.append(Path())
            self.paths[-1].line(points[0])
        elif operator == b"l" and points and self.paths:
            self.paths[-1].line(points[0])
        elif operator in (b"c", b"v", b"y") and points and self.paths:
            self.paths[-1].curve(*points)
        elif operator == b"h" and self.paths and self.paths[-1].points:
            self.paths[-1].line(self.paths[-1].points[0])

    def painted(self, operator: bytes) -> list[Path]:
        """The path so far, where this operator leaves anything of it; the next one begins with nothing."""
        if operator in CLOSES:
            self.draw(b"h", [])
        paths, self.paths = self.paths, []
        return paths if operator in STROKES or (operator in FILLS and not self.white) else []


def paths(operations: Operations, matrix: Matrix = IDENTITY) -> Iterator[Path]:
    """What is painted, in the order in which it is; `matrix` leads from the stream to the page."""
    pen = _Pen(matrix)
    for operands, operator in operations:
        if operator in ENDS:
            yield from pen.painted(operator)
        elif operator in DRAWS:
            pen.draw(operator, operands)
        elif isinstance(operands, list):
            pen.set(operator, operands)
