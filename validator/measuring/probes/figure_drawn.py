"""What each page of an opened PDF draws besides text: its images with their places, and how many lines. Child only.

Goes into forms, within bounds; reads the page's own operations through pypdf and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from validator.measuring.probes import paper_pictures
from validator.measuring.probes.paper_pictures import IDENTITY, Matrix, Operations, Picture

FORMS = 60
"""Of one page; a tree of forms can name a thousand million."""
FORM_DEPTH = 4
IMAGES = 500
SEGMENT_OPERATORS = (b"l", b"c", b"v", b"y")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One image on a page: its object, and its place in points."""

    image: Any
    key: object
    """The same for one object drawn twice."""
    place: Picture


@dataclass(kw_only=True)
class Drawing:
    """What one page draws."""

    images: list[Drawn] = field(default_factory=list)
    segments: int = 0
    """Lines and curves of all its paths."""
    cut_short: bool = False
    """Whether there was more than is looked at."""
    _forms: int = 0


def drawing(page: Any, contents: Any) -> Drawing:
    """Walk one page with its content stream, None where it has none.

    What cannot be followed is left out: a page without pictures is the worst that comes of it.
    """
    found = Drawing()
    if contents is not None:
        _walk(found, page, contents.operations, IDENTITY, 0)
    return found


def _walk(found: Drawing, holder: Any, operations: Operations, outer: Matrix, depth: int) -> None:
    found.segments += sum(operator in SEGMENT_OPERATORS for _, operator in operations)
    for name, matrix in paper_pictures.drawings(operations):
        drawn, key = _object(holder, name)
        if drawn is None:
            continue
        placed = paper_pictures.times(matrix, outer)
        kind = drawn.get("/Subtype")
        if kind == "/Image" and len(found.images) < IMAGES:
            place = paper_pictures.box_of((0.0, 0.0, 1.0, 1.0), placed)
            found.images.append(Drawn(image=drawn, key=key, place=place))
        elif kind == "/Form" and depth < FORM_DEPTH and found._forms < FORMS:
            found._forms += 1
            inner = paper_pictures.times(paper_pictures.matrix_of(drawn.get("/Matrix", IDENTITY)), placed)
            for own in _operations(drawn):
                _walk(found, drawn, own, inner, depth + 1)
        else:
            found.cut_short |= kind in ("/Image", "/Form")


def _object(holder: Any, name: str) -> tuple[Any, object]:
    resources = holder.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    table: Any = objects.get_object() if objects is not None else {}
    if name not in table:
        return None, None
    reference = table.raw_get(name)
    drawn = reference.get_object()
    return (drawn if isinstance(drawn, dict) else None), getattr(reference, "idnum", id(drawn))


def _operations(form: Any) -> Iterator[Operations]:
    """The operations of a form; none where they cannot be read."""
    from pypdf.generic import ContentStream

    try:
        yield ContentStream(form, None, "bytes").operations
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything on damaged files; a form unread is a picture less
        return
