"""Pages that bear a drawing alone count as those with an image do; rules, frames and grounds are no drawings."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.paper_drawings import FURNITURE, PICTURES, Where, write
from validator.evidence import Paper
from validator.measuring.probes.paper_reader import read


def found(tmp_path: Path, draw: str, where: Where) -> Paper:
    write(tmp_path / "a.pdf", {**PICTURES, **FURNITURE}[draw], where)
    return read(tmp_path / "a.pdf", path="a.pdf", most_pages=9)


@pytest.mark.parametrize(
    ("draw", "where"),
    [(draw, "below") for draw in PICTURES] + [("curve", where) for where in ("above", "after", "between")],
)
def test_a_drawing_without_letters_makes_its_page_count(tmp_path: Path, draw: str, where: Where) -> None:
    paper = found(tmp_path, draw, where)
    assert (paper.references_page, paper.readings["paper.pages_counted"].value) == (3, 3)
    after = () if where == "above" else (f"p{3 if where == 'below' else 4}: a picture",)
    assert (paper.above_references, paper.after_references) == ("a picture" if where == "above" else "", after)
    kinds = {flag.kind for flag in paper.flags}
    assert kinds == {"picture-above-references" if where == "above" else "after-references"}


@pytest.mark.parametrize("draw", FURNITURE)
def test_lines_that_furnish_text_are_no_drawing(tmp_path: Path, draw: str) -> None:
    paper = found(tmp_path, draw, "below")
    assert (paper.readings["paper.pages_counted"].value, paper.flags) == (2, ())
