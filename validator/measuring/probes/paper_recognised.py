"""Pages that are pictures with the text that a program recognised in them: written invisibly over a scan or a photo.

Such letters are there to be searched, not seen: how they are set says nothing of the page. Reads pypdf operations, in
the child process only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from validator.evidence import Flag
from validator.measuring.probes.paper_pictures import Operations

RECOGNISED = "recognised-text"
INVISIBLE = 3
MOST_SHARE = 0.5
MOST_FORMS = 10
SHOWN = (b"Tj", b"TJ", b"'", b'"')


def is_recognised(page: Any, operations: Operations) -> bool:
    """Whether most letters of the page are written in the mode that paints nothing, also inside forms that it draws."""
    seen, unseen = _written(operations)
    for inner in _inside(page, operations):
        more = _written(inner)
        seen, unseen = seen + more[0], unseen + more[1]
    return unseen > MOST_SHARE * (seen + unseen)


def _written(operations: Operations) -> tuple[int, int]:
    """Bytes of text that are painted, and that are not."""
    mode, kept, counts = 0, [], [0, 0]
    for operands, operator in operations:
        if operator == b"q":
            kept.append(mode)
        elif operator == b"Q" and kept:
            mode = kept.pop()
        elif operator == b"Tr" and operands:
            mode = int(operands[0])
        elif operator in SHOWN and operands:
            counts[mode == INVISIBLE] += _length(operands[-1])
    return counts[0], counts[1]


def _length(shown: Any) -> int:
    parts = shown if isinstance(shown, list) else [shown]
    return sum(len(part) for part in parts if isinstance(part, (str, bytes)))


def _inside(page: Any, operations: Operations) -> list[Operations]:
    """What the forms draw that the page draws; programs that add such a layer put it into one."""
    from pypdf.generic import ContentStream

    objects = page.get("/Resources", {}).get_object().get("/XObject", {}).get_object()
    names = [str(operands[0]) for operands, operator in operations if operator == b"Do" and operands]
    drawn = [objects[name].get_object() for name in names[:MOST_FORMS] if name in objects]
    forms = [one for one in drawn if isinstance(one, dict) and one.get("/Subtype") == "/Form"]
    return [ContentStream(form, None).operations for form in forms]


def recognised_flags(pages: Sequence[int]) -> list[Flag]:
    """One flag for all such pages, from 1; none where there are none."""
    if not pages:
        return []
    named = ", ".join(f"p{page}" for page in pages[:8]) + (" and more" if len(pages) > 8 else "")
    detail = f"pictures of pages, with the text that a program recognised in them written invisibly over them: {named}"
    return [Flag(kind=RECOGNISED, detail=detail, where=f"p{pages[0]}")]
