"""Rules on how a paper looks and on what it hides: each difference with both numbers, and what is not known."""

from dataclasses import replace
from decimal import Decimal

import pytest

from validator.evidence import Flag, Reading

TEMPLATE = {
    "template": "ICLR 2019",
    "page": (Decimal(612), Decimal(792)),
    "left": Decimal(108),
    "right": Decimal(504),
    "size": Decimal("9.96"),
    "faces": ("Times", "CMR"),
}
SOUND = {"page_width": 612, "page_height": 792, "left_edge": 108, "right_edge": 503.8, "body_size": 9.96}


def evidence(made, *, flags=(), faces=("NimbusRomNo9L-Regu",), notice="", **lengths):
    paper = made.paper()
    readings = {
        f"paper.{name}": Reading.missing(unit="points", why="pypdfium2 is not installed here")
        if value is None
        else made.reading(value, "points", "observed")
        for name, value in {**SOUND, **lengths}.items()
    }
    looks = replace(paper, readings={**paper.readings, **readings}, flags=flags, faces=faces, notice=notice)
    return made.evidence(papers=(looks,))


def template(made, **limits):
    return made.clause("paper/off-template", about="paper", **{**TEMPLATE, **limits})


def test_a_paper_as_in_the_template_passes(made):
    (finding,) = made.check(evidence(made, faces=("Times-Roman",)), template(made))
    assert (finding.verdict, finding.where) == ("pass", "p1")
    assert "left edge 108.0 pt" in finding.message


def test_every_difference_stands_in_one_finding_with_both_numbers(made):
    flags = tuple(Flag(kind="rotated-page", detail="the page is turned by 90 degrees", where=f"p{n}") for n in (2, 4))
    found = evidence(made, left_edge=90.0, body_size=8.97, faces=("Arial",), flags=flags)
    (finding,) = made.check(found, template(made))
    assert finding.verdict == "fail"
    assert finding.message == (
        "differs from the template ICLR 2019: left edge 90.0 pt, the template has 108; "
        "type of the body 8.97 pt, the template has 9.96; typeface Arial, the template has Times or CMR; "
        "the page is turned by 90 degrees (2 pages)"
    )
    assert finding.where == "p1, p2, p4"
    assert finding.measured is None


@pytest.mark.parametrize(
    ("columns", "said"), [(2.0, "text in 2 columns, the template has one column"), (1.0, "text in one column")]
)
def test_columns_are_compared_where_the_rubric_says_how_many(made, columns, said):
    found = evidence(made, columns=columns, faces=("Times",))
    (finding,) = made.check(found, template(made, columns=Decimal(1)))
    assert said in finding.message
    assert (finding.verdict == "fail") is (columns == 2)
    (finding,) = made.check(found, template(made))
    assert finding.verdict == "pass"


def test_a_single_difference_fills_the_columns_of_numbers(made):
    (finding,) = made.check(evidence(made, left_edge=90.0, faces=("Times",)), template(made))
    assert (finding.measured, finding.limit, finding.unit) == (90.0, 108.0, "points")


def test_it_never_speaks_of_cheating_and_never_costs_marks(made):
    (finding,) = made.check(evidence(made, left_edge=90.0, faces=("Times",)), template(made))
    assert "cheat" not in finding.message
    assert finding.excess is None


def test_what_was_not_measured_is_unknown_beside_what_was(made):
    passed, unknown = made.check(evidence(made, right_edge=None, faces=("CMR10",)), template(made))
    assert (passed.verdict, unknown.verdict) == ("pass", "unknown")
    assert unknown.message == ("not compared with the template ICLR 2019: right edge: pypdfium2 is not installed here")


def test_a_typeface_that_the_file_does_not_name_is_unknown(made):
    _, unknown = made.check(evidence(made, faces=()), template(made))
    assert "typeface of the body" in unknown.message


def test_nothing_measured_is_one_unknown(made):
    (finding,) = made.check(made.evidence(), made.clause("paper/off-template", template="ICLR", left=Decimal(108)))
    assert finding.verdict == "unknown"


def test_a_rubric_without_numbers_compares_nothing(made):
    (finding,) = made.check(evidence(made), made.clause("paper/off-template", template="ICLR"))
    assert (finding.verdict, finding.message) == ("unknown", "the rubric gives no number of the template ICLR")


def test_no_paper_is_unknown(made):
    (finding,) = made.check(made.nothing(), template(made))
    assert finding.verdict == "unknown"


@pytest.mark.parametrize(
    ("said", "verdicts"),
    [
        ("Preprint.  Under review.", ["pass"]),
        ("Submitted to a conference", ["pass", "unknown"]),
        ("", ["pass", "unknown"]),
    ],
)
def test_a_notice_that_is_not_found_is_not_called_missing(made, said, verdicts):
    clause = template(made, notice=("Preprint. Under review.",))
    found = made.check(evidence(made, faces=("Times",), notice=said), clause)
    assert [finding.verdict for finding in found] == verdicts
    assert "missing" not in found[-1].message


