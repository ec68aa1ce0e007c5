"""The running head and foot of the first page, such as `Preprint. Under review.`: lines in, words out."""

from __future__ import annotations

from collections.abc import Sequence

from validator.measuring.probes.paper_lines import Line

HEAD_SHARE, FOOT_SHARE = 0.085, 0.865
"""Of the height of the page: above the first stands a running head, below the second a notice or a footnote."""
SMALLER = 0.3
"""Points by which the type of a notice at the foot is smaller than that of the body."""
NOTICE_CHARACTERS = 240


def notice(lines: Sequence[Line], *, height: float, size: float | None) -> str:
    """What stands at the head and at the foot of these lines, page numbers left out."""
    kept = [line for line in lines if line.text and not line.text.isdigit() and _is_apart(line, height, size)]
    return " / ".join(line.text for line in kept)[:NOTICE_CHARACTERS]


def _is_apart(line: Line, height: float, size: float | None) -> bool:
    depth = (height - line.baseline) / height if height else 0.5
    largest = max(part.size for part in line.fragments)
    if depth < HEAD_SHARE:
        return size is None or largest <= size + SMALLER
    return depth > FOOT_SHARE and size is not None and largest < size - SMALLER
