"""Finding the list of references in lines of text."""

from __future__ import annotations

import pytest

from validator.measuring.probes.paper_references import entry_share, is_heading, references, without_furniture

BODY = [f"This is line {word} of the text, which says nothing special." for word in "abcdefghijklmnopqrst"]
ENTRIES = [f"[{n}] A. Author. A title of some length. In Proceedings of ICML, {2000 + n}." for n in range(1, 9)]


@pytest.mark.parametrize(
    "line",
    [
        "References",
        "REFERENCES",
        "R EFERENCES",
        "R E F E R E N C E S",
        "7 References",
        "7. References",
        "VII. References",
        "VII REFERENCES",
        "204 References",
        "References244",
        "A. References",
        "References:",
        "Ｒｅｆｅｒｅｎｃｅｓ",  # full-width letters are the same word
        "Literaturverzeichnis",
        "Références :",
        "参考文献",
        "Works Cited",
        "L I T E R A T U R",
        "R´ef´erences",  # accents that stand beside their letters
        "--- References ---",
        "References (not counted towards the page limit)",
        "8 References [one page at most]",
    ],
)
def test_a_heading_is_known_however_it_is_set(line: str) -> None:
    assert is_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "References we build on",
        "see References",
        "Preferences",
        "",
        "References " + "x" * 90,
        "4",
        "Related work",
        "references (see below)",
    ],
)
def test_a_line_that_only_mentions_references_is_no_heading(line: str) -> None:
    assert not is_heading(line)


def test_a_page_of_entries_alone_does_not_count() -> None:
    found = references([BODY, ["References", *ENTRIES]])
    assert (found.page, found.counted, found.confidence) == (2, frozenset({1}), "high")


def test_a_list_in_a_narrow_column_is_found() -> None:
    column = [
        line
        for n in range(10)
        for line in ("A. Author, B. Other, and C. Third. A", "title of some work on learning. In Ad-",
                     "vances in Neural Information Proces-", f"sing Systems, pages {n}0, {2010 + n}.")
    ]  # fmt: skip
    found = references([BODY, ["REFERENCES", *column]])
    assert (found.page, found.confidence) == (2, "high")


def test_one_line_above_the_heading_makes_the_page_count() -> None:
    found = references([BODY, ["The end of a sentence.", "References", *ENTRIES]])
    assert found.counted == {1, 2}
    assert found.above == "The end of a sentence."


def test_a_running_head_above_the_heading_does_not_count() -> None:
    pages = [["Under review", *BODY, "1"], ["Under review", *BODY, "2"], ["Under review", "References", *ENTRIES, "3"]]
    assert references(pages).counted == {1, 2}


def test_a_running_head_that_is_the_heading_word_does_not_count() -> None:
    pages = [BODY, BODY, ["REFERENCES", "References", *ENTRIES], ["REFERENCES", *ENTRIES]]
    found = references(pages)
    assert (found.page, found.counted) == (3, frozenset({1, 2}))


def test_a_running_head_of_the_heading_word_hides_no_heading() -> None:
    pages = [["References", *BODY], ["References", *BODY], ["References", *BODY[6:11], "References", *ENTRIES]]
    found = references(pages)
    assert (found.page, found.above, found.counted) == (3, BODY[6], frozenset({1, 2, 3}))


def test_a_list_over_two_pages_starts_on_the_first() -> None:
    found = references([BODY, ["References", *ENTRIES], ENTRIES])
    assert (found.page, found.counted) == (2, frozenset({1}))


@pytest.mark.parametrize(
    "title", ["A Appendix", "Appendix A: More samples", "Acknowledgements", "Total penalty: -5 marks"]
)
def test_what_follows_the_list_counts(title: str) -> None:
    found = references([BODY, ["References", *ENTRIES, title, *BODY[:4]]])
    assert found.counted == {1, 2}
    assert found.after == (f"p2: {title}",)


def test_a_wrapped_line_of_an_entry_does_not_end_the_list() -> None:
    wrapped = ["[9] B. Author. What the field owes to its", "contributions of the past. arXiv, 2020."]
    assert references([BODY, ["References", *ENTRIES, *wrapped]]).counted == {1}


def test_a_later_page_without_entries_counts() -> None:
    found = references([BODY, ["References", *ENTRIES], BODY])
    assert found.counted == {1, 3}


def test_a_figure_on_a_page_of_entries_makes_it_count() -> None:
    found = references([BODY, ["References", *ENTRIES, "Figure 5: More samples of the model"]])
    assert found.counted == {1, 2}


