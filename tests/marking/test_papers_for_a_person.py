"""Whatever is doubtful about a paper waits for a person, by the rubric that is shipped: one row for each doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.marking.test_rules_claims import claim
from validator.evidence import Flag, Reading
from validator.marking import load_rubric, mark

PAPER = "paper/"
LENGTH, TEMPLATE, UNREAD = "paper/too-long", "paper/off-template", "paper/unreadable"
TWICE = (claim("parameters", 1_234), claim("parameters", 2_345))
LOST = (claim("parameters", 104, flags=("lost-superscript",)),)
DOUBTS = {
    "encrypted": ({"total": None, "counted": None}, "encrypted", LENGTH),
    "no pages, or an error of the reader": ({"total": None, "counted": None}, "damaged", UNREAD),
    "two readers count different pages": ({"total": 4}, "engines-disagree", LENGTH),
    "a scan, or outlines": ({"counted": None}, "low-text", UNREAD),
    "garbled": ({"counted": None}, "garbled-text", UNREAD),
    "turned pages": ({}, "rotated-page", TEMPLATE),
    "a unit of their own": ({}, "user-unit", TEMPLATE),
    "cropped pages": ({}, "crop-differs", TEMPLATE),
    "pages of several sizes": ({}, "mixed-page-sizes", TEMPLATE),
    "scaled pages": ({}, "scaled-text", TEMPLATE),
    "references of low confidence": ({"references_confidence": "low"}, "references-low-confidence", LENGTH),
    "no references": (
        {"counted": 5, "references_confidence": "none", "references_page": None},
        "references-not-found",
        LENGTH,
    ),
    "several lists": ({}, "several-reference-lists", LENGTH),
    "something after the references": ({"counted": 5, "after_references": ("p5: A",)}, "after-references", LENGTH),
    "only a picture above the references": ({"counted": 5}, "picture-above-references", LENGTH),
    "a picture that only one reader sees": ({}, "picture-uncounted", LENGTH),
    "over the limit": ({"counted": 5}, "", LENGTH),
    "few lines on the last page allowed": ({"counted": 4}, "last-counted-page-nearly-empty", LENGTH),
    "text that does not show": ({}, "hidden-text", "paper/hidden-text"),
    "active content": ({}, "active-content", "paper/active-content"),
    "a number whose exponent may be lost": ({"claims": LOST}, "", "paper/unstated"),
    "more than one value": ({"claims": TWICE}, "", "paper/unstated"),
    "figures that were not found": ({}, "", "paper/missing-figure"),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_doubt_about_a_paper_reaches_a_person_with_its_words(made, doubt):
    changes, kind, rule = DOUBTS[doubt]
    detail = f"because of {kind}"
    numbers = {key: changes[key] for key in ("total", "counted") if key in changes}
    paper = made.paper(**{key: value for key, value in changes.items() if key not in numbers})
    readings = {
        **paper.readings,
        **{
            f"paper.pages_{name}": Reading.missing(unit="pages", why=detail)
            if value is None
            else made.reading(value, "pages", "observed")
            for name, value in numbers.items()
        },
    }
    flags = (
        (Flag(kind=kind, detail=detail, where="" if kind in ("low-text", "garbled-text") else "p5"),) if kind else ()
    )
    rubric = load_rubric("comp3547-2024")
    only = replace(rubric, clauses=tuple(one for one in rubric.clauses if one.rule.startswith(PAPER)))
    report = mark(made.evidence(papers=(replace(paper, readings=readings, flags=flags),)), only)
    reviews = [review.why for review in report.needs_review if review.rule == rule]
    assert reviews
    assert report.total_penalty == 0
    said = {"references_confidence", "after_references"} & set(changes) or detail in " ".join(reviews)
    assert not kind or said


def test_a_sound_paper_of_four_pages_asks_nobody_about_its_length(made):
    report = mark(made.evidence(), load_rubric("comp3547-2024"))
    assert [review for review in report.needs_review if review.rule in (LENGTH, UNREAD)] == []
