"""Where pictures stand on one page: images and drawn forms, with their place in points. Reads pypdf operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from validator.measuring.probes.paper_cues import is_heading, plain

Matrix = tuple[float, float, float, float, float, float]
Operations = list[tuple[list[Any], bytes]]
"""Operands and operator, in the order in which a page draws."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

LEAST_POINTS = 40.0
"""A picture smaller than this in width or height is a logo or an ornament."""
STRIP_POINTS, STRIP_AREA = 15.0, 4000.0
"""Unless it is a strip, as ten images side by side are: so high at least, and of so many square points."""
WHOLE_PAGE_SHARE = 0.8
"""A form that covers more of the page is the page itself, as imposing tools make it."""


COVERING_FORMS = 20
"""So many forms that cover the page are looked into; a sheet of imposed pages has two or four."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A stream that draws on the page: its own, or that of a form that covers it."""

    operations: Operations
    objects: Any
    """Images and forms by their names."""
    matrix: Matrix
    """From the stream to the page."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture on a page, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    drawn: bool = False
    """Whether it is lines and curves alone, and no image and no form."""

    @property
    def area(self) -> float:
        """In square points."""
        return (self.right - self.left) * (self.top - self.bottom)


def pictures(layers: Sequence[Layer], whole: float) -> list[Picture]:
    """Images and forms that the page draws; `whole` is the area of the page."""
    found = [picture for layer in layers for picture in _inline(layer.operations, layer.matrix)]
    return found + [
        picture
        for layer in layers
        for name, matrix in drawings(layer.operations, layer.matrix)
        if (picture := _drawn(layer.objects, name, matrix, whole))
    ]


def is_large(one: Picture) -> bool:
    """Whether a picture may be a figure."""
    narrow = min(one.right - one.left, one.top - one.bottom)
    return narrow >= LEAST_POINTS or (narrow >= STRIP_POINTS and one.area >= STRIP_AREA)


def layers(page: Any, operations: Operations) -> list[Layer]:
    """What the page draws itself, and each form that covers it: such a form is the page, as imposing tools make it."""
    whole = area_of(page)
    found = [Layer(operations=operations, objects=_objects(page), matrix=IDENTITY)]
    for layer in found:  # grows while it is walked
        for name, matrix in drawings(layer.operations, layer.matrix):
            form = _form(layer.objects, name)
            if form is None or len(found) > COVERING_FORMS:
                continue
            own = times(matrix_of(form.get("/Matrix", IDENTITY)), matrix)
            if box_of(tuple(float(value) for value in form["/BBox"]), own).area > WHOLE_PAGE_SHARE * whole:
                found.append(Layer(operations=_operations(form), objects=_objects(form), matrix=own))
    return found


def area_of(page: Any) -> float:
    """In square points."""
    return float(page.mediabox.width) * float(page.mediabox.height)


def _operations(form: Any) -> Operations:
    from pypdf.generic import ContentStream

    try:
        return ContentStream(form, None, "bytes").operations
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything on damaged files; a form unread is a picture less
        return []


def _objects(holder: Any) -> Any:
    resources = holder.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    return objects.get_object() if objects is not None else {}


def _form(objects: Any, name: str) -> Any:
    drawn = objects.get(name)
    drawn = drawn.get_object() if drawn is not None else None
    is_form = isinstance(drawn, dict) and drawn.get("/Subtype") == "/Form" and len(drawn.get("/BBox", ())) == 4
    return drawn if is_form else None


def without_furniture(pages: Sequence[Sequence[Picture]], *, body: int | None = None) -> list[list[Picture]]:
    """Pictures page by page without those that stand in one place on at least half the pages: crests, backgrounds.

    Of the first `body` pages, where that is known, at least half must bear it too: figures behind the references stand
    in one place as well.
    """
    every, first = _times(pages), _times(pages[: body or 0])
    least, least_first = max(2, (len(pages) + 1) // 2), ((body or 0) + 1) // 2
    return [[one for one in page if every[_place(one)] < least or first[_place(one)] < least_first] for page in pages]


def _times(pages: Sequence[Sequence[Picture]]) -> Counter[tuple[int, ...]]:
    """On how many pages a picture stands in each place."""
    return Counter(place for page in pages for place in {_place(one) for one in page})


def _place(picture: Picture) -> tuple[int, ...]:
    return tuple(round(edge) for edge in (picture.left, picture.bottom, picture.right, picture.top))


def heading_height(page: Any, heading: str = "") -> float | None:
    """Height of the last line on the page that is a references heading, or this one, whose pieces are put together."""
    rows: dict[int, list[tuple[float, str]]] = {}

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, _size: float) -> None:
        place = times(matrix_of(tm), matrix_of(cm))
        if text.strip():
            rows.setdefault(round(place[5] / 2), []).append((place[4], text))

    page.extract_text(visitor_text=visit)
    texts = {row: " ".join(text for _, text in sorted(parts)) for row, parts in rows.items()}
    heights = [
        2.0 * row for row, text in texts.items() if is_heading(text) or (heading and plain(text) == plain(heading))
    ]
    return min(heights, default=None)


def drawings(operations: Operations, matrix: Matrix = IDENTITY) -> Iterator[tuple[str, Matrix]]:
    """The name and the matrix of each object that the operations draw, from where `matrix` stands."""
    for operands, _, drawn in placed(operations, b"Do", matrix=matrix):
        if operands:
            yield str(operands[0]), drawn


def _inline(operations: Operations, matrix: Matrix) -> Iterator[Picture]:
    """Images that stand amid the operators themselves."""
    for _, _, drawn in placed(operations, b"INLINE IMAGE", matrix=matrix):
        yield box_of((0.0, 0.0, 1.0, 1.0), drawn)


def placed(operations: Operations, *operators: bytes, matrix: Matrix = IDENTITY) -> Iterator[tuple[Any, bytes, Matrix]]:
    """Each of these operations with its operands and the matrix under which it draws, from where `matrix` stands."""
    kept = []
    for operands, operator in operations:
        if operator == b"q":
            kept.append(matrix)
        elif operator == b"Q" and kept:
            matrix = kept.pop()
        elif operator == b"cm" and len(operands) == 6:
            matrix = times(matrix_of(operands), matrix)
        elif operator in operators:
            yield operands, operator, matrix


def _drawn(objects: Any, name: str, matrix: Matrix, whole: float) -> Picture | None:
    drawn = objects.get(name)
    drawn = drawn.get_object() if drawn is not None else None
    if isinstance(drawn, dict) and drawn.get("/Subtype") == "/Image":
        return box_of((0.0, 0.0, 1.0, 1.0), matrix)
    drawn = _form(objects, name)
    if drawn is None:
        return None
    own = times(matrix_of(drawn.get("/Matrix", IDENTITY)), matrix)
    box = box_of(tuple(float(value) for value in drawn["/BBox"]), own)
    return None if box.area > WHOLE_PAGE_SHARE * whole else box


def box_of(corners: tuple[float, ...], matrix: Matrix) -> Picture:
    """The place of a rectangle left, bottom, right, top under a matrix."""
    a, b, c, d, e, f = matrix
    left, bottom, right, top = corners
    points = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    xs, ys = zip(*points, strict=True)
    return Picture(left=min(xs), bottom=min(ys), right=max(xs), top=max(ys))


def matrix_of(values: Any) -> Matrix:
    """Six numbers of a PDF as a matrix."""
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies `first`, then `second` (PDF row vectors)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
