"""The pages of a paper on the report: each picture once, beside every finding that names its page."""

from dataclasses import replace

import pytest

from tests.reporting.conftest import finding
from validator.evidence import Paper, Picture
from validator.reporting import html_report
from validator.reporting.paper_pages import pages_of

PICTURES = tuple(Picture(name=f"page-{n}", path=f"paper/p{n}.png", caption=f"Page {n}") for n in (1, 2, 3))


@pytest.fixture
def papered(evidence):
    return replace(evidence, papers=(Paper(path="abcd12-paper.pdf", pictures=PICTURES),))


@pytest.fixture
def pictures(png):
    return {picture.path: png for picture in PICTURES}


def beside(papered, pictures, **changes):
    named = finding(**{"rule": "paper/too-long", "where": "", "message": "", **changes})
    return [page.number for page in pages_of(papered, pictures).beside(named)]


@pytest.mark.parametrize(
    ("changes", "pages"),
    [
        ({"where": "p2"}, [2]),
        ({"where": "abcd12-paper.pdf, p3"}, [3]),
        ({"where": "p1, p3"}, [1, 3]),
        ({"where": "p2", "message": 'stated 5 (p3: "...")'}, [2, 3]),
        ({"message": "references from page 2"}, [2]),
        ({"where": "p9"}, []),
        ({"where": "a/p2.png"}, []),
        ({"where": "p2", "rule": "layout/unexpected-file"}, []),
    ],
)
def test_a_finding_on_the_paper_has_the_pages_it_names(papered, pictures, changes, pages):
    assert beside(papered, pictures, **changes) == pages


def test_each_picture_is_on_the_report_once_and_shown_where_it_is_named(report, papered, pictures, png):
    named = tuple(finding(rule="paper/too-long", clause=f"c{n}", where="p2") for n in range(3))
    content = html_report.render(replace(report, penalties=named), papered, pictures).decode()
    assert content.count('id="sheet-1-2-image"') == 1
    assert content.count('href="#sheet-1-2-image"') == 4  # three findings, and the page itself
    assert content.count('<a href="#sheet-1-2"') == 3
    assert 'id="sheet-1-2"' in content


def test_a_picture_that_is_not_there_or_is_none_is_not_shown(report, papered):
    pictures = {"paper/p1.png": b"<svg onload=alert(1)>"}
    content = html_report.render(report, papered, pictures).decode()
    assert "sheet-1-" not in content
    assert "onload" not in content


def test_a_name_that_numbers_no_page_is_left_out(evidence, png):
    odd = (Picture(name="page-x", path="a.png", caption=""), Picture(name="page-²", path="b.png", caption=""))
    papered = replace(evidence, papers=(Paper(path="p.pdf", pictures=odd),))
    assert pages_of(papered, {"a.png": png, "b.png": png}).every == ()
