"""Pictures on a page, and those that are only furniture."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from validator.measuring.probes.paper_pages import Seen
from validator.measuring.probes.paper_pictured import with_pictures
from validator.measuring.probes.paper_pictures import (
    Picture,
    area_of,
    heading_height,
    is_large,
    layers,
    pictures,
    without_furniture,
)
from validator.measuring.probes.paper_reader import read
from validator.measuring.probes.paper_references import References

CREST = Picture(left=100, bottom=700, right=160, top=760)
FIGURE = Picture(left=100, bottom=300, right=400, top=600)


def one_page() -> PdfReader:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(612, 792), invariant=1)
    canvas.saveState()
    canvas.translate(10, 20)
    canvas.scale(2, 2)
    canvas.drawImage(ImageReader(Image.new("RGB", (9, 9))), 50, 100, 60, 70)
    canvas.restoreState()
    canvas.drawImage(ImageReader(Image.new("RGB", (8, 8))), 5, 5, 10, 10)
    canvas.drawString(100, 80, "R")
    canvas.drawString(110, 80, "EFERENCES")
    canvas.save()
    return PdfReader(stream)


def test_a_picture_stands_where_the_matrices_put_it_and_ornaments_are_left_out() -> None:
    page = one_page().pages[0]
    found = pictures(layers(page, page.get_contents().operations), area_of(page))
    assert [one for one in found if is_large(one)] == [Picture(left=110, bottom=220, right=230, top=360)]


def test_pictures_amid_the_operators_and_inside_forms_that_are_the_page_are_seen() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(612, 792), invariant=1)
    canvas.beginForm("page", 0, 0, 612, 792)
    canvas.drawInlineImage(Image.new("RGB", (9, 9)), 100, 200, 300, 150)
    canvas.drawImage(ImageReader(Image.new("RGB", (9, 9))), 50, 500, 60, 70)
    canvas.endForm()
    canvas.translate(10, 0)
    canvas.doForm("page")
    canvas.save()
    page = PdfReader(stream).pages[0]
    found = pictures(layers(page, page.get_contents().operations), area_of(page))
    assert found == [
        Picture(left=110, bottom=200, right=410, top=350),
        Picture(left=60, bottom=500, right=120, top=570),
    ]


def test_a_heading_in_pieces_has_a_height() -> None:
    assert heading_height(one_page().pages[0]) == 80


def test_a_picture_in_one_place_on_most_pages_is_furniture() -> None:
    assert without_furniture([[CREST], [CREST, FIGURE], [CREST], []]) == [[], [FIGURE], [], []]


def test_a_picture_on_one_page_stays() -> None:
    assert without_furniture([[FIGURE], []]) == [[FIGURE], []]


def test_pictures_in_one_place_that_the_body_does_not_have_there_are_no_furniture():
    pages = [[CREST], [CREST], [CREST], [CREST], *([[CREST, FIGURE]] * 5)]
    assert without_furniture(pages, body=4) == [[], [], [], [], *([[FIGURE]] * 5)]
    assert without_furniture([[FIGURE], *pages[1:]], body=4) == [[FIGURE], [], [], [], *([[FIGURE]] * 5)]


@pytest.mark.parametrize("pictured", [False, True])
def test_a_picture_below_the_heading_on_a_page_of_entries_makes_it_count(tmp_path: Path, pictured: bool) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(612, 792), invariant=1)
    for row in range(40):
        canvas.drawString(
            72, 700 - 14 * row, f"In line {row} we say what it is that we have seen of the samples and why."
        )
    canvas.showPage()
    canvas.drawString(72, 700, "References")
    for row in range(1, 9):
        canvas.drawString(
            72, 700 - 14 * row, f"[{row}] A. Author. A title of some words. Journal of Examples, pp. 1-9, 2019."
        )
    if pictured:
        canvas.drawImage(ImageReader(Image.new("RGB", (9, 9))), 100, 200, 200, 200)
    canvas.save()
    found = read(tmp_path / "a.pdf", path="a.pdf", most_pages=9)
    assert found.references_page == 2
    assert found.readings["paper.pages_counted"].value == 1 + pictured
    assert [flag.detail for flag in found.flags if flag.kind == "after-references"] == ["a picture"] * pictured


def test_pages_of_pictures_in_one_place_behind_the_references_count() -> None:
    pictures = [[], [], [], [], [], *([[FIGURE]] * 5)]
    seen = Seen(
        pages=[None] * 10, texts=[""] * 10, marked=[""] * 10, typed=[[]] * 10, pictures=pictures,
        outlined=[False] * 10, unread=(), lines=[[]] * 10, recognised=(), imposed=(),
    )  # fmt: skip
    found = References(
        page=5, confidence="high", above="", after=(), counted=frozenset({1, 2, 3, 4}), lists=(5,), lines_on_last=9
    )
    shown, _ = with_pictures(found, seen)
    assert shown.counted == frozenset({1, 2, 3, 4, 6, 7, 8, 9, 10})
    assert shown.after == tuple(f"p{page}: a picture" for page in range(6, 11))
