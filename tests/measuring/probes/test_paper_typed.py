"""How lines are set, and what that says: titles after the list, heads that change from page to page."""

from __future__ import annotations

from dataclasses import dataclass

from validator.measuring.probes.paper_references import references
from validator.measuring.probes.paper_text import without_furniture
from validator.measuring.probes.paper_typed import UNTOLD, Typed, is_bold, typed

BODY = [f"Line {word} of the text says nothing special." for word in "abcdefghijkl"]
ENTRIES = [f"[{n}] A. Author. A title. In ICML, {2000 + n}." for n in range(1, 9)]


@dataclass(frozen=True)
class Piece:
    text: str
    size: float = 10.0
    bold: bool = False
    height: float = 700.0


def column(count: int, *, size: float = 10.0, top: float = 700.0) -> list[Typed]:
    return [Typed(size=size, height=top - 11 * n) for n in range(count)]


def test_a_line_is_as_large_as_its_largest_letters_and_bold_when_all_are() -> None:
    pieces = [Piece("A F", 12.0), Piece("URTHER\n", 9.5), Piece("two ", bold=True), Piece("words", bold=True, height=9)]
    assert typed("A FURTHER\ntwo words", pieces) == [
        Typed(size=12.0, height=700.0),
        Typed(size=10.0, bold=True, height=700.0),
    ]


def test_fragments_of_another_text_tell_nothing() -> None:
    assert typed("one\ntwo", [Piece("one")]) == [UNTOLD, UNTOLD]


def test_bold_faces_are_known_by_their_names() -> None:
    bold = ["/ABCDEF+NimbusRomNo9L-Medi", "/Times-Bold", "/CMBX12", "/ABCDEF+SFBX1000"]
    assert all(is_bold({"/BaseFont": name}) for name in bold)
    assert not any(is_bold(font) for font in ({"/BaseFont": "/ABCDEF+NimbusRomNo9L-Regu"}, {}, None, 3))


def test_a_larger_title_in_any_words_ends_the_list() -> None:
    pages = [BODY, ["References", *ENTRIES, "Chosen settings", "alpha 3", "beta 4", "gamma 5", "delta 6"]]
    types = [column(len(BODY)), column(len(pages[1]))]
    assert references(pages, types).after == ()
    types[1][9] = Typed(size=12.0, height=590.0)
    assert references(pages, types).after == ("p2: Chosen settings",)


def test_a_larger_title_over_more_entries_does_not() -> None:
    pages = [BODY, ["References", *ENTRIES, "Online documents", *ENTRIES]]
    types = [column(len(BODY)), column(len(pages[1]))]
    types[1][9] = Typed(size=12.0, height=590.0)
    assert references(pages, types).counted == {1}


def test_the_name_of_an_entry_word_inside_the_list_is_no_title_when_it_is_set_as_the_entries_are() -> None:
    pages = [BODY, ["References", *ENTRIES[:4], "Contributions to the Theory of Games", *ENTRIES[4:]]]
    found = references(pages, [column(len(BODY)), column(len(pages[1]))])
    assert (found.after, found.counted) == ((), {1})


def own(page: str) -> list[str]:
    """Text that no other page has."""
    return [f"Of page {page}: {line}" for line in BODY]


def test_heads_that_change_from_page_to_page_are_known_by_their_place() -> None:
    bodies = [own(page) for page in ("one", "two", "three")]
    pages = [[head, *body] for head, body in zip(("Introduction to it", "Our method", "Results"), bodies, strict=True)]
    types = [[Typed(size=10.0, height=740.0), *column(len(BODY))] for _ in pages]
    assert without_furniture(pages, types) == bodies
    assert without_furniture(pages) == pages


def test_first_lines_in_the_leading_of_the_text_are_no_heads() -> None:
    pages = [own(page) for page in ("one", "two", "three")]
    assert without_furniture(pages, [column(len(BODY)) for _ in pages]) == pages


def test_heads_of_left_and_right_pages_are_furniture() -> None:
    names = ("one", "two", "three", "four", "five")
    pages = [["A. Author and B. Other" if n % 2 else "On small networks", *own(page)] for n, page in enumerate(names)]
    assert without_furniture(pages) == [own(page) for page in names]
