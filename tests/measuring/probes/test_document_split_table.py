"""Tables of words and lines, without a PDF: fractions, wrapped heads, rows without ruling lines, sentences below."""

import re

import pytest

from validator.measuring.probes.document_split_blocks import blocks_of
from validator.measuring.probes.document_split_ink import ink_in, is_ink
from validator.measuring.probes.document_split_page import Drawn, Ink
from validator.measuring.probes.document_split_places import Box
from validator.measuring.probes.document_split_table import Row, table_of
from validator.measuring.probes.document_split_words import Word

PATTERN = re.compile(r"[a-z]{2,4}[0-9][a-z][0-9]{2}")


def line(baseline, *cells):
    """Words at their left edges: `(100, "33.3 %")`."""
    words = []
    for left, text in cells:
        for found in re.finditer(r"\S+", text):
            start, end = (left + 5 * place for place in found.span())
            words.append(Word(text=found[0], left=start, right=end, baseline=baseline, size=10))
    return words


HEAD = line(700, (50, "Name"), (200, "User ID"), (300, "Share (%)"), (400, "Signature"))


def rows(words, **lines):
    table = table_of(words, level=lines.get("level", ()), upright=lines.get("upright", ()), pattern=PATTERN)
    return [(row.user, row.share) for row in table.rows]


@pytest.mark.parametrize(("written", "share"), [("33⅓", 33.333), ("12½ %", 12.5), ("101", None), ("1 2", 12.0)])
def test_fractions_are_numbers_and_more_than_all_is_none(written, share):
    assert rows([*HEAD, *line(670, (50, "A. B."), (200, "ab1c20"), (300, written))]) == [("ab1c20", share)]


def test_a_sentence_under_the_table_ends_it():
    words = [*HEAD, *line(670, (50, "A. B."), (200, "ab1c20"), (300, "100"))]
    words += line(640, (50, "All members agree to these"), (300, "shares"))
    words += line(610, (50, "Received"), (300, "13"))
    assert rows(words) == [("ab1c20", 100.0)]


def test_a_head_of_two_lines_between_ruling_lines_is_one_head():
    words = [
        *line(705, (300, "Proposed share")),
        *line(700, (50, "Name"), (400, "Signature")),
        *line(694, (300, "in %")),
    ]
    words += line(670, (50, "ab1c20"), (300, "60")) + line(640, (50, "xyz2d21"), (300, "40"))
    level = [Box(left=40, right=500, bottom=y, top=y) for y in (720, 685, 655, 625)]
    upright = [Box(left=x, right=x, bottom=625, top=720) for x in (40, 290, 390, 500)]
    assert rows(words, level=level, upright=upright) == [("ab1c20", 60.0), ("xyz2d21", 40.0)]


def test_a_row_of_two_lines_between_ruling_lines_is_one_row():
    words = [*line(700, (50, "Name"), (300, "%"), (400, "Signature"))]
    words += line(675, (50, "A. Long"), (300, "100")) + line(663, (50, "ab1c20"))
    level = [Box(left=40, right=500, bottom=y, top=y) for y in (720, 685, 655)]
    upright = [Box(left=x, right=x, bottom=655, top=720) for x in (40, 290, 390, 500)]
    assert rows(words, level=level, upright=upright) == [("ab1c20", 100.0)]


def test_lines_above_and_below_all_rows_do_not_make_them_one():
    words = [*HEAD, *line(680, (50, "A. B."), (200, "ab1c20"), (300, "60"))]
    words += line(660, (50, "C. D."), (200, "xyz2d21"), (300, "40"))
    words += line(630, (50, "Both"), (200, "agree"), (300, "13"))
    level = [Box(left=40, right=500, bottom=y, top=y) for y in (715, 692, 650)]
    assert rows(words, level=level) == [("ab1c20", 60.0), ("xyz2d21", 40.0)]


def test_a_form_without_a_column_of_shares_has_no_rows():
    head = line(700, (50, "Name"), (200, "User ID"), (400, "Signature"))
    assert rows([*head, *line(670, (50, "A. B."), (200, "ab1c20"), (300, "100"))]) == []


def test_a_form_without_a_column_for_signatures_has_no_place_for_them():
    head = line(700, (50, "Name"), (200, "User ID"), (300, "Share"))
    table = table_of(
        [*head, *line(670, (50, "A. B."), (200, "ab1c20"), (300, "100"))], level=(), upright=(), pattern=PATTERN
    )
    assert [row.cell for row in table.rows] == [None]


def test_nothing_at_all_is_no_table():
    assert table_of([], level=(), upright=(), pattern=PATTERN).rows == ()


@pytest.mark.parametrize(("width", "height", "inked"), [(60, 15, True), (90, 0.5, False), (2, 12, False), (8, 4, True)])
def test_a_dotted_line_and_a_speck_are_no_ink(width, height, inked):
    assert is_ink([Box(left=10, bottom=10, right=10 + width, top=10 + height)]) is inked


def test_specks_together_are_ink():
    assert is_ink([Box(left=x, right=x + 1, bottom=10 + x % 9, top=11 + x % 9) for x in range(10, 60, 4)])


CELL = Box(left=100, right=200, bottom=50, top=80)


@pytest.mark.parametrize(
    ("left", "bottom", "right", "top", "kind"),
    [
        (110, 55, 180, 75, "strokes"),
        (90, 45, 210, 85, "strokes"),  # a signature larger than its place
        (170, 55, 260, 75, "none"),  # more in the next column
        (205, 55, 280, 75, "none"),
        (110, 85, 180, 115, "none"),  # in the row above
        (0, 0, 600, 800, "none"),  # a border or a background
    ],
)
def test_ink_belongs_to_the_place_that_it_stands_in(left, bottom, right, top, kind):
    ink = Ink(kind="strokes", box=Box(left=left, bottom=bottom, right=right, top=top))
    row = Row(user="ab1c20", share=50.0, cell=CELL, typed=False)
    assert ink_in(row, Drawn(width=600, height=800, ink=[ink])) == kind


def test_blocks_are_known_by_their_labels_whatever_else_these_say():
    words = [*line(760, (50, "Marks split: we agree to it.")), *line(740, (50, "Total: 100 %"))]
    for top, user, share in ((700, "ab1c20", "60 %"), (640, "xyz2d21", "40")):
        words += line(top, (50, f"Full name: A. B. ({user})"), (300, "Date: 1 May"))
        words += line(top - 15, (50, f"Agreed share of the marks (%): {share}"))
        words += line(top - 30, (50, "Signed by:"), (300, "Contribution: two of 5 models"))
    table = blocks_of(words, pattern=PATTERN)
    assert [(row.user, row.share, row.typed) for row in table.rows] == [
        ("ab1c20", 60.0, False),
        ("xyz2d21", 40.0, False),
    ]
    assert table.stated_total == 100.0
    first = table.rows[0].cell
    assert first is not None
    assert (first.left, first.right) == (100, 300)
    assert first.bottom < 670 < first.top < 690


@pytest.mark.parametrize(
    "lines",
    [
        ["Name: A. B. (ab1c20)", "Share: 100"],
        ["Name: A. B. (ab1c20)", "Date: today", "Name: C. D. (xyz2d21)", "Date: today"],
        ["Username ab1c20 wrote that the share: 50 of all", "and xyz2d21 wrote the rest"],
    ],
)
def test_one_block_blocks_without_shares_and_sentences_are_no_form(lines):
    words = [word for place, text in enumerate(lines) for word in line(700 - 20 * place, (50, text))]
    assert blocks_of(words, pattern=PATTERN).rows == ()
