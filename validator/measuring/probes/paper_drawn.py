"""Pictures that a page draws with lines and curves and no image: what is painted goes in, places come out.

A diagram without letters, or a plot whose letters are outlines, is seen by nothing else. Rules of tables, underlines,
frames and grounds of text, and borders are not pictures. Knows no PDF: both readers hand over their paths. Lengths are
those of the page's own space.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from validator.measuring.probes.paper_pictures import WHOLE_PAGE_SHARE, Picture, is_large

Point = tuple[float, float]
Weighed = tuple[Picture, float]
"""A part of a drawing, and how much of a picture it is."""

LEAST_WEIGHT = 16
"""So many painted curves and slanting lines are a picture; a plain box is worth its four sides."""
SIDES = 4
SLANT = 0.5
"""A line that leaves the level and the upright by more than this is no rule."""
THIN, LONG = 3.0, 12.0
"""A path thinner than the first and longer than the second is a rule or an underline, however it is drawn."""
TILE_AREA = 160.0
"""Square points of small images that are worth one curve: four tiles of a sample grid are a picture."""
SPOT, SPOT_WEIGHT = 15.0, 0.5
"""Points across below which something is a spot, and what a spot is worth: each entry may have a sign beside it."""
FRAME_SEGMENTS = 12
"""A path of so few segments around text is its frame or its ground: a box, also with round corners."""
GAP = 12.0
"""Parts of one picture are no further apart than this, from top to bottom."""
MOST_PATHS = 50_000


@dataclass(kw_only=True)
class Path:
    """One connected line of a page, segment by segment."""

    points: list[Point] = field(default_factory=list)
    curves: int = 0
    slanting: int = 0
    straight: int = 0
    """Level and upright lines."""

    def line(self, point: Point) -> None:
        """Go on to this point."""
        if self.points:
            before = self.points[-1]
            slants = min(abs(point[0] - before[0]), abs(point[1] - before[1])) > SLANT
            self.slanting += slants
            self.straight += not slants and point != before
        self.points.append(point)

    def curve(self, *points: Point) -> None:
        """Go on to the last of these points, bent towards the others."""
        self.curves += 1
        self.points += points

    @property
    def box(self) -> Picture:
        """Where it lies."""
        xs, ys = zip(*self.points, strict=True)
        return Picture(left=min(xs), bottom=min(ys), right=max(xs), top=max(ys), drawn=True)


def drawings(
    paths: Iterable[Path], *, text: Sequence[Point], page: Picture, tiles: Iterable[Picture] = ()
) -> list[Picture]:
    """The drawn pictures of one page from top to bottom; `text` says where its pieces of text begin.

    Images that are too small to be figures (`tiles`) may make one together.
    """
    weighed: list[Weighed] = [(replace(one, drawn=True), one.area / TILE_AREA) for one in tiles]
    for number, path in enumerate(paths):
        if number >= MOST_PATHS:
            break
        box = path.box if path.points else page
        weight = _weight(path, box, text, page)
        if weight:
            weighed.append((box, weight))
    return [box for box, weight in _bands(list(_with_spots(weighed))) if weight >= LEAST_WEIGHT and is_large(box)]


def _with_spots(weighed: Iterable[Weighed]) -> Iterator[Weighed]:
    """All that is large, and what is small put together where it lies in one spot, which is worth little."""
    spots: dict[tuple[int, int], Weighed] = {}
    for box, weight in weighed:
        if max(box.right - box.left, box.top - box.bottom) >= SPOT:
            yield box, weight
            continue
        place = int((box.left + box.right) / (2 * SPOT)), int((box.bottom + box.top) / (2 * SPOT))
        before, had = spots.get(place, (box, 0.0))
        spots[place] = _around(before, box), min(had + weight, SPOT_WEIGHT)
    yield from spots.values()


def _weight(path: Path, box: Picture, text: Sequence[Point], page: Picture) -> int:
    """How much of a picture one path is; 0 of what furnishes text."""
    across, up = box.right - box.left, box.top - box.bottom
    if min(across, up) < THIN and max(across, up) > LONG:
        return 0
    if box.right < page.left or box.left > page.right or box.top < page.bottom or box.bottom > page.top:
        return 0
    free = path.curves + path.slanting
    if free + path.straight <= FRAME_SEGMENTS and (_holds(box, text) or box.area > WHOLE_PAGE_SHARE * page.area):
        return 0
    if not free and path.straight <= SIDES + 1:
        return SIDES if path.straight >= SIDES - 1 and min(across, up) >= THIN else 0
    return free + (path.straight if path.straight > SIDES + 1 else 0)


def _holds(box: Picture, text: Sequence[Point]) -> bool:
    return any(box.left <= x <= box.right and box.bottom <= y <= box.top for x, y in text)


def _bands(weighed: Sequence[Weighed]) -> list[Weighed]:
    """What lies beside or close below each other, put together."""
    bands: list[Weighed] = []
    for box, weight in sorted(weighed, key=lambda one: -one[0].top):
        if bands and box.top >= bands[-1][0].bottom - GAP:
            before, had = bands.pop()
            bands.append((_around(before, box), had + weight))
        else:
            bands.append((box, weight))
    return bands


def _around(one: Picture, other: Picture) -> Picture:
    return Picture(
        left=min(one.left, other.left),
        bottom=min(one.bottom, other.bottom),
        right=max(one.right, other.right),
        top=max(one.top, other.top),
        drawn=True,
    )
