"""Under each question of the marking scheme stand its sentences and its figures, in every report that is read."""

import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from tests import rich
from validator.evidence import Flag, Picture
from validator.marking import load_rubric, mark
from validator.marking.pictures import PICTURES
from validator.marking.report import Answer, CriterionSheet, Table
from validator.reporting import feedback, figures, html_report, json_report, report_text
from validator.reporting.flag_words import FLAG_WORDS

VOID = {"meta", "link", "img", "br", "hr", "input", "col", "line", "rect", "polyline"}


class Nested(HTMLParser):
    """Checks that every tag is closed where it was opened, and keeps the page in reading order."""

    def __init__(self, content):
        super().__init__()
        self.open, self.wrong, self.order, self.ids, self.links, self.images = [], [], [], [], [], []
        self.feed(content.decode("utf-8"))
        self.wrong += self.open

    def handle_starttag(self, tag, attrs):
        table = dict(attrs)
        self.ids += [table["id"]] if "id" in table else []
        self.links += [table["href"]] if tag == "a" else []
        if tag == "img":
            self.images.append(table)
            self.order.append(f"img:{table['alt']}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.wrong.append(tag)
        else:
            self.open.pop()

    def handle_data(self, data):
        self.order += [" ".join(data.split())] if data.strip() else []


@pytest.fixture(scope="module")
def whole():
    return rich.evidence()


@pytest.fixture(scope="module")
def marked(whole):
    return mark(whole, load_rubric("comp3547-2024"))


@pytest.fixture(scope="module")
def page(whole, marked):
    return Nested(html_report.render(marked, whole, rich.pictures(whole)))


def section(page, question, following):
    """What the page shows from one question to the next."""
    return page.order[page.order.index(question) : page.order.index(following)]


def test_the_page_is_well_formed(page):
    assert page.wrong == []
    assert len(page.ids) == len(set(page.ids))


def test_a_question_has_its_sentences_and_its_figures_under_it(page, marked):
    asked = [answer.ask for sheet in marked.criteria for answer in sheet.questions]
    shown = section(page, asked[6], asked[7])
    assert "FID 41.3 (SD 0.2) against the test images." in shown
    assert [words for words in shown if words.startswith("img:")] == [
        "img:The FID between real images and models that learned nothing",
        "img:How sharp samples and test images are",
    ]


def test_every_picture_is_on_the_page_once_with_its_caption_as_words(page):
    captions = [rich.picture(name).caption for name in PICTURES]
    assert sorted(image["alt"] for image in page.images) == sorted(captions)
    assert all(caption in page.order for caption in captions)


def test_a_figure_named_by_two_questions_is_linked_from_the_second(page):
    assert page.links == ["#figure-samples"]
    assert "figure-samples" in page.ids


def test_a_picture_says_its_size_and_is_loaded_when_it_is_seen(page):
    by_name = {image["alt"]: image for image in page.images}
    grid = by_name["The first 64 samples"]
    assert (grid["width"], grid["height"], grid["loading"], grid["class"]) == ("782", "782", "lazy", "pixels")
    assert "class" not in by_name["Losses of single images, train and test"]


def test_both_evaluations_stand_side_by_side(page):
    place = page.order.index("Two evaluations of one trained network")
    assert page.order[place + 1 : place + 6] == [
        "as the student did it", "as the harness does it", "accuracy on test images", "91.9 %", "93.1 %",
    ]  # fmt: skip


def test_stated_numbers_stand_beside_measured_ones(page):
    place = page.order.index("Stated numbers beside measured ones")
    assert page.order[place + 1 : place + 5] == ["number", "stated", "measured, and what noise allows", "so"]
    assert page.order[place + 9 : place + 13] == [
        "steps, the paper", "8,000 (p3)", "10,000 steps measured", "differs: a person looks",
    ]  # fmt: skip
    accuracy = page.order.index("test accuracy, the paper")
    assert page.order[accuracy + 1] == "93.4 % (p2)"
    assert page.order[accuracy + 2].startswith("93.13 % measured, 91.65 % to 94.6 % with the noise")
    assert page.order[accuracy + 3] == "agrees"


def test_a_long_sentence_is_not_cut(whole, make_report):
    sentence = "word " * 200 + "end."
    sheet = CriterionSheet(
        id="x", title="X", cites="", out_of=Decimal(1), questions=(Answer(ask="?", evidence=(sentence,)),)
    )
    content = html_report.render(make_report(criteria=(sheet,)), whole, {}).decode()
    assert "end." in content


def test_a_picture_that_was_never_drawn_leaves_no_hole(whole, marked):
    less = tuple(replace(each, pictures=()) for each in whole.metrics)
    page = Nested(html_report.render(marked, replace(whole, metrics=less), {}))
    assert (page.images, page.wrong) == ([], [])
    assert not any("not among the files" in words for words in page.order)


def test_a_picture_whose_file_is_gone_is_said_to_be(whole, marked):
    page = Nested(html_report.render(marked, whole, {}))
    assert page.images == []
    assert page.order.count("is not among the files of this run.") == len(PICTURES)


def test_a_picture_that_no_question_asks_for_stands_with_what_was_recomputed(whole, marked):
    classifier, generator = whole.metrics
    odd = Picture(name="of-a-later-version", path="odd.png", caption="Something new")
    more = replace(whole, metrics=(classifier, replace(generator, pictures=(*generator.pictures, odd))))
    page = Nested(html_report.render(marked, more, {"odd.png": rich.png(4, 4)}))
    assert page.order.index("Recomputed") < page.order.index("img:Something new")


def test_two_pictures_of_one_name_are_both_on_the_page(whole, marked):
    classifier, generator = whole.metrics
    twin = Picture(name="losses", path="other.png", caption="Another")
    more = replace(whole, metrics=(classifier, replace(generator, pictures=(*generator.pictures, twin))))
    page = Nested(html_report.render(marked, more, {**rich.pictures(whole), "other.png": rich.png(4, 4)}))
    assert "img:Another" in page.order
    assert len(page.images) == len(PICTURES) + 1


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"])
def test_a_torn_picture_takes_nothing_along(whole, marked, content):
    pictures = {**rich.pictures(whole), "samples.png": content}
    assert Nested(html_report.render(marked, whole, pictures)).wrong == []


def test_no_question_with_only_a_figure_claims_that_nothing_was_measured(make_report, whole):
    sheet = CriterionSheet(
        id="x", title="X", cites="", out_of=Decimal(1), questions=(Answer(ask="?", evidence=(), pictures=("samples",)),)
    )
    page = Nested(html_report.render(make_report(criteria=(sheet,)), whole, rich.pictures(whole)))
    assert "No number answers this: look at the figure." in page.order


def test_flags_are_named_in_words(whole, marked):
    classifier, generator = whole.metrics
    strange = Flag(kind="<b>never-seen</b>", detail="<i>odd</i>")
    more = replace(whole, metrics=(replace(classifier, flags=(*classifier.flags, strange)), generator))
    page = Nested(html_report.render(marked, more, {}))
    assert "Evaluated in train mode:" in page.order
    assert "evaluated-in-train-mode" not in page.order
    assert "<b>never-seen</b>" in page.order


def test_every_flag_that_a_sentence_says_has_a_name():
    import importlib

    from validator.marking.sentences import sentence_ids

    for address in sentence_ids():
        module = importlib.import_module(f"validator.marking.sentences.{address.replace('-', '_')}")
        assert set(getattr(module, "FLAGS", ())) <= set(FLAG_WORDS), address


def test_hostile_words_in_a_table_stay_words(make_report, whole, hostile_text):
    table = Table(title=hostile_text, head=("", hostile_text), rows=((hostile_text, hostile_text),))
    answer = Answer(ask=hostile_text, evidence=(hostile_text,), tables=(table,), for_student=(hostile_text,))
    sheet = CriterionSheet(id="x", title="X", cites="", out_of=Decimal(1), questions=(answer,))
    report = make_report(criteria=(sheet,))
    content = html_report.render(report, whole, {})
    assert Nested(content).wrong == []
    assert b"<script" not in content
    assert not re.search(rb"[\x00-\x08\x0b-\x1f]|\xe2\x80[\xaa-\xae]", content)
    assert not re.search(r"(?<!\\)<script", feedback.render(report).decode())
    assert "\x1b" not in report_text(report)


def test_the_terminal_says_the_sentences_and_not_the_verdicts_twice(marked):
    said = " ".join(report_text(marked).split())
    assert "FID 41.3 (SD 0.2) against the test images." in said
    assert "accuracy on test images: as the student did it 91.9 %, as the harness does it 93.1 %" in said
    assert "fid-stated: unknown:" not in said


def test_feedback_says_what_was_measured_without_the_hidden_numbers(marked):
    said = feedback.render(marked).decode()
    assert "## What was measured for the marking scheme" in said
    assert "Measured, the numbers are with the marker: FID of the samples; FID under the protocol" in said
    assert "classifier steps: 10,000 steps (reported)." in said
    for hidden in ("41.3", "93.1", "83.1", "31.4", "train 7"):
        assert hidden not in said


def test_the_stored_report_holds_tables_and_pictures_and_is_read_back(marked):
    assert json_report.loads(json_report.render(marked).decode()) == marked


def test_a_report_stored_before_there_were_pictures_is_read(make_report):
    text = json_report.render(make_report()).decode()
    for key in ("tables", "pictures", "for_student"):
        text = re.sub(rf'\s*"{key}": \[\],?', "", text)
    text = re.sub(r",(\s*})", r"\1", text)
    assert '"pictures"' not in text
    assert json_report.loads(text) == make_report()


def test_no_number_of_the_main_questions_stands_without_a_unit(marked):
    """A bare number at the end of a sentence is one whose unit was forgotten."""
    lines = [line for sheet in marked.criteria for answer in sheet.questions for line in answer.evidence]
    assert not [line for line in lines if re.search(r": [\d.,]+ \((observed|reported)\)", line)]


def test_placing_pictures_reads_no_more_than_it_is_given(marked):
    assert figures.left_over((), figures.sheets(marked, ())) == ()
