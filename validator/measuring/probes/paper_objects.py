"""The pictures of one page as PDFium sees them: images and what paths draw, also inside forms. The second reader's.

In its child process only. `raw` is `pypdfium2.raw`; lengths are in units of the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

from validator.measuring.probes.paper_drawn import Path, Point, drawings
from validator.measuring.probes.paper_pictures import IDENTITY, Matrix, Picture, box_of, is_large, times
from validator.measuring.probes.paper_runs import Run

MOST_OBJECTS = 50_000
MOST_SEGMENTS = 20_000
"""Of one page: so many say already that it is a picture, and the time is that of all pages."""
MOST_DEPTH = 4
PATH, IMAGE, FORM = 2, 3, 5
LINE, BEZIER, MOVE = 0, 1, 2
CURVE_POINTS = 3
WHITE = 255


def pictures(raw: Any, page: Any, found: Sequence[Run], *, sheet: Picture) -> list[Picture]:
    """Images and drawings that are large enough to be a figure; `found` is the text of the page."""
    count = raw.FPDFPage_CountObjects(page)
    top = ((raw.FPDFPage_GetObject(page, number), IDENTITY) for number in range(count))
    paths: list[Path] = []
    images: list[Picture] = []
    segments = 0
    for kind, thing, matrix in _walk(raw, top):
        if kind == IMAGE:
            images.append(box_of((0.0, 0.0, 1.0, 1.0), matrix))
        elif segments < MOST_SEGMENTS and _paints(raw, thing):
            segments += raw.FPDFPath_CountSegments(thing)
            paths += _paths(raw, thing, matrix)
    large, tiles = [one for one in images if is_large(one)], [one for one in images if not is_large(one)]
    begun = [(run.origin, run.baseline) for run in found]
    return [*large, *drawings(paths, text=begun, page=sheet, tiles=tiles)]


def _walk(raw: Any, top: Iterator[tuple[Any, Matrix]]) -> Iterator[tuple[int, Any, Matrix]]:
    """Paths and images, with the matrix from each to the page."""
    waiting: list[tuple[Iterator[tuple[Any, Matrix]], int]] = [(top, 0)]
    seen = 0
    while waiting and seen < MOST_OBJECTS:
        things, depth = waiting[-1]
        thing, outer = next(things, (None, IDENTITY))
        if thing is None:
            waiting.pop()
            continue
        seen += 1
        kind = raw.FPDFPageObj_GetType(thing)
        matrix = times(_matrix(raw, thing), outer)
        if kind in (PATH, IMAGE):
            yield kind, thing, matrix
        elif kind == FORM and depth < MOST_DEPTH:
            waiting.append((_inside(raw, thing, matrix), depth + 1))


def _inside(raw: Any, form: Any, matrix: Matrix) -> Iterator[tuple[Any, Matrix]]:
    for number in range(max(raw.FPDFFormObj_CountObjects(form), 0)):
        yield raw.FPDFFormObj_GetObject(form, number), matrix


def _matrix(raw: Any, thing: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, found):
        return IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _paints(raw: Any, path: Any) -> bool:
    """Whether it leaves anything on the paper: an outline, or a ground that is not white."""
    fills, strokes = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, fills, strokes):
        return True
    parts = [ctypes.c_uint() for _ in range(4)]
    known = raw.FPDFPageObj_GetFillColor(path, *parts)
    white = bool(known) and all(part.value == WHITE for part in parts[:3])
    return bool(strokes.value) or (bool(fills.value) and not white)


def _paths(raw: Any, thing: Any, matrix: Matrix) -> list[Path]:
    found: list[Path] = []
    bent: list[Point] = []
    for number in range(min(raw.FPDFPath_CountSegments(thing), MOST_SEGMENTS)):
        segment = raw.FPDFPath_GetPathSegment(thing, number)
        x, y = ctypes.c_float(), ctypes.c_float()
        if not segment or not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        kind, point = raw.FPDFPathSegment_GetType(segment), _at(matrix, x.value, y.value)
        if kind == MOVE or not found:
            found.append(Path())
            found[-1].line(point)
        elif kind == BEZIER:
            bent.append(point)
            if len(bent) == CURVE_POINTS:
                found[-1].curve(*bent)
                bent = []
        else:
            found[-1].line(point)
        if raw.FPDFPathSegment_GetClose(segment):
            found[-1].line(found[-1].points[0])
    return found


def _at(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