def test_the_last_of_two_lists_is_taken_and_both_are_named() -> None:
    found = references([[*BODY, "References", *ENTRIES, *BODY], BODY, ["References", *ENTRIES]])
    assert (found.page, found.lists, found.counted) == (3, (1, 3), frozenset({1, 2}))


def test_parts_of_one_list_under_several_headings_are_one_list() -> None:
    found = references([BODY, ["References", *ENTRIES], ["References", *ENTRIES]])
    assert (found.page, found.lists) == (2, (2,))


def test_a_table_of_contents_is_no_list() -> None:
    found = references([["Contents", "Introduction", "References", "Appendix", *BODY], ["References", *ENTRIES]])
    assert found.page == 2


def test_numbered_entries_without_a_heading_are_found_with_doubt() -> None:
    found = references([BODY, ENTRIES])
    assert (found.page, found.confidence, found.counted) == (2, "low", frozenset({1}))


def test_without_any_list_every_page_counts() -> None:
    found = references([BODY, BODY])
    assert (found.page, found.confidence, found.counted) == (None, "none", frozenset({1, 2}))


def test_a_heading_over_unknown_entries_is_believed_with_doubt() -> None:
    found = references([BODY, ["References", "Someone, something", "Someone else, something else"]])
    assert (found.page, found.confidence) == (2, "low")


def test_ten_lines_unlike_entries_inside_the_list_are_named() -> None:
    unlike = [f"second printing of a book on {word}, bound in cloth" for word in "abcdefghij"]
    found = references([BODY, ["References", *ENTRIES, *unlike]])
    assert (found.stray, found.counted) == (f"p2: {unlike[0]}", {1})


def test_running_text_after_the_list_counts_without_a_title() -> None:
    found = references([BODY, ["References", *ENTRIES, *BODY[:10]]])
    assert (found.after, found.counted) == ((f"p2: {BODY[0]}",), {1, 2})


def test_running_text_that_entries_follow_is_named_and_does_not_end_the_list() -> None:
    found = references([BODY, ["References", *ENTRIES, *BODY[:4], *ENTRIES, *ENTRIES]])
    assert (found.stray, found.counted) == (f"p2: {BODY[0]}", {1})


def test_few_lines_on_the_last_counted_page_are_told() -> None:
    assert references([BODY, [*BODY[4:7], "References", *ENTRIES]]).lines_on_last == 3


def test_margin_numbers_are_dropped() -> None:
    assert without_furniture([["1", "Some text", "2", "12"]]) == [["Some text"]]


def test_the_share_of_no_lines_is_zero() -> None:
    assert entry_share([]) == 0.0


@pytest.mark.parametrize("pages", [[], [[]], [[""]], [["References"]], [["[1]"], ["[2]"]]])
def test_odd_input_has_an_answer(pages: list[list[str]]) -> None:
    assert references(pages).counted <= set(range(1, len(pages) + 1))


NAMED = [f"Anna Kessler, Leo Valdez and Maria Yamato. A title on {word}. In ICML, 2019." for word in "abcdefghijklmn"]
PROSE = ["We found that it is what they would have seen, and that is why it was kept."] * 4


def test_names_without_a_heading_are_found_with_doubt() -> None:
    found = references([BODY, NAMED])
    assert (found.page, found.confidence, found.counted) == (2, "low", {1})


def test_running_text_with_citations_is_no_list_without_a_heading() -> None:
    cited = ["We follow what was said by Kessler et al. (2019), as it is in line with our results (Yamato, 2020)."] * 20
    assert references([BODY, cited]).page is None


@pytest.mark.parametrize("title", ["References and links", "References of Part 2", "8. Bibliographical references"])
def test_a_title_with_more_words_is_a_heading_when_entries_follow(title: str) -> None:
    found = references([BODY, [title, *ENTRIES]])
    assert (found.page, found.confidence, found.counted, found.heading) == (2, "high", {1}, title)
    assert references([BODY, [title, *PROSE, *BODY]]).page is None


def test_an_unforeseen_title_over_a_list_is_not_text_above_it() -> None:
    found = references([BODY, ["Things we read", *ENTRIES]])
    assert (found.confidence, found.counted, found.heading) == ("low", {1}, "Things we read")


def test_text_between_a_list_and_the_next_counts_and_the_list_between_does_not() -> None:
    found = references([BODY, ["References", *ENTRIES], ["Appendix", *BODY, "References", *ENTRIES]])
    assert (found.page, found.lists, found.counted) == (2, (2, 3), {1, 3})


