"""Places on a page as it is shown: rectangles and matrices, in PDF points from the lower left corner. Opens no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
UNIT = (0.0, 0.0, 1.0, 1.0)
"""The corners of a picture before its matrix."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """An upright rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """In points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """In points."""
        return self.top - self.bottom

    def meets(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        level = self.left <= other.right and other.left <= self.right
        return level and self.bottom <= other.top and other.bottom <= self.top


def point(x: float, y: float, matrix: Matrix) -> Point:
    """Where the matrix takes a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def around(points: Sequence[Point]) -> Box:
    """The smallest upright rectangle around these points."""
    xs, ys = zip(*points, strict=True)
    return Box(left=min(xs), bottom=min(ys), right=max(xs), top=max(ys))


def placed(corners: tuple[float, float, float, float], matrix: Matrix) -> Box:
    """The upright rectangle around these corners (left, bottom, right, top) under the matrix."""
    left, bottom, right, top = corners
    return around([point(x, y, matrix) for x in (left, right) for y in (bottom, top)])


def times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies `first`, then `second` (PDF row vectors)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def matrix_of(values: Any) -> Matrix:
    """Six numbers as a matrix. Raises TypeError or ValueError over anything else."""
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def as_shown(page: Any) -> tuple[Matrix, float, float]:
    """The matrix from a page's own places to those as it is shown, turned by its rotation; its width and height."""
    box = page.mediabox
    left, bottom, width, height = float(box.left), float(box.bottom), float(box.width), float(box.height)
    moved: Matrix = (1.0, 0.0, 0.0, 1.0, -left, -bottom)
    turns: dict[int, Matrix] = {
        90: (0.0, -1.0, 1.0, 0.0, 0.0, width),
        180: (-1.0, 0.0, 0.0, -1.0, width, height),
        270: (0.0, 1.0, -1.0, 0.0, height, 0.0),
    }
    angle = int(page.get("/Rotate", 0) or 0) % 360
    size = (height, width) if angle in (90, 270) else (width, height)
    return times(moved, turns.get(angle, IDENTITY)), *size