def test_the_tolerance_is_the_rubrics(made):
    narrow = evidence(made, left_edge=110.5, faces=("Times",))
    assert made.verdicts(narrow, template(made)) == ["fail"]
    assert made.verdicts(narrow, template(made, left_within=Decimal(3))) == ["pass"]


def test_a_page_that_is_not_full_is_no_difference(made):
    clause = template(made, lowest=Decimal(730))
    assert made.verdicts(evidence(made, faces=("Times",), lowest_line=600.0), clause) == ["pass"]
    assert made.verdicts(evidence(made, faces=("Times",), lowest_line=734.0), clause) == ["fail"]


def hiding(made):
    return made.clause("paper/hidden-text", about="paper")


def test_hidden_text_is_quoted_with_its_pages(made):
    flags = (Flag(kind="hidden-text", detail="32 characters are nearly transparent: References", where="p3"),)
    (finding,) = made.check(evidence(made, flags=flags, hidden_characters=32), hiding(made))
    assert (finding.verdict, finding.where, finding.measured) == ("fail", "p3", 32)
    assert "p3: 32 characters are nearly transparent: References" in finding.message


def test_text_recognised_in_pictures_of_pages_is_no_hidden_text_and_wants_a_person(made):
    scans = Flag(kind="recognised-text", detail="pictures of pages: p1, p2", where="p1")
    (finding,) = made.check(evidence(made, flags=(scans,), hidden_characters=0), hiding(made))
    assert finding.verdict == "unknown"
    assert "pictures of pages: p1, p2" in finding.message
    planted = Flag(kind="hidden-text", detail="32 characters are invisible: References", where="p2")
    assert made.verdicts(evidence(made, flags=(scans, planted), hidden_characters=32), hiding(made)) == ["fail"]


@pytest.mark.parametrize(("hidden", "verdict"), [(0, "pass"), (None, "unknown")])
def test_text_that_was_not_looked_at_is_not_called_clean(made, hidden, verdict):
    (finding,) = made.check(evidence(made, hidden_characters=hidden), hiding(made))
    assert finding.verdict == verdict


def test_labels_of_a_picture_past_the_edge_are_named_and_no_finding(made):
    flags = (Flag(kind="labels-off-page", detail="9 characters are short labels: 0.2 0.4", where="p2"),)
    (finding,) = made.check(evidence(made, flags=flags, hidden_characters=0), hiding(made))
    assert (finding.verdict, "p2: 9 characters" in finding.message) == ("pass", True)


def test_active_content_is_named_with_its_place(made):
    flags = (
        Flag(kind="active-content", detail="holds JavaScript; it was not run"),
        Flag(kind="active-content", detail="holds Launch; it was not run", where="p2"),
    )
    clause = made.clause("paper/active-content", about="paper")
    (finding,) = made.check(evidence(made, flags=flags), clause)
    assert (finding.verdict, finding.where) == ("fail", "p1, p2")
    assert "holds Launch; it was not run (p2)" in finding.message


def test_a_paper_without_active_content_passes_and_an_unread_one_is_unknown(made):
    clause = made.clause("paper/active-content", about="paper")
    assert made.verdicts(evidence(made), clause) == ["pass"]
    unread = replace(made.paper(), readings={"paper.pages_counted": Reading.missing(unit="pages", why="damaged")})
    assert made.verdicts(made.evidence(papers=(unread,)), clause) == ["unknown"]
    assert made.verdicts(made.nothing(), clause) == ["unknown"]
    walked = replace(unread, readings={**unread.readings, "paper.page_width": made.reading(612, "points", "observed")})
    assert made.verdicts(made.evidence(papers=(walked,)), clause) == ["pass"], "a scan whose pages were opened"


@pytest.mark.parametrize("policy", ["all", "without-references"])
def test_readers_that_disagree_put_the_count_in_doubt_under_either_policy(made, policy):
    flag = Flag(kind="engines-disagree", detail="two readers of PDFs count different pages: pypdf 4, PDFium 6")
    papers = (made.paper(total=4, counted=4, flags=(flag,)),)
    clause = made.clause("paper/too-long", about="paper", pages=4, policy=policy)
    passed, unknown = made.check(made.evidence(papers=papers), clause)
    assert (passed.verdict, unknown.verdict) == ("pass", "unknown")
    assert "PDFium 6" in unknown.message


@pytest.mark.parametrize(
    ("policy", "changes", "where"),
    [
        ("all", {}, "abcd12-paper.pdf, p5"),
        ("without-references", {"above_references": "x", "counted": 5}, "abcd12-paper.pdf, p5"),
        (
            "without-references",
            {"after_references": ("p6: Appendix",), "counted": 5, "total": 6},
            "abcd12-paper.pdf, p6",
        ),
    ],
)
def test_the_first_page_past_the_limit_is_named(made, policy, changes, where):
    papers = (made.paper(**changes),)
    clause = made.clause("paper/too-long", about="paper", pages=4, policy=policy)
    finding = next(iter(made.check(made.evidence(papers=papers), clause)))
    assert (finding.verdict, finding.where) == ("fail", where)
