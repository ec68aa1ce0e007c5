"""Pages that are put together of whole pages drawn smaller or larger, as handouts are. Reads pypdf operations.

Where their text stands and how large it is printed, only the second reader sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Any

from validator.evidence import Flag
from validator.measuring.probes.paper_pictures import IDENTITY, Operations, drawings, matrix_of, times

IMPOSED = "scaled-forms"
SHOWN = (b"Tj", b"TJ", b"'", b'"')
NEARLY_ONE = 0.02


def is_imposed(page: Any, operations: Operations) -> bool:
    """Whether the page writes nothing itself and draws a form, which may write, in another size than its own."""
    if any(operator in SHOWN for _, operator in operations):
        return False
    objects = page.get("/Resources", {}).get_object().get("/XObject", {}).get_object()
    for name, matrix in drawings(operations):
        form = objects[name].get_object() if name in objects else None
        if isinstance(form, dict) and form.get("/Subtype") == "/Form" and "/Resources" in form:
            a, b, c, d, *_ = times(matrix_of(form.get("/Matrix", IDENTITY)), matrix)
            if any(abs(hypot(*side) - 1) > NEARLY_ONE for side in ((a, b), (c, d))):
                return True
    return False


def imposed_flags(pages: Sequence[int]) -> list[Flag]:
    """One flag for all such pages, from 1."""
    if not pages:
        return []
    detail = f"{len(pages)} of the pages are put together of pages that are drawn in another size"
    return [Flag(kind=IMPOSED, detail=detail, where=f"p{pages[0]}")]
