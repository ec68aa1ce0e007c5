"""Headings, notice and links of a paper, from lines and texts as readers print them."""

from __future__ import annotations

import pytest

from validator.evidence import Heading
from validator.measuring.probes.paper_headings import headings
from validator.measuring.probes.paper_lines import Fragment, Line, Places
from validator.measuring.probes.paper_links import in_text
from validator.measuring.probes.paper_look import unmeasured
from validator.measuring.probes.paper_notice import notice

IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def line(*parts: tuple[str, float], baseline: float = 500.0, left: float = 108.0, face: str = "Times-Roman") -> Line:
    fragments = tuple(
        Fragment(text=text, left=left + 40 * place, baseline=baseline, size=size, face=face)
        for place, (text, size) in enumerate(parts)
    )
    return Line(baseline=baseline, fragments=fragments, numbered=False)


def titles(*pages: list[Line]) -> list[str]:
    return [heading.title for heading in headings(pages, size=9.96)]


BODY = [line(("Text of the body that goes on and on and on.", 9.96), baseline=400.0 - 11 * n) for n in range(9)]


def test_headings_are_larger_than_the_body_and_lose_their_numbers() -> None:
    page = [
        line(("A Title of the Paper", 17.2), baseline=700),
        line(("1 Introduction", 11.96), baseline=600),
        *BODY,
        line(("1.1 Details", 11.96), baseline=250),
        line(("II. Method", 11.96), baseline=200),
        line(("References", 11.96), baseline=150),
    ]
    assert titles(page) == ["Introduction", "Method", "References"]


def test_small_capitals_are_judged_by_their_first_letter_and_stay_one_word() -> None:
    page = [
        line(("2 R", 11.96), ("ELATED", 9.56), (" W", 11.96), ("ORK", 9.56), baseline=600),
        line(("3 M", 11.96), ("ETHOD", 9.56), baseline=500),
        line(("R", 11.96), ("EFERENCES", 9.56), baseline=450),
        *BODY,
    ]
    assert titles(page) == ["RELATED WORK", "METHOD", "REFERENCES"]


def test_a_heading_of_two_lines_is_one() -> None:
    page = [
        line(("1 A heading that is too long for", 11.96), baseline=600),
        line(("its line", 11.96), baseline=586),
        line(("2 Another", 11.96), baseline=570),
        *BODY,
    ]
    assert titles(page) == ["A heading that is too long for its line", "Another"]


def test_lesser_headings_are_left_out_where_the_larger_ones_are_enough() -> None:
    large = [line((name, 16.0), baseline=600 - n) for n, name in enumerate(("One", "Two", "Three"))]
    pages = [[large[0], line(("Smaller", 13.0), baseline=550), *BODY], [large[1], *BODY], [large[2]]]
    assert headings(pages, size=9.96) == (
        Heading(title="One", page=1),
        Heading(title="Two", page=2),
        Heading(title="Three", page=3),
    )


def test_bold_numbered_lines_are_headings_where_none_is_larger() -> None:
    page = [
        line(("1. Introduction", 9.96), face="Times-Bold"),
        line(("2. Method", 9.96), face="NimbusRomNo9L-Medi"),
        line(("Bold words in the text", 9.96), face="Times-Bold"),
        line(("3. Not bold", 9.96)),
    ]
    assert titles(page) == ["Introduction", "Method"]


def test_without_a_size_of_the_body_there_are_no_headings() -> None:
    assert headings([BODY], size=None) == ()


def test_the_notice_is_the_running_head_and_the_small_print_at_the_foot() -> None:
    lines = [
        line(("Under review as a paper", 9.0), baseline=750),
        line(("A Large Title", 17.2), baseline=745),
        *BODY,
        line(("Preprint. Under review.", 8.97), baseline=80),
        line(("body at the foot", 9.96), baseline=75),
        line(("1", 9.96), baseline=40),
    ]
    assert notice(lines, height=792, size=9.96) == "Under review as a paper / Preprint. Under review."


def test_columns_are_not_one_line_and_raised_digits_do_not_part_one() -> None:
    places = Places()

    def draw(text: str, x: float, y: float, size: float = 10.0) -> None:
        places.visit(text, IDENTITY, (1, 0, 0, 1, x, y), {"/BaseFont": "/ABCDEF+Face"}, size)

    draw("left", 54, 700)
    draw("2", 75, 704, 7.0)
    draw("goes on", 80, 700)
    for number in range(20):
        draw(f"line {number}", 54, 680 - 11 * number)
    draw("right", 315, 700)
    found = [each.text for each in places.lines()]
    assert found[0] == "left goes on"
    assert "right" in found


@pytest.mark.parametrize("left", [90.0, 520.0])
def test_a_number_in_either_margin_is_no_part_of_its_line(left: float) -> None:
    places = Places()
    places.visit("17", IDENTITY, (1, 0, 0, 1, left, 500), {}, 6.0)
    places.visit("A line of text", IDENTITY, (1, 0, 0, 1, 108, 500), {}, 10.0)
    (only,) = places.lines()
    assert (only.text, only.left, only.numbered) == ("A line of text", 108.0, True)


def test_text_that_runs_uphill_is_no_line() -> None:
    places = Places()
    places.visit("axis", IDENTITY, (0, 1, -1, 0, 100, 100), {}, 10.0)
    assert (places.lines(), places.turned) == ([], 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Code: https://github.com/an-owner/a-repo.", ["https://github.com/an-owner/a-repo"]),
        ("see (https://github.com/owner/repo) and", ["https://github.com/owner/repo"]),
        ("at github.com/owner/repo, which", ["github.com/owner/repo"]),
        ("https://github.com/\nowner/repo_name\nis ours", ["https://github.com/owner/repo_name"]),
        ("https://github.com/owner-\nname/repo ours", ["https://github.com/owner-name/repo"]),
        ("https://github.com/owner/repo\nThe method", ["https://github.com/owner/repo"]),
        ("https://example.org/a\nb/c.html", ["https://example.org/ab/c.html", "https://example.org/a"]),
        ("no address here", []),
        ("https:// github.com/owner/repo", ["https://github.com/owner/repo"]),
        ("https://en.wikipedia.org/wiki/A_(b) is", ["https://en.wikipedia.org/wiki/A_(b)"]),
    ],
)
def test_addresses_are_joined_over_line_breaks(text: str, found: list[str]) -> None:
    assert list(in_text(text)) == found


def test_what_was_not_measured_keeps_its_unit() -> None:
    units = {name: reading.unit for name, reading in unmeasured("the file is torn").items()}
    assert units["paper.columns"] == "columns"
    assert units["paper.body_share"] == "share"
    assert units["paper.left_edge"] == "points"
