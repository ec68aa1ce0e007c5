"""Everything one page of a form draws, with its place: words, ruling lines, strokes, pictures.

Touches the file's bytes, and runs in the child process only. What a word says X.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from validator.measuring.probes.document_split_paths import Path, Piece
from validator.measuring.probes.document_split_places import (
    IDENTITY,
    UNIT,
    Box,
    Matrix,
    around,
    as_shown,
    matrix_of,
    placed,
    times,
)
from validator.measuring.probes.document_split_words import Shown, Text, Word, words_of

DEEPEST = 5
"""Forms inside forms that are followed."""
MOST_OPERATIONS = 300_000
THIN = 3.0
"""Points: a filled rectangle that is thinner rules a table."""
LIGHT = 0.85
"""Lighter colours (of 0 to 1) leave no ink on white paper."""
STROKED, FILLED, BOTH = (b"S", b"s"), (b"f", b"F", b"f*"), (b"B", b"B*", b"b", b"b*")
STROKE_COLOURS, FILL_COLOURS = (b"G", b"RG", b"K", b"SC", b"SCN"), (b"g", b"rg", b"k", b"sc", b"scn")


@dataclass(frozen=True, kw_only=True)
class Ink:
    """Something drawn that is neither a word nor a ruling line."""

    kind: str
    """`strokes`, `picture` or `field`."""
    box: Box


@dataclass(kw_only=True)
class Drawn:
    """What a page draws, as it is collected."""

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    level: list[Box] = field(default_factory=list)
    """Level ruling lines."""
    upright: list[Box] = field(default_factory=list)
    ink: list[Ink] = field(default_factory=list)
    operations: int = 0


@dataclass(kw_only=True)
class _State:
    """The part of the graphics state that matters here."""

    matrix: Matrix
    text: Text = field(default_factory=Text)
    stroke: float = 0.0
    fill: float = 0.0

    def copy(self) -> _State:
        return replace(self, text=replace(self.text))


def drawn_by(page: Any) -> Drawn:
    """All that the page's own content draws; fields and remarks laid over it are not part of it."""
    turned, width, height = as_shown(page)
    drawn = Drawn(width=width, height=height)
    contents = page.get_contents()
    if contents is not None:
        contents.get_data()  # a bomb is an error here, and not an empty page
        contents.forced_encoding = "bytes"
        resources = page.get("/Resources")
        _Follower(drawn, resources, page.pdf).follow(contents.operations, turned, depth=0)
    return drawn


def draw_form(drawn: Drawn, form: Any, matrix: Matrix, pdf: Any) -> None:
    """Add what a form (the appearance of a field) draws under this matrix."""
    _Follower(drawn, None, pdf).form(form, matrix, depth=0)


class _Follower:
    """Follows one content stream and the forms that it draws."""

    def __init__(self, drawn: Drawn, resources: Any, pdf: Any) -> None:
        self.drawn, self.pdf = drawn, pdf
        self.resources = resources.get_object() if resources is not None else {}

    def follow(self, operations: Any, matrix: Matrix, *, depth: int) -> None:
        """Collect what the operations draw under this matrix."""
        state, path, shown = _State(matrix=matrix), Path(), Shown(self.resources)
        kept: list[_State] = []
        for operands, operator in operations:
            self.drawn.operations += 1
            if self.drawn.operations > MOST_OPERATIONS:
                raise ValueError("it draws more than any form does")
            if operator == b"q":
                kept.append(state.copy())
            elif operator == b"Q":
                state = kept.pop() if kept else state
            elif operator == b"cm":
                state.matrix = times(matrix_of(operands), state.matrix)
            elif operator in STROKE_COLOURS:
                state.stroke = _lightness(operands)
            elif operator in FILL_COLOURS:
                state.fill = _lightness(operands)
            elif operator in (*STROKED, *FILLED, *BOTH):
                self._paint(path.taken(), operator, state)
            elif operator == b"n":
                path.taken()
            elif operator == b"Do":
                self._object(str(operands[0]), state.matrix, depth=depth)
            elif operator == b"INLINE IMAGE":
                self.drawn.ink.append(Ink(kind="picture", box=placed(UNIT, state.matrix)))
            elif not path.follow(operator, operands, state.matrix):
                shown.follow(operator, operands, state.text, state.matrix)
        self.drawn.words += words_of(shown, self.resources, self.pdf)

    def form(self, form: Any, matrix: Matrix, *, depth: int) -> None:
        """Follow a form, unless it lies too deep inside others."""
        from pypdf.generic import ContentStream

        if depth > DEEPEST:
            return
        form.get_data()
        stream = ContentStream(form, self.pdf, "bytes")
        own = times(matrix_of(form.get("/Matrix", IDENTITY)), matrix)
        inside = _Follower(self.drawn, form.get("/Resources") or self.resources, self.pdf)
        inside.follow(stream.operations, own, depth=depth)

    def _paint(self, pieces: list[Piece], operator: bytes, state: _State) -> None:
        """A painted path: ruling lines where it runs level or upright only, else strokes of a pen."""
        colours = {STROKED: (state.stroke,), FILLED: (state.fill,), BOTH: (state.stroke, state.fill)}
        lightness = next(min(found) for operators, found in colours.items() if operator in operators)
        for piece in pieces if lightness <= LIGHT else ():
            if not piece.rules:
                self.drawn.ink.append(Ink(kind="strokes", box=around(piece.points)))
            elif operator in FILLED:
                self._rule(around(piece.points))
            else:
                for ends in piece.segments():
                    self._rule(around(ends))

    def _rule(self, box: Box) -> None:
        if box.height <= THIN < box.width:
            self.drawn.level.append(box)
        elif box.width <= THIN < box.height:
            self.drawn.upright.append(box)
        elif max(box.width, box.height) <= THIN:  # a pen's line that was drawn dot by dot
            self.drawn.ink.append(Ink(kind="strokes", box=box))

    def _object(self, name: str, matrix: Matrix, *, depth: int) -> None:
        objects = self.resources.get("/XObject")
        found = objects.get_object().get(name) if objects else None
        found = found.get_object() if found is not None else None
        if found is None:
            return
        if found.get("/Subtype") == "/Image":
            self.drawn.ink.append(Ink(kind="picture", box=placed(UNIT, matrix)))
        elif found.get("/Subtype") == "/Form":
            self.form(found, matrix, depth=depth + 1)


def _lightness(operands: Any) -> float:
    """How light a colour is, 0 to 1; what is no plain colour counts as dark."""
    values = [float(value) for value in operands if isinstance(value, (int, float))]
    if len(values) == 4:
        cyan, magenta, yellow, black = values
        return (1.0 - black) * (1.0 - (cyan + magenta + yellow) / 3.0)
    return sum(values) / len(values) if values else 0.0
