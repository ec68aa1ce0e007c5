"""Pages that bear a drawing alone count as those with an image do; rules, frames and grounds are no drawings."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from fixtures.paper_drawings import FURNITURE, ON_EVERY_PAGE, PICTURES, Where, nothing, sideways_table, write
from validator.evidence import Paper
from validator.measuring.probes.paper_reader import read
from validator.measuring.probes.paper_second import answers
from validator.measuring.probes.paper_second_answer import LOOKED


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


def seen_by_the_second(file: Path) -> list[int]:
    (part,) = (one for one in answers(file, "3") if isinstance(one, dict) and one["kind"] == LOOKED)
    return list(part["pictured"])


@pytest.mark.skipif(importlib.util.find_spec("pypdfium2") is None, reason="the second reader is not installed")
def test_the_second_reader_sees_the_same_drawings_and_takes_nothing_else_for_one(tmp_path: Path) -> None:
    for name, draw in {**PICTURES, **FURNITURE}.items():
        write(tmp_path / "a.pdf", draw, "below")
        assert seen_by_the_second(tmp_path / "a.pdf") == ([3] if name in PICTURES else []), name


@pytest.mark.parametrize("over", ON_EVERY_PAGE)
def test_text_at_an_angle_or_a_sign_on_every_page_moves_no_count_and_no_edge(tmp_path: Path, over: str) -> None:
    write(tmp_path / "a.pdf", nothing, "below", over=ON_EVERY_PAGE[over])
    paper = read(tmp_path / "a.pdf", path="a.pdf", most_pages=9)
    assert (paper.references_page, paper.readings["paper.pages_counted"].value, paper.flags) == (3, 2, ())
    assert [paper.readings[f"paper.{name}"].value for name in ("left_edge", "body_size", "leading")] == [108, 10, 12]
    assert [heading.title for heading in paper.headings] == ["References"]


@pytest.mark.parametrize("where", ["after", "between"])
def test_a_page_of_a_table_set_sideways_counts(tmp_path: Path, where: Where) -> None:
    write(tmp_path / "a.pdf", sideways_table, where)
    paper = read(tmp_path / "a.pdf", path="a.pdf", most_pages=9)
    assert (paper.references_page, paper.readings["paper.pages_counted"].value) == (3, 3)
    assert paper.after_references == (
        "p4: Table 3: All runs of both models, with their settings and what came of them.",
    )
