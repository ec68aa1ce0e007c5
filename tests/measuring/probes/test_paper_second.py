"""The second reader of PDFs: pages, hidden text, pictures of pages; and what is said where it is not there or fails."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from fixtures import paper_spoilt
from fixtures.paper_hostile import HOSTILE
from fixtures.papers import Shape, draw
from validator import plain
from validator.evidence import Paper
from validator.measuring.probes import paper_joined
from validator.measuring.probes.paper import paper
from validator.measuring.probes.paper_child import Answer
from validator.measuring.probes.paper_hidden import hidden as find_hidden
from validator.measuring.probes.paper_runs import Manner, Run
from validator.measuring.probes.paper_second_answer import COUNTED, DRAWN, LOOKED, Part
from validator.measuring.probes.paper_thumbnails import MOST_BYTES, WIDTH, Drawn, png
from validator.plan import PaperLimits


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    draw(tmp_path / "a.pdf", shape=Shape())
    return tmp_path / "a.pdf"


def both(file: Path, keep: Path | None = None) -> Paper:
    return paper(root=file.parent, path=file.name, limits=PaperLimits(), keep=keep)


def hidden(found: Paper) -> list[tuple[str, str]]:
    return [(flag.where, flag.detail) for flag in found.flags if flag.kind == "hidden-text"]


def laid_over(file: Path, change: Callable[[Canvas], None]) -> None:
    """Draw onto page 2."""
    over = io.BytesIO()
    canvas = Canvas(over, pagesize=(612, 792), invariant=1)
    change(canvas)
    canvas.save()
    writer = PdfWriter(clone_from=io.BytesIO(file.read_bytes()))
    writer.pages[1].merge_page(PdfReader(io.BytesIO(over.getvalue())).pages[0])
    writer.write(file)


def said(monkeypatch: pytest.MonkeyPatch, *parts: Part, why: str = "") -> None:
    """Stand in for the second reader."""
    answer = Answer(document=None, why=why, said=tuple(plain.to_plain(part) for part in parts))
    monkeypatch.setattr(paper_joined, "child", lambda **_: answer)


def test_two_readers_that_agree_raise_no_flag(sound: Path) -> None:
    found = both(sound)
    assert (found.readings["paper.pages_second"].value, found.flags) == (5, ())


def test_readers_that_count_different_pages_are_a_doubt(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(monkeypatch, Part(kind=COUNTED, pages=6))
    (flag,) = both(sound).flags
    assert flag.kind == "engines-disagree"
    assert flag.detail == "two readers of PDFs count different pages: pypdf 5, PDFium 6"


def test_a_second_reader_that_ends_early_is_a_doubt_and_takes_nothing_away(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(monkeypatch, why="its reader ended early (signal 11)")
    found = both(sound)
    assert [flag.kind for flag in found.flags] == ["engines-disagree"]
    assert found.readings["paper.pages_counted"].value == 4
    assert found.readings["paper.hidden_characters"].why == "its reader ended early (signal 11)"


def test_what_was_said_before_the_end_is_kept(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(monkeypatch, Part(kind=COUNTED, pages=5), why="its reader ended early (signal 11)")
    found = both(sound)
    assert (found.readings["paper.pages_second"].value, found.flags) == (5, ())


@pytest.mark.parametrize(("pictured", "flagged"), [((1, 2), []), ((5,), ["p5"])])
def test_a_picture_that_only_the_second_reader_sees_among_the_references_is_a_doubt(
    pictured: tuple[int, ...], flagged: list[str], sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(monkeypatch, Part(kind=COUNTED, pages=5), Part(kind=LOOKED, pictured=pictured))
    assert [flag.where for flag in both(sound).flags if flag.kind == "picture-uncounted"] == flagged


def test_without_the_extra_readings_name_the_command_and_nothing_fails(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_joined, "LIBRARY", "a_library_that_nobody_has")
    found = both(sound)
    assert found.flags == ()
    for name in ("right_edge", "hidden_characters", "pages_second"):
        assert "pip install 'validator[pdf]'" in found.readings[f"paper.{name}"].why
    assert found.readings["paper.left_edge"].value == 108


def test_a_file_that_is_no_pdf_is_not_given_to_the_second_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_joined, "child", lambda **_: pytest.fail("it was asked"))
    (tmp_path / "a.pdf").write_bytes(b"<html></html>")
    assert [flag.kind for flag in both(tmp_path / "a.pdf").flags] == ["not-a-pdf"]


def test_a_form_that_draws_itself_ends_neither_reader_nor_count(tmp_path: Path) -> None:
    HOSTILE["recursive-form"].write(tmp_path / "a.pdf")
    assert both(tmp_path / "a.pdf").readings["paper.pages_total"].value == 1


@pytest.mark.parametrize(
    ("spoil", "words", "where"),
    [
        (paper_spoilt.white_text, "in nearly white (over 235 of 255 in every colour) on a light ground", "p2"),
        (paper_spoilt.invisible_text, "in text rendering mode 3 or 7, which paint nothing", "p3"),
    ],
)
def test_hidden_text_is_counted_and_quoted(spoil: Callable[[Path], None], words: str, where: str, sound: Path) -> None:
    spoil(sound)
    found = both(sound)
    ((place, detail),) = hidden(found)
    assert (place, detail.startswith(f"32 characters are {words}")) == (where, True)
    assert paper_spoilt.HIDDEN in detail
    assert found.readings["paper.hidden_characters"].value == 32


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Times-Roman", 0.4)
    canvas.drawString(120, 770, "References and more")


def outside(canvas: Canvas) -> None:
    canvas.drawString(700, 400, "References and more")


def clear(canvas: Canvas) -> None:
    canvas.setFillAlpha(0.02)
    canvas.drawString(120, 770, "References and more")


def white_over_text(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(120, 400, "References and more")


@pytest.mark.parametrize("change", [tiny, outside, clear, white_over_text])
def test_other_ways_to_hide_text_are_seen(change: Callable[[Canvas], None], sound: Path) -> None:
    laid_over(sound, change)
    assert len(hidden(both(sound))) == 1


def on_a_dark_picture(canvas: Canvas) -> None:
    canvas.drawInlineImage(Image.new("RGB", (60, 20), (20, 30, 60)), 110, 740, 300, 40)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(120, 755, "A caption on the picture")


def three_white_letters(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(120, 770, "abc")


def on_small_cells(canvas: Canvas) -> None:
    """A table of colours with white numbers, as confusion matrices are; letters cover half of each cell."""
    canvas.setFont("Helvetica-Bold", 6)
    for row in range(4):
        for column in range(12):
            canvas.setFillColorRGB(0.55, 0.62, 0.72)
            canvas.rect(110 + 11 * column, 740 + 6 * row, 11, 6, stroke=0, fill=1)
            canvas.setFillColorRGB(1, 1, 1)
            canvas.drawString(111.5 + 11 * column, 741 + 6 * row, f"{40 + 3 * row + column}")


def white_markers(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    for step in range(20):
        canvas.drawString(120 + 9 * step, 770, "b")


def small_labels(canvas: Canvas) -> None:
    canvas.setFont("Times-Roman", 3)
    canvas.drawString(120, 770, "Labels of a figure that was scaled down")


def watermark(canvas: Canvas) -> None:
    canvas.setFillAlpha(0.08)
    canvas.setFont("Helvetica-Bold", 110)
    canvas.drawString(120, 400, "DRAFT")


SHOWN = [on_a_dark_picture, on_small_cells, watermark, white_markers, three_white_letters, small_labels]


@pytest.mark.parametrize("change", SHOWN)
def test_what_can_be_seen_or_is_next_to_nothing_is_no_accusation(change: Callable[[Canvas], None], sound: Path) -> None:
    laid_over(sound, change)
    assert hidden(both(sound)) == []


def past_the_edge(*texts: str) -> Callable[[Canvas], None]:
    def change(canvas: Canvas) -> None:
        for row, text in enumerate(texts):
            canvas.drawString(640, 500 - 12 * row, text)

    return change


def test_labels_past_the_edge_of_the_page_are_named_apart_and_not_counted(sound: Path) -> None:
    laid_over(sound, past_the_edge("0.2", "0.4", "test accuracy"))
    found = both(sound)
    assert [(flag.kind, flag.where) for flag in found.flags] == [("labels-off-page", "p2")]
    assert found.flags[0].detail.startswith("18 characters are short labels outside the visible page")
    assert found.readings["paper.hidden_characters"].value == 0


@pytest.mark.parametrize("text", ["References", "The classifier has 12,345 parameters"])
def test_a_heading_or_a_sentence_past_the_edge_is_no_label(text: str, sound: Path) -> None:
    laid_over(sound, past_the_edge("0.2", text))
    ((_, detail),) = hidden(both(sound))
    assert detail.endswith(f"are outside the visible page: 0.2 {text}")


def test_letters_of_a_font_of_dots_are_not_called_tiny() -> None:
    manner = Manner(size=0.12, direction=0, mode=0, fill=(0, 0, 0, 255))
    line = Run(text="A line of text", left=90, bottom=600, right=190, top=608, baseline=600, origin=90, manner=manner)
    dots = replace(line, text=". , - _", top=600.5)

    def told(*found: Run) -> list[str]:
        visible = (0.0, 0.0, 612.0, 792.0)
        return [flag.detail for _, flag in find_hidden(found, page=1, visible=visible, is_dark=lambda _: False)]

    assert told(line, dots) == []
    assert told(replace(line, top=600.4)) == [
        "11 characters are set smaller than 1 point, the smallest 0.12: A line of text"
    ]


def test_pages_are_kept_as_small_pictures(sound: Path, tmp_path: Path) -> None:
    found = both(sound, tmp_path / "run" / "paper")
    assert [picture.name for picture in found.pictures] == [f"page-{number}" for number in range(1, 6)]
    for picture in found.pictures:
        file = tmp_path / "run" / picture.path
        assert file.stat().st_size <= MOST_BYTES
        with Image.open(file) as image:
            assert (image.format, image.size) == ("PNG", (WIDTH, round(WIDTH * 792 / 612)))
            colours = image.convert("L").getextrema()
            assert colours[0] < 120, "nothing is drawn"


def test_nothing_that_lies_where_pictures_go_is_followed(sound: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "paper").symlink_to(elsewhere)
    found = both(sound, tmp_path / "paper")
    assert len(found.pictures) == 5
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    "packed", ["", "no base 64!", base64.b64encode(b"<svg/>").decode(), base64.b64encode(bytes(300_000)).decode()]
)
def test_what_is_no_picture_is_not_kept(
    packed: str, sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(monkeypatch, Part(kind=COUNTED, pages=5), Part(kind=DRAWN, page=1, png=packed))
    assert both(sound, tmp_path / "paper").pictures == ()


def test_a_page_of_noise_is_kept_in_grey_or_not_at_all() -> None:
    noise = bytes(range(256)) * 1200
    size = (320, 320)
    image = png(Drawn(width=size[0], height=size[1], rows=(noise * 2)[: 3 * size[0] * size[1]]))
    assert len(image) <= MOST_BYTES
    assert struct.unpack(">II", image[16:24]) == size
