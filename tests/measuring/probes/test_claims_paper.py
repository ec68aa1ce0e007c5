"""Claims of whole papers: raised digits, tables by their columns, nothing of the references, and what follows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.paper_hostile import HOSTILE
from fixtures.paper_numbers import STYLES, TABLE_KEY, write_styles, write_tables
from fixtures.paper_variants import VARIANTS
from fixtures.paper_words import Claims
from fixtures.papers import Shape, Words, draw, write_paper
from validator.evidence import Claim, Paper
from validator.measuring.probes.claims_paper import AFTER, paper_claims
from validator.measuring.probes.paper import paper
from validator.measuring.probes.paper_pages import Seen
from validator.measuring.probes.paper_raised import Fragments
from validator.measuring.probes.paper_reader import read
from validator.measuring.probes.paper_references import References
from validator.plan import PaperLimits


def read_paper(path: Path) -> Paper:
    return read(path, path=path.name, most_pages=40)


@pytest.fixture(scope="module")
def styles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Claim, ...]:
    path = tmp_path_factory.mktemp("styles") / "a.pdf"
    write_styles(path)
    return read_paper(path).claims


def test_every_sentence_of_the_page_of_styles_gives_one_claim(styles):
    assert [claim.kind for claim in styles] == [kind for _, kind, _, _ in STYLES]


@pytest.mark.parametrize("number", range(len(STYLES)), ids=lambda number: STYLES[number][0])
def test_a_number_on_a_page_is_read_as_its_key_says(styles, number):
    _, kind, value, flags = STYLES[number]
    claim = styles[number]
    assert (claim.kind, claim.where, claim.flags) == (kind, "p1", flags)
    assert claim.value == pytest.approx(value)


def test_columns_of_tables_are_told_apart(tmp_path):
    write_tables(tmp_path / "a.pdf")
    found = [claim for claim in read_paper(tmp_path / "a.pdf").claims if claim.flags[:1] == ("table",)]
    assert {(claim.about, claim.kind, round(claim.value, 6)) for claim in found} == TABLE_KEY
    assert {claim.part for claim in found if claim.kind == "accuracy"} == {"test"}
    assert [claim.spread for claim in found if claim.spread is not None] == [pytest.approx(0.006)]


def test_a_made_paper_states_what_it_was_made_with(tmp_path):
    made = Claims(classifier_parameters=97_123, generator_steps=48_000, fid=37.25, penalty=5)
    write_paper(tmp_path / "a.pdf", claims=made)
    found = {(c.about, c.kind, c.part): c.value for c in read_paper(tmp_path / "a.pdf").claims if not c.flags}
    assert found == {
        ("classifier", "parameters", ""): 97_123,
        ("classifier", "steps", ""): 10_000,
        ("classifier", "loss", "train"): 0.164,
        ("classifier", "accuracy", "train"): pytest.approx(0.951),
        ("classifier", "accuracy", "test"): pytest.approx(0.917),
        ("generator", "parameters", ""): 941_827,
        ("generator", "steps", ""): 48_000,
        ("generator", "fid", ""): 37.25,
        ("", "penalty", ""): -5,
    }


@pytest.mark.parametrize("name", ["two-columns-shared", "line-numbers", "references-share-the-last-page", "no-heading"])
def test_other_layouts_state_the_same(name, tmp_path):
    VARIANTS[name].write(tmp_path / "a.pdf")
    found = {(c.about, c.kind): c.value for c in read_paper(tmp_path / "a.pdf").claims if not c.flags and not c.part}
    expected = {"parameters": (98_442, 941_827), "steps": (10_000, 50_000)}
    for kind, (classifier, generator) in expected.items():
        assert (found["classifier", kind], found["generator", kind]) == (classifier, generator)
    assert (found["generator", "fid"], found["", "penalty"]) == (41.3, 0)


def test_a_claim_in_the_references_is_none_and_one_after_them_is_said_to_be(tmp_path):
    title = "A classifier of 77,777 parameters. In NeurIPS, 2019."
    shape = Shape(footnote=title, after="same-page", after_heading="Total penalty: 25 marks")
    draw(tmp_path / "a.pdf", shape=shape, words=Words())
    found = read_paper(tmp_path / "a.pdf").claims
    assert 77_777 not in {claim.value for claim in found}
    after = [(claim.kind, claim.value, claim.where) for claim in found if AFTER in claim.flags]
    assert after == [("penalty", -25, "p5")]


def test_a_table_of_numbers_alone_behind_the_references_makes_no_claims_of_the_entries():
    own = [
        ["We train for long."],
        [
            "References",
            "A. Kessler. A net of 98,442 parameters. Journal of Nets, 2020.",
            "0.1 0.2 0.3",
            "Of 5 parameters.",
        ],
    ]
    text = ["\n".join(lines) for lines in own]
    empty = {"pages": [], "typed": [], "pictures": [], "outlined": [], "lines": []}
    seen = Seen(texts=text, marked=text, unread=(), recognised=(), imposed=(), **empty)
    found = References(
        page=2,
        confidence="high",
        above="",
        after=("p2: 0.1 0.2 0.3",),
        counted=frozenset({1, 2}),
        lists=(2,),
        lines_on_last=0,
        heading="References",
    )
    assert paper_claims(seen, found, own=own) == ()


def test_the_child_says_what_the_reader_says_of_claims(tmp_path):
    write_styles(tmp_path / "a.pdf")
    assert paper(root=tmp_path, path="a.pdf", limits=PaperLimits()).claims == read_paper(tmp_path / "a.pdf").claims


@pytest.mark.parametrize("name", ["random-bytes", "garbled", "scanned"])
def test_a_paper_without_text_claims_nothing(name, tmp_path):
    HOSTILE[name].write(tmp_path / "a.pdf")
    assert read_paper(tmp_path / "a.pdf").claims == ()


UPRIGHT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def fragments(*pieces: tuple[str, float, float]) -> str:
    """The marked text of pieces with their height and size."""
    kept = Fragments()
    for text, height, size in pieces:
        kept.visit(text, UPRIGHT, (1.0, 0.0, 0.0, 1.0, 0.0, height), None, size)
    return kept.marked()


def test_a_raised_digit_behind_a_digit_is_a_power():
    assert fragments(("for 10", 700, 10), ("4", 703.6, 7), (" steps", 700, 10)) == "for 10^4  steps"


def test_a_raised_digit_behind_a_word_is_a_footnote_mark():
    assert fragments(("parameters", 700, 10), ("1", 703.6, 7), (" in all", 700, 10)) == "parameters  in all"


def test_a_lowered_digit_and_a_number_of_the_same_size_stay():
    assert fragments(("x", 700, 10), ("1", 697, 7)) == "x1"
    assert fragments(("10", 700, 10), ("4", 700, 10)) == "104"


def test_a_small_number_on_another_line_stays():
    assert fragments(("in all 10\n", 700, 10), ("4", 36, 7)) == "in all 10\n4"


def test_a_page_set_by_a_matrix_is_measured_as_it_is_seen():
    kept = Fragments()
    kept.visit("for 10", (0.5, 0, 0, 0.5, 0, 0), (20.0, 0, 0, 20.0, 0, 1400), None, 1)
    kept.visit("4", (0.5, 0, 0, 0.5, 0, 0), (14.0, 0, 0, 14.0, 0, 1407.2), None, 1)
    assert kept.marked() == "for 10^4 "
