"""`report.html` and `cohort.html` hold everything they show, and nothing of a student is run by them."""

import re
from dataclasses import fields, replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from validator.evidence import Network, Reading
from validator.marking.cohort import summarise
from validator.marking.report import Ruling, SubmissionRef
from validator.reporting import html_report


class Page(HTMLParser):
    """The tags and the visible text of a page."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def page(report, evidence, png):
    return Page(html_report.render(report, evidence, {"run/samples.png": png}))


def test_the_headline_says_who_which_rubric_and_what_it_costs(page):
    for words in ("abcd12", "comp3547-2024", "abababababab", "Measured penalty −30", "Proposed penalty −10"):
        assert words in page.text


def test_every_verdict_is_a_word(page):
    assert {"✗ fail", "? unknown", "✓ pass"} <= set(re.findall(r"[✗?✓] \w+", page.text))


def test_a_penalty_shows_clause_citation_numbers_arithmetic_place_and_witness(page):
    for words in (
        "The classifier has fewer than 100,000 parameters.",
        "The deep discriminative model, paragraph 2",
        "150,000 parameters 100,000 −25",
        "5 marks x 5 complete tenths",
        "abcd12-classifier.ipynb · reported",
    ):
        assert words in page.text


def test_the_dearest_penalty_stands_first_and_proposals_after_what_counts(page):
    places = [page.text.index(clause) for clause in ("classifier-parameters", "classifier-steps", "paper-length")]

    assert places == sorted(places)


def test_passes_are_folded_away(page):
    assert "details" in page.tags


def test_nothing_is_loaded_from_anywhere(page):
    loading = [
        (tag, name, value)
        for tag, name, value in page.attributes
        if name in ("src", "srcset", "href", "action", "data", "poster", "background") and not value.startswith("data:")
    ]

    assert loading == []
    assert not {"script", "link", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    assert not [value for _, name, value in page.attributes if name.startswith("on")]


def test_the_style_loads_nothing(report, evidence):
    content = html_report.render(report, evidence, {}).decode()

    assert "url(" not in content
    assert "@import" not in content
    assert "default-src 'none'" in content


def test_a_picture_travels_inside_the_page_with_its_caption(page):
    assert [value[:22] for tag, name, value in page.attributes if tag == "img" and name == "src"] == [
        "data:image/png;base64,"
    ]
    assert "64 samples in the order they came" in page.text


def test_a_missing_picture_is_said(report, evidence):
    assert "is not among the files of this run" in Page(html_report.render(report, evidence, {})).text


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"<html>", b"GIF89a"])
def test_what_is_no_png_or_jpeg_is_not_embedded(report, evidence, content):
    assert "img" not in Page(html_report.render(report, evidence, {"run/samples.png": content})).tags


def test_look_alike_data_has_a_banner(page, make_evidence, report):
    official = make_evidence()
    official = replace(official, metrics=tuple(replace(item, lookalike=False) for item in official.metrics))

    assert "comparable with nothing" in page.text
    assert "comparable with nothing" not in Page(html_report.render(report, official, {})).text


def test_a_loss_handed_in_is_drawn_beside_the_one_printed_here(page):
    assert (
        "train loss (cell 0), dashed as handed in, solid as run here: handed in, it ended at 0.5 (3 points)"
        in page.text
    )


def test_the_training_curve_is_drawn_with_named_axes(page):
    assert "polyline" in page.tags
    assert {"step", "loss"} <= set(page.words)


def test_networks_are_listed_with_their_counts(page):
    assert "SmallNet 150,000 150,000 11,000 11,000 yes: its parameters were updated" in page.text


def test_a_broken_cell_is_named_with_its_error(page):
    assert "NameError: name 'x' is not defined" in page.text


def test_witnesses_that_disagree_are_said(report, make_evidence):
    evidence = make_evidence()
    split = replace(evidence, runs=(replace(evidence.runs[0], agreement=False),))

    assert "The witnesses disagree." in Page(html_report.render(report, split, {})).text


def test_the_marking_scheme_has_evidence_and_an_empty_box(report, evidence):
    content = html_report.render(report, evidence, {}).decode()

    assert "test accuracy 0.913 (observed)" in content
    assert '<span class="markbox"><span></span> of 40</span>' in content


def test_a_harness_error_is_said_and_never_the_students(make_report, evidence):
    report = make_report(status="harness-error", faults=("run: no sandbox",))
    text = Page(html_report.render(report, evidence, {})).text

    assert "not the student's fault" in text
    assert "run: no sandbox" in text


def test_a_ruling_is_printed_with_name_and_reason(make_report, make_finding, evidence):
    ruling = Ruling(clause="x", decision="dismiss", marks=None, by="A. Person", why="wrong file", when="2025-02-01")
    report = make_report(penalties=(make_finding(marks=Decimal(0), ruling=ruling, price="dismissed"),))
    text = Page(html_report.render(report, evidence, {})).text

    assert "Ruling by A. Person: dismiss. wrong file" in text
    assert "0 (dismissed)" in text


def test_an_unknown_that_a_person_priced_stands_among_the_penalties(make_report, make_finding, evidence):
    ruling = Ruling(clause="x", decision="marks", marks=Decimal(-100), by="A. Person", why="seen", when="2025-02-01")
    report = make_report(penalties=(make_finding(verdict="unknown", marks=Decimal(-100), ruling=ruling),))

    assert "−100 (ruled)" in Page(html_report.render(report, evidence, {})).text


def test_hostile_text_stays_text(hostile_report, make_evidence, hostile_text):
    evidence = make_evidence()
    network = Network(
        name=hostile_text, parameters=1, trainable=1, steps=1, gradient_computations=1, optimiser_calls=1,
        witnesses=(hostile_text,), counted=True, why=hostile_text,
    )  # fmt: skip
    points = tuple(replace(point, network=hostile_text) for point in evidence.runs[0].curve)
    run = replace(evidence.runs[0], path=hostile_text, detail=hostile_text, networks=(network,), curve=points)
    content = html_report.render(hostile_report, replace(evidence, runs=(run,)), {})
    page = Page(content)

    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in page.text
    assert not re.search(rb"[\x00-\x08\x0b-\x1f]|\xe2\x80[\xaa-\xae]", content)


def test_a_broken_file_name_does_not_stop_the_page(make_report, make_finding, evidence):
    report = make_report(penalties=(make_finding(where="caf\udce9.png"),))

    assert "caf\ufffd.png" in Page(html_report.render(report, evidence, {})).text


def test_nothing_of_the_machine_is_on_the_page(report, evidence, make_evidence):
    elsewhere = make_evidence(environment={"host": "other", "started_at": "2030-01-01"})

    assert html_report.render(report, evidence, {}) == html_report.render(report, elsewhere, {})
    assert b"marker-7" not in html_report.render(report, evidence, {})


def test_every_field_of_a_report_reaches_the_page(make_report, evidence):
    before = make_report()
    changes = {
        "total_penalty": Decimal(-1), "proposed_penalty": Decimal(-1), "mark_cap": Decimal(1),
        "percent_off": Decimal(3),
        "status": "harness-error", "needs_review": (), "criteria": (), "notes": ("x",), "penalties": (), "schema": 2,
        "readings": {"a": Reading(value=1, unit="x", source="observed")},
        "harness": replace(before.harness, commit="x"), "rubric": replace(before.rubric, id="x"),
        "submission": replace(before.submission, id="x"),
    }  # fmt: skip

    assert {field.name for field in fields(before)} - set(changes) == {"faults"}
    for name, value in changes.items():
        changed = replace(before, **{name: value})
        assert html_report.render(before, evidence, {}) != html_report.render(changed, evidence, {}), name


def test_evidence_of_nothing_gives_a_page(make_report, make_evidence):
    report = make_report(penalties=(), needs_review=(), criteria=(), readings={}, notes=())
    evidence = make_evidence(runs=(), metrics=())

    assert "No clause failed." in Page(html_report.render(report, evidence, {})).text


def test_the_cohort_links_to_each_report_without_leaving_the_folder(report, make_report):
    evil = make_report(submission=SubmissionRef(id="javascript:alert(1)//../x", sha256="0", source=""))
    page = Page(html_report.render_cohort(summarise([report, evil])))

    assert {value for tag, name, value in page.attributes if tag == "a" and name == "href"} == {
        "./abcd12/report.html",
        "./javascript%3Aalert%281%29%2F%2F..%2Fx/report.html",
    }


def test_the_cohort_counts_unknowns_and_draws_the_penalties(report):
    page = Page(html_report.render_cohort(summarise([report])))

    assert "The FID of 10,000 samples against the test set is reported. generator-fid 0 1 0" in page.text
    assert page.tags.count("rect") == 12


def test_an_empty_cohort_gives_a_page():
    assert "No submission was marked." in Page(html_report.render_cohort(summarise([]))).text
