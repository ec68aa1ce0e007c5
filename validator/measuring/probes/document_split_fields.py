"""What lies over a form's page: fields that were filled in, remarks, ink and stamps of a viewer. Child process only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from validator.measuring.probes.document_split_page import Drawn, Ink, draw_form
from validator.measuring.probes.document_split_places import IDENTITY, Box, Matrix, as_shown, matrix_of, placed, times
from validator.measuring.probes.document_split_words import USUAL, Word

MOST_LAID = 1_000
HIDDEN = 0b10
"""The flag of a remark that is not shown."""
SEEN_ELSEWHERE = ("/Link", "/Popup", "/Text")
"""Kinds that leave nothing on the paper."""
TYPICAL_SIZE = 10.0


def draw_fields(drawn: Drawn, page: Any) -> None:
    """Add fields and remarks to what the page draws."""
    laid = page.get("/Annots")
    turned = as_shown(page)[0]
    for number, reference in enumerate(laid.get_object() if laid is not None else ()):
        if number >= MOST_LAID:
            raise ValueError("it holds more fields than any form does")
        _draw(drawn, reference.get_object(), turned, page.pdf)


def _draw(drawn: Drawn, laid: Any, turned: Matrix, pdf: Any) -> None:
    kind = laid.get("/Subtype")
    if kind in SEEN_ELSEWHERE or int(laid.get("/F", 0)) & HIDDEN or len(laid.get("/Rect", ())) != 4:
        return
    box = placed(_corners(laid["/Rect"]), turned)
    if kind == "/Widget":
        drawn.words += _typed(_value(laid), box)
        if _inherited(laid, "/FT") == "/Sig" and _inherited(laid, "/V") is not None:
            drawn.ink.append(Ink(kind="field", box=box))
        elif _inherited(laid, "/FT") == "/Btn" and not _value(laid):
            _appearance(drawn, laid, turned, pdf)
    elif kind == "/FreeText":
        drawn.words += _typed(str(laid.get("/Contents", "")), box)
    elif kind == "/Ink":
        drawn.ink.append(Ink(kind="strokes", box=box))
    elif not _appearance(drawn, laid, turned, pdf) and kind == "/Stamp":
        drawn.ink.append(Ink(kind="picture", box=box))


def _value(field: Any) -> str:
    value = _inherited(field, "/V")
    return str(value) if _inherited(field, "/FT") in ("/Tx", "/Ch") and isinstance(value, str) else ""


def _inherited(field: Any, key: str) -> Any:
    """The field's own entry, or that of the fields it belongs to."""
    for _ in range(8):
        if key in field:
            return field[key].get_object() if hasattr(field[key], "get_object") else field[key]
        if "/Parent" not in field:
            return None
        field = field["/Parent"].get_object()
    return None


def _typed(text: str, box: Box) -> Iterator[Word]:
    """The words of a field line by line, from its upper left corner, or in the middle of a low one."""
    lines = text.replace("\r", "\n").split("\n")
    size = min(TYPICAL_SIZE, max(box.height, 1.0))
    top = box.top if len(lines) > 1 else (box.top + box.bottom + size) / 2
    for number, line in enumerate(lines):
        left = box.left
        for letters in line.split():
            right = left + USUAL * size * len(letters)
            yield Word(text=letters, left=left, right=right, baseline=top - size * (number + 0.8), size=size)
            left = right + USUAL * size


def _appearance(drawn: Drawn, laid: Any, turned: Matrix, pdf: Any) -> bool:
    """Draw the remark's own appearance where it stands; whether it has one."""
    normal = laid["/AP"].get_object().get("/N") if "/AP" in laid else None
    form = normal.get_object() if normal is not None else None
    if form is None or "/BBox" not in form:
        return False
    inside = placed(_corners(form["/BBox"]), matrix_of(form.get("/Matrix", IDENTITY)))
    left, bottom, right, top = _corners(laid["/Rect"])
    across = (right - left) / inside.width if inside.width else 1.0
    up = (top - bottom) / inside.height if inside.height else 1.0
    fitted: Matrix = (across, 0.0, 0.0, up, left - inside.left * across, bottom - inside.bottom * up)
    draw_form(drawn, form, times(fitted, turned), pdf)
    return True


def _corners(values: Any) -> tuple[float, float, float, float]:
    """The left, lower, right and upper edge, in whichever order the corners are told."""
    x, y, across, up = (float(value) for value in values)
    return min(x, across), min(y, up), max(x, across), max(y, up)
