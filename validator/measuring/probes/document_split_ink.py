"""Whether something is drawn where a signature belongs. Pure: it tells ink from none, and no hand from another."""

from __future__ import annotations

from collections.abc import Sequence

from validator.measuring.probes.document_split_page import Drawn, Ink
from validator.measuring.probes.document_split_places import Box
from validator.measuring.probes.document_split_table import Row

LEAST_WIDTH, LEAST_HEIGHT = 8.0, 4.0
"""Points: less is a dot, a dash or the dotted line to sign on."""
HIGHER, WIDER = 3.0, 2.0
"""What is higher and wider than so many times the place is a border, a crest or a background."""
OVERLAP = 0.4
"""Share of its width that lies in the column."""
NO_PLACE, NO_INK, TYPED = "no column for it", "none", "typed words"


def ink_in(row: Row, drawn: Drawn) -> str:
    """What stands in the row's place for a signature: `strokes`, `picture`, `field`, `typed words` or `none`."""
    if row.cell is None:
        return NO_PLACE
    inside = [ink for ink in drawn.ink if _belongs(ink, row.cell)]
    if is_ink([ink.box for ink in inside]):
        return max((ink.kind for ink in inside), key=lambda kind: sum(ink.kind == kind for ink in inside))
    return TYPED if row.typed else NO_INK


def is_ink(boxes: Sequence[Box]) -> bool:
    """Whether what lies in these boxes is together as large as a signature."""
    if not boxes:
        return False
    width = max(box.right for box in boxes) - min(box.left for box in boxes)
    height = max(box.top for box in boxes) - min(box.bottom for box in boxes)
    return width >= LEAST_WIDTH and height >= LEAST_HEIGHT


def _belongs(ink: Ink, cell: Box) -> bool:
    """Whether it stands in this row, and in this column for the better part."""
    box = ink.box
    if box.height > HIGHER * cell.height and box.width > WIDER * cell.width:
        return False
    if not cell.bottom <= (box.bottom + box.top) / 2 <= cell.top:
        return False
    shared = min(box.right, cell.right) - max(box.left, cell.left)
    return shared >= OVERLAP * min(box.width, cell.width)
