"""Scans with recognised text: read like any paper, never called hidden text, and said to be pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.office.scans import HIDDEN, Scan, draw_scan
from validator.evidence import Paper
from validator.measuring.probes import paper_joined
from validator.measuring.probes.paper import paper
from validator.plan import PaperLimits


def read(folder: Path, scan: Scan) -> Paper:
    draw_scan(folder / "a.pdf", scan)
    return paper(root=folder, path="a.pdf", limits=PaperLimits())


def counts(found: Paper) -> tuple[object, ...]:
    return *(found.readings[f"paper.pages_{name}"].value for name in ("total", "counted")), found.references_page


@pytest.mark.parametrize("scan", [Scan(), Scan(inside_form=True), Scan(crooked=True)])
def test_a_recognised_scan_is_counted_and_said_to_be_pictures(scan: Scan, tmp_path: Path) -> None:
    found = read(tmp_path, scan)
    assert counts(found) == (5, 4, 5)
    assert [flag.kind for flag in found.flags] == ["recognised-text"]
    assert found.flags[0].detail.endswith("p1, p2, p3, p4, p5")
    assert found.readings["paper.hidden_characters"].value == 0
    for name in ("body_size", "left_edge", "leading"):
        assert "its pages are pictures" in found.readings[f"paper.{name}"].why
    assert (found.readings["paper.page_width"].value, found.faces) == (612, ())


def test_a_sentence_over_an_empty_place_of_the_picture_was_not_recognised_in_it(tmp_path: Path) -> None:
    found = read(tmp_path, Scan(planted=True))
    (flag,) = [flag for flag in found.flags if flag.kind == "hidden-text"]
    assert (flag.where, flag.detail.endswith(HIDDEN)) == ("p2", True)
    assert found.readings["paper.hidden_characters"].value == len(HIDDEN.replace(" ", ""))


def test_invisible_words_beside_printed_ones_are_hidden_whatever_lies_below(tmp_path: Path) -> None:
    found = read(tmp_path, Scan(printed=True, planted=True))
    assert "recognised-text" not in {flag.kind for flag in found.flags}
    assert [flag.where for flag in found.flags if flag.kind == "hidden-text"] == ["p2"]
    assert found.readings["paper.body_size"].value is not None


def test_without_the_second_reader_the_pictures_are_named_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_joined, "LIBRARY", "a_library_that_nobody_has")
    found = read(tmp_path, Scan())
    assert [flag.kind for flag in found.flags] == ["recognised-text"]
    assert "pip install" in found.readings["paper.hidden_characters"].why
