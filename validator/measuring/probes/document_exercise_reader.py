"""The child process that says on which pages of a PDF nothing is drawn at all. Started by `document_exercise`."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from validator.measuring.probes.document_split_fields import draw_fields
from validator.measuring.probes.document_split_page import Drawn, drawn_by

MOST_PAGES = 40


def answers(file: Path) -> Iterator[dict[str, int]]:
    """The one answer: how many pages there are, and how many of them are blank."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with file.open("rb") as stream:
        reader = PdfReader(stream)
        if reader.is_encrypted:
            reader.decrypt("")
        pages = [reader.pages[number] for number in range(min(len(reader.pages), MOST_PAGES))]
        yield {"pages": len(reader.pages), "blank": sum(_is_blank(page) for page in pages)}


def _is_blank(page: object) -> bool:
    """A page that cannot be followed has something on it."""
    try:
        drawn: Drawn = drawn_by(page)
        draw_fields(drawn, page)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything; what cannot be followed is not called blank
        return False
    return not (drawn.words or drawn.ink or drawn.level or drawn.upright)


def main() -> None:
    """`python -m ...document_exercise_reader FILE`: print the answer as JSON."""
    for answer in answers(Path(sys.argv[1])):
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
