"""What stands apart below the entries of a list: told by gaps, sizes, weights and labels, never by words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from validator.measuring.probes.paper_apart import Apart
from validator.measuring.probes.paper_references import references
from validator.measuring.probes.paper_text import Line, lines_of
from validator.measuring.probes.paper_typed import Typed

NAMED = ("Anna Kessler. On noise. Journal of Things, 2019.", "Leo Valdez. On depth. Journal of Things, 2020.")
LABELLED = ("[1] On noise, by Kessler, 2019.", "[2] On depth, by Valdez, 2020.", "[3] On speed, by Yamato, 2021.")
LEADING, PARAGRAPH = 11.0, 16.0


def listed(*rows: tuple[str, float] | tuple[str, float, dict[str, object]]) -> list[Line]:
    """Lines of one page with the gap above each, in Times at 10 points."""
    height, found = 700.0, []
    for text, gap, *more in rows:
        height -= gap
        typed = Typed(**{"size": 10.0, "height": height, **(more[0] if more else {})})  # type: ignore[arg-type]
        found.append(Line(page=1, text=text, typed=typed))
    return found


def entries(texts: tuple[str, ...] = NAMED * 2) -> list[tuple[str, float]]:
    """Each in two lines."""
    return [row for text in texts for row in ((text, PARAGRAPH), ("second line of the entry, pp. 1-9.", LEADING))]


@pytest.mark.parametrize(
    ("text", "gap", "typed"),
    [
        ("Code: https://notebooks.example.org/1", 28.0, {}),
        ("the limits of the task were kept.", PARAGRAPH, {"size": 9.0}),
        ("More samples. From left to right", LEADING, {"led": True}),
        ("Network", LEADING, {"bold": True}),
    ],
)
def test_a_gap_a_size_or_a_weight_that_no_entry_has_sets_a_line_apart(
    text: str, gap: float, typed: dict[str, object]
) -> None:
    assert Apart(listed(*entries(), (text, gap, typed))).place() == 8
    assert Apart(listed(*entries(), (text, LEADING))).place() is None


@pytest.mark.parametrize("typed", [{"led": True}, {"bold": True}, {"size": 9.0}])
def test_what_also_stands_among_the_entries_sets_nothing_apart(typed: dict[str, object]) -> None:
    rows = [*entries(), *((text, gap, typed) for text, gap in entries())]
    assert Apart(listed(*rows, ("Another note", PARAGRAPH, typed))).place() is None


def test_without_a_label_a_paragraph_is_no_entry_of_a_list_with_labels() -> None:
    assert Apart(listed(*entries(LABELLED), ("All of it was read.", PARAGRAPH))).place() == 6
    note = ("Used for the loss.", PARAGRAPH)
    noted = [row for text in LABELLED for row in (*entries((text,)), note)]
    assert Apart(listed(*noted)).place() is None


def test_names_below_the_last_label_start_no_entry() -> None:
    title, cited = ("More related work", 30.0, {"size": 12.0, "bold": True}), ("Valdez et al. (2014) began it.", 23.0)
    assert Apart(listed(*entries(LABELLED), title, cited, ("https://example.org", PARAGRAPH))).place() == 6


def test_bullets_are_labels() -> None:
    texts = tuple(f"\u2022 {text}" for text in NAMED * 2)
    assert Apart(listed(*entries(texts), ("Both contributed equally.", PARAGRAPH))).place() == 8


def test_numbers_in_another_hand_are_no_labels_of_the_list() -> None:
    rows = [*entries(LABELLED), ("1. Parameters: 976,003", 28.0), ("2. Steps: 49,900", PARAGRAPH)]
    assert Apart(listed(*rows)).place() == 6


def test_a_label_starts_an_entry_in_a_list_of_two() -> None:
    rows = [("[1] Anna Kessler. On noise, 2019.", PARAGRAPH), ("pp. 1-9.", LEADING), ("[2] on a, b,", 19.0)]
    assert Apart(listed(*rows)).place() is None


def test_what_entries_follow_is_not_apart() -> None:
    assert Apart(listed(*entries(), ("Web pages", 28.0), *entries())).place() is None


@pytest.mark.parametrize(("gap", "apart"), [(28.0, True), (22.0, False)])
def test_of_two_entries_little_is_known_so_that_two_signs_must_agree(gap: float, apart: bool) -> None:
    rows = [(NAMED[0], PARAGRAPH), ("pp. 1-9.", LEADING), (NAMED[1], PARAGRAPH)]
    assert (Apart(listed(*rows, ("deductions: none", gap))).place() is not None) is apart


def test_entries_without_names_and_labels_are_the_paragraphs_that_stand_alike() -> None:
    rows = [row for n in range(4) for row in ((f"on the depth of {n}", PARAGRAPH), ("example.org/12345", LEADING))]
    assert Apart(listed(*rows, ("all pages were read in January.", 28.0))).place() == 8
    assert Apart(listed(*rows, ("on the depth of 5", PARAGRAPH))).place() is None


def test_a_footnote_below_the_entries_is_left_to_its_page() -> None:
    assert Apart(listed(*entries(), ("2 The notebook of week five.", 60.0, {"size": 8.0}))).place() is None


@pytest.mark.parametrize(
    ("foot", "last", "text", "apart"),
    [
        (300.0, "pp. 1-9, 2019.", "I declare this.", True),
        (90.0, "pp. 1-9, 2019.", "I declare this.", False),
        (300.0, "pp. 1-9, 2019.", "of the same entry.", False),
        (300.0, "in Advances in", "Neural Systems, 2019.", False),
    ],
)
def test_words_of_their_own_on_a_page_after_one_that_was_left_early(
    foot: float, last: str, text: str, apart: bool
) -> None:
    rows = listed(*entries(), (last, LEADING))
    lower = rows[-1].typed.height - foot
    before = [replace(row, typed=replace(row.typed, height=row.typed.height - lower)) for row in rows]
    after = Line(page=2, text=text, typed=Typed(size=10.0, height=700.0))
    assert (Apart([*before, after]).place() is not None) is apart


@pytest.mark.parametrize(("place", "wrapped"), [(1, True), (2, False), (0, False)])
def test_a_wrapped_line_follows_as_closely_as_lines_of_one_entry_do(place: int, wrapped: bool) -> None:
    assert Apart(listed(*entries())).is_wrapped(place) is wrapped


def test_of_no_lines_and_of_lines_that_are_set_in_no_known_way_nothing_is_said() -> None:
    assert Apart([]).place() is None
    assert Apart([Line(page=1, text=text) for text in NAMED * 3]).place() is None


def page(head: str, *texts: str) -> tuple[list[str], list[Typed]]:
    """A running head far above the text."""
    heights = [734.0, *(690.0 - 11 * place for place in range(len(texts)))]
    return [head, *texts], [Typed(size=10.0, height=height) for height in heights]


def test_a_head_that_names_the_last_section_of_its_page_starts_no_list() -> None:
    text = [f"the depth (Kessler et al., 20{n}) matters more than noise" for n in range(10, 24)]
    pages = [page(head, *text) for head in ("Method", "Results")]
    pages.append(page("References", *text, "References", *NAMED))
    pages.append(page("References", *NAMED * 5))
    found = references([texts for texts, _ in pages], [types for _, types in pages])
    assert (found.lists, found.page, sorted(found.counted)) == ((3,), 3, [1, 2, 3])
    assert found.after == ()
    kept = lines_of([texts for texts, _ in pages], [types for _, types in pages])
    assert [line.page for line in kept if line.text == "References"] == [3]


def test_a_section_called_literature_before_the_list_is_text() -> None:
    section = ["2 Literature", "Kessler (2019) and Valdez et al. (2020) grew depth; Yamato (2021) did not.", "3 Method"]
    text = ["We have seen that it is not the depth that we are after, and that they should have said so."] * 8
    found = references([[*text, *section, *text, "References", *NAMED * 4]])
    assert (found.lists, found.after) == ((1,), ())
    assert found.heading == "References"


def test_a_title_may_stand_before_the_first_entry() -> None:
    text = ["We have seen that it is not the depth that we are after, and that they should have said so."] * 8
    entry = "References: [1] Anna Kessler. On noise. Journal of Things, 2019. [2] Leo Valdez. On depth, 2020."
    found = references([text, [entry, "[3] Maria Yamato. On speed. Journal of Things, 2021."]])
    assert (found.page, sorted(found.counted), found.confidence) == (2, [1], "high")
    found = references([text, ["References: we give none.", *text]])
    assert found.page is None


def test_a_page_after_the_list_is_quoted_by_its_caption_and_not_by_its_ticks() -> None:
    text = ["We have seen that it is not the depth that we are after, and that they should have said so."] * 8
    after = ["0.0", "0.5", "epoch", "Figure 3: Losses.", *text]
    found = references([text, ["References", *NAMED * 4], ["Appendix", *after], after[:3] + text])
    assert found.after == ("p3: Figure 3: Losses.", "p4: epoch")


@pytest.mark.parametrize(("size", "top", "kept"), [(10.0, 710.0, True), (12.0, 680.0, True), (10.0, 680.0, False)])
def test_titles_at_the_top_of_pages_are_no_running_heads(size: float, top: float, kept: bool) -> None:
    """They are larger than the text, or other pages bear text at their height."""
    text = [f"the depth of {word} matters more than noise" for word in "abcdefghijkl"]
    below = [Typed(size=10.0, height=680.0 - 11 * place) for place in range(len(text))]
    pages = [(text, [Typed(size=10.0, height=top - 11 * place) for place in range(len(text))])]
    titles = ("Links", "Statement of the author")
    pages += [([title, *text], [Typed(size=size, height=710.0), *below]) for title in titles]
    found = lines_of([texts for texts, _ in pages], [types for _, types in pages])
    assert [line.page for line in found if line.text in titles] == ([2, 3] if kept else [])