@pytest.mark.parametrize(
    "line",
    [
        "Acknowledgements. We thank the people of the school.",
        "Author contributions: Both wrote the code.",
        "Total penalty: \u22125 marks for steps",
    ],
)
def test_a_title_in_front_of_its_text_ends_the_list(line: str) -> None:
    assert references([BODY, ["References", *ENTRIES, line]]).after == (f"p2: {line}",)


@pytest.mark.parametrize(
    "line",
    [
        "Our code is at https://github.com/example/report.",
        "Code for this report: https://github.com/example/report",
        "The source code of our report may be found on github.com/example",
        "Word count: 2145",
    ],
)
def test_a_sentence_on_the_code_with_a_link_is_no_entry(line: str) -> None:
    assert references([BODY, ["References", *ENTRIES, line]]).after == (f"p2: {line}",)


def test_biographies_end_the_list() -> None:
    lives = [
        "Anna Kessler received her degree in mathematics in 2017, and she is a student of this school.",
        "She joined the group in 2019, and her interests are those that this paper is about.",
        "Leo Valdez was born by the sea. He is a student of the same school, which he joined in 2018.",
        "Before that he was an engineer. He likes to measure things that have been measured before.",
    ]
    assert references([BODY, ["References", *ENTRIES, *lives]]).counted == {1, 2}


TABLE = [
    "Model Parameters FID",
    "ResNet-18 98,442 23.1",
    "GAN (small) 99k 31.0 \u00b1 0.4",
    "VAE 0.9M 44.2",
    "Ours 0.98M 21.0",
]
TICKS = ["0.0 0.2 0.4 0.6", "0.8", "0.6", "-1.5"]
MORE = [f"B. Other. Another {word} title of some length. In Proceedings of ICLR, 2019." for word in "abcde"]


@pytest.mark.parametrize("rows", [TABLE, TICKS])
@pytest.mark.parametrize("place", [4, 8])
def test_a_table_without_a_title_below_or_amid_the_entries_counts(rows: list[str], place: int) -> None:
    found = references([BODY, ["References", *ENTRIES[:place], *rows, *ENTRIES[place:]]])
    first = rows[rows is TABLE]
    assert (found.counted, found.after) == ({1, 2}, (f"p2: {first}",))


def test_numbers_of_entries_are_no_table() -> None:
    broken = [
        line for n in range(9) for line in (f"{n}.", "A. Author. A title. Nature,", f"52{n}(7553):436-444, 2015.")
    ]
    found = references([BODY, ["References", *broken, "1.", "2.", "3.", "Nature 5, 12, 2015."]])
    assert (found.counted, found.after) == ({1}, ())


@pytest.mark.parametrize("title", ["Further reading", "Data sets used", "8 Software", "Image credits"])
def test_a_list_beside_the_references_is_named_and_taken_for_a_part_of_them(title: str) -> None:
    found = references([BODY, ["References", *ENTRIES], [title, *MORE]])
    assert (found.counted, found.lists, found.inside) == ({1}, (2,), (f"p3: {title}",))


@pytest.mark.parametrize(
    "rest", [["works of the authors are named in the text above."], ["and software of ours", *MORE]]
)
def test_a_word_among_entries_is_no_list_of_its_own(rest: list[str]) -> None:
    title = "Software" if rest[0].startswith("works") else "Open source"
    assert references([BODY, ["References", *ENTRIES, title, *rest]]).inside == ()


def test_a_list_that_a_page_of_a_figure_parts_goes_on_after_it() -> None:
    figure = ["Figure 4: Samples of both models side by side.", "left", "right"]
    found = references([BODY, ["References", *ENTRIES], figure, MORE])
    assert (found.counted, found.after) == ({1, 3}, (f"p3: {figure[0]}",))
    assert references([BODY, ["References", *ENTRIES], [*figure, *MORE]]).counted == {1, 3}
    assert references([BODY, ["References", *ENTRIES], ["left panel", "right panel"], MORE]).counted == {1, 3}


LINKS = [f"https://arxiv.org/abs/2006.1123{n}" for n in range(6)]


@pytest.mark.parametrize("mark", ["", "• ", "1. "])
def test_links_alone_at_the_end_are_a_list_that_is_doubted(mark: str) -> None:
    found = references([BODY, ["Links", *(mark + link for link in LINKS)]])
    assert (found.page, found.confidence, found.counted) == (2, "low", frozenset({1}))


def test_two_links_or_links_amid_the_text_are_no_list() -> None:
    assert references([BODY, ["Links", *LINKS[:2]]]).page is None
    assert references([BODY, [*LINKS, *BODY]]).page is None
