"""Where the text of a paper stands, on pages whose text block is where it is told to be; just inside and just outside
the tolerances of a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from fixtures import paper_block
from fixtures.paper_block import Block, write
from validator.evidence import Paper
from validator.marking.loading import load_rubric
from validator.marking.template import Compared, compared
from validator.measuring.probes.paper import paper
from validator.measuring.probes.paper_densest import densest
from validator.measuring.probes.paper_geometry import body_readings, body_size
from validator.measuring.probes.paper_lines import Fragment, Line
from validator.measuring.probes.paper_reader import read
from validator.plan import PaperLimits

ONE_PAGE = Block(pages=1)
CLAUSE = next(clause for clause in load_rubric("comp3547-2024").clauses if clause.rule == "paper/off-template")
SECOND = {"right"}
"""What only the second reader measures."""


def limits(*, second: bool) -> Mapping[str, Any]:
    return {key: value for key, value in CLAUSE.limits.items() if second or key not in SECOND}


def measured(path: Path, block: Block, change: Callable[[PdfWriter], None] | None = None) -> Paper:
    """By the first reader alone."""
    write(path, block)
    if change:
        paper_block.rewritten(path, change)
    return read(path, path=path.name, most_pages=40)


def by_both(path: Path, block: Block, change: Callable[[PdfWriter], None] | None = None) -> Paper:
    write(path, block)
    if change:
        paper_block.rewritten(path, change)
    return paper(root=path.parent, path=path.name, limits=PaperLimits())


def value(found: Paper, name: str) -> float:
    reading = found.readings[f"paper.{name}"]
    assert reading.value is not None, reading.why
    return reading.value


def words(found: Compared) -> list[str]:
    return [one.words for one in found.differences]


def test_the_template_itself_passes(tmp_path: Path) -> None:
    found = compared(by_both(tmp_path / "a.pdf", Block()), limits(second=True))
    assert (words(found), found.unmeasured) == ([], ())
    assert len(found.same) == 8


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("page_width", 612),
        ("page_height", 792),
        ("left_edge", 108),
        ("right_edge", 504),
        ("lowest_line", 730),
        ("body_size", 9.96),
        ("leading", 10.95),
    ],
)
def test_a_length_is_measured_to_a_quarter_of_a_point(name: str, expected: float, tmp_path: Path) -> None:
    assert value(by_both(tmp_path / "a.pdf", ONE_PAGE), name) == pytest.approx(expected, abs=0.25)


@pytest.mark.parametrize(
    "inside",
    [
        {"left": 108 * 1.01},
        {"left": 108 * 0.99},
        {"body": 9.96 * 1.01},
        {"body": 9.96 * 0.99},
        {"leading": 10.95 * 1.01},
        {"leading": 10.95 * 0.99},
        {"lowest": 732.5},
        {"lowest": 690.0},
        {"size": (612.9, 792)},
    ],
    ids=str,
)
def test_what_is_within_the_tolerance_is_no_difference(inside: dict[str, Any], tmp_path: Path) -> None:
    found = measured(tmp_path / "a.pdf", replace(ONE_PAGE, **inside))
    assert words(compared(found, limits(second=False))) == []


@pytest.mark.parametrize(
    ("outside", "said"),
    [
        ({"left": 108 * 1.025}, "left edge 110.7 pt, the template has 108"),
        ({"left": 108 * 0.975}, "left edge 105.3 pt, the template has 108"),
        ({"left": 90.0}, "left edge 90.0 pt, the template has 108"),
        ({"body": 9.96 * 1.02}, "type of the body 10.16 pt, the template has 9.96"),
        ({"body": 9.96 * 0.98}, "type of the body 9.76 pt, the template has 9.96"),
        ({"body": 8.97}, "type of the body 8.97 pt, the template has 9.96"),
        ({"leading": 10.0}, "line spacing 10 pt, the template has 10.95"),
        ({"leading": 11.5}, "line spacing 11.5 pt, the template has 10.95"),
        ({"lowest": 730 * 1.01}, "lowest line 737.3 pt, the template has 730"),
        ({"size": (595.28, 841.89)}, "pages are A4 (595.28 x 841.89 points), the template has US letter"),
        ({"size": (633.6, 792)}, "pages are 633.6 x 792 points, the template has US letter"),
        ({"face": "Helvetica"}, "typeface Helvetica, the template has Times"),
    ],
    ids=str,
)
def test_what_is_outside_is_one_difference_with_both_numbers(
    outside: dict[str, Any], said: str, tmp_path: Path
) -> None:
    found = measured(tmp_path / "a.pdf", replace(ONE_PAGE, **outside))
    (only,) = words(compared(found, limits(second=False)))
    assert only.startswith(said)


@pytest.mark.parametrize(("top", "differs"), [(92.0, False), (88.0, True), (120.0, False)])
def test_text_that_begins_higher_is_a_difference_and_a_running_head_is_no_text(
    top: float, differs: bool, tmp_path: Path
) -> None:
    head = "Under review as a conference paper at a large conference, anonymous"
    block = Block(pages=3, top=top, lowest=top + 57 * 10.95, body=9.96, head=head, head_size=9.96)
    found = measured(tmp_path / "a.pdf", block)
    assert value(found, "highest_line") == pytest.approx(top, abs=0.1)
    said = words(compared(found, {"template": "ICLR", "highest": Decimal(92)}))
    assert said == (["highest line 88.0 pt, the template has 92"] if differs else [])


@pytest.mark.parametrize(("right", "differs"), [(501.5, False), (506.5, False), (498.0, True), (509.0, True)])
def test_the_right_edge_is_measured_by_the_second_reader(right: float, differs: bool, tmp_path: Path) -> None:
    found = by_both(tmp_path / "a.pdf", replace(ONE_PAGE, right=right))
    said = words(compared(found, limits(second=True)))
    assert [line.partition(" edge")[0] for line in said] == (["right"] if differs else [])


def test_the_unit_of_a_page_is_applied_to_every_length(tmp_path: Path) -> None:
    found = by_both(tmp_path / "a.pdf", ONE_PAGE, paper_block.with_unit(1.3))
    assert value(found, "left_edge") == pytest.approx(1.3 * 108, abs=0.1)
    assert value(found, "right_edge") == pytest.approx(1.3 * 504, abs=0.5)
    assert value(found, "page_width") == pytest.approx(1.3 * 612, abs=0.1)
    assert any("UserUnit" in said for said in words(compared(found, limits(second=True))))


def test_a_cropped_page_is_measured_on_its_sheet_and_named(tmp_path: Path) -> None:
    found = by_both(tmp_path / "a.pdf", ONE_PAGE, paper_block.cropped)
    assert (value(found, "left_edge"), value(found, "page_width")) == (108, 612)
    (only,) = words(compared(found, limits(second=True)))
    assert only.startswith("the visible part is 540 x 720 points")


def test_a_sheet_with_another_corner_is_the_same_sheet(tmp_path: Path) -> None:
    found = by_both(tmp_path / "a.pdf", ONE_PAGE, paper_block.moved_corner)
    assert words(compared(found, limits(second=True))) == []


def test_pages_that_are_drawn_smaller_are_measured_as_printed(tmp_path: Path) -> None:
    found = by_both(tmp_path / "a.pdf", ONE_PAGE, paper_block.scaled)
    assert value(found, "body_size") == pytest.approx(0.88 * 9.96, abs=0.02)
    assert value(found, "leading") == pytest.approx(0.88 * 10.95, abs=0.02)


def test_pages_of_sideways_tables_are_no_pages_of_the_body(tmp_path: Path) -> None:
    found = by_both(tmp_path / "a.pdf", replace(ONE_PAGE, sideways=2))
    assert words(compared(found, limits(second=True))) == []
    assert (found.references_page, found.readings["paper.pages_counted"].value) == (4, 3)


def test_two_pages_on_a_sheet_are_measured_as_printed(tmp_path: Path) -> None:
    write(tmp_path / "a.pdf", Block())
    paper_block.two_up(tmp_path / "a.pdf")
    found = paper(root=tmp_path, path="a.pdf", limits=PaperLimits())
    assert value(found, "body_size") == pytest.approx(4.98, abs=0.02)


def test_numbers_in_the_margin_are_no_edge(tmp_path: Path) -> None:
    found = measured(tmp_path / "a.pdf", replace(ONE_PAGE, numbered=True))
    assert value(found, "left_edge") == pytest.approx(108, abs=0.1)
    assert "line-numbers" in {flag.kind for flag in found.flags}
    assert words(compared(found, limits(second=False))) == []
    strict = {**limits(second=False), "line_numbers": "none"}
    assert words(compared(found, strict)) == ["lines are numbered in the margin, as in a paper under review"]


def test_a_paper_of_hardly_any_text_has_no_edges_and_says_why(tmp_path: Path) -> None:
    part = Fragment(text="A line that is long enough to be called a full one", left=50, baseline=500, size=10, face="")
    lines = [Line(baseline=500.0 - 11 * place, fragments=(part,), numbered=False) for place in range(7)]
    readings = body_readings([lines], 10.0, [792.0])
    assert readings["paper.left_edge"].why == "only 7 full lines of text, fewer than 8"
    found = compared(Paper(path="a.pdf", readings=readings), limits(second=False))
    assert (words(found), "left edge, lowest line, line spacing, columns: only 7" in "; ".join(found.unmeasured)) == (
        [],
        True,
    )


def test_a_font_of_dots_tells_no_size_and_no_edge() -> None:
    part = Fragment(text="A line that is long enough to be called a full one", left=50, baseline=9, size=0.12, face="")
    other = replace(part, text="few", size=10.0)
    assert body_size([[Line(baseline=9.0, fragments=(part, other), numbered=False)]]) is None
    assert body_size([[Line(baseline=9.0, fragments=(other,), numbered=False)]]) == 10.0


def column(left: float, rows: int) -> list[Line]:
    text = "A line that is long enough to be called a full one"
    parts = [Fragment(text=text, left=left, baseline=700.0 - 11 * row, size=10, face="") for row in range(rows)]
    return [Line(baseline=part.baseline, fragments=(part,), numbered=False) for part in parts]


@pytest.mark.parametrize(("rows", "edge"), [(20, 54), (12, 54), (4, 310)])
def test_of_two_columns_the_left_one_is_the_edge_unless_it_holds_next_to_nothing(rows: int, edge: float) -> None:
    readings = body_readings([[*column(54, rows), *column(310, 30)]], 10.0, [792.0])
    assert readings["paper.left_edge"].value == edge


@pytest.mark.parametrize(("rows", "columns"), [((30, 30), 2), ((30, 12), 2), ((30, 4), 1), ((30, 0), 1)])
def test_columns_are_edges_that_hold_a_quarter_of_the_full_lines_each(rows: tuple[int, int], columns: int) -> None:
    readings = body_readings([[*column(54, rows[0]), *column(310, rows[1])]], 10.0, [792.0])
    assert readings["paper.columns"].value == columns


def test_text_and_the_lists_in_it_are_one_column() -> None:
    readings = body_readings([[*column(108, 20), *column(148, 20), *column(180, 20)]], 10.0, [792.0])
    assert readings["paper.columns"].value == 1


def test_listings_of_code_are_no_body_where_there_is_text_beside_them() -> None:
    def part(face: str, size: float, row: int) -> Line:
        text = "A line that is long enough to be called a full one"
        own = Fragment(text=text, left=108, baseline=700.0 - 11 * row, size=size, face=face)
        return Line(baseline=own.baseline, fragments=(own,), numbered=False)

    text = [part("NimbusRomNo9L-Regu", 10, row) for row in range(10)]
    code = [part("NimbusMonL-Regu", 9, row) for row in range(10, 40)]
    assert (body_size([text + code]), body_size([code])) == (10, 9)


def test_a_mode_of_nothing_is_none_and_of_equals_the_smallest() -> None:
    assert densest([], width=1.0) is None
    found = densest([1.0, 1.1, 5.0, 5.1], width=0.5)
    assert found is not None
    assert (found.value, found.share) == (pytest.approx(1.05), 0.5)
