"""When the count of pages cannot be trusted, and what is said instead."""

from __future__ import annotations

import pytest

from validator.evidence import Flag
from validator.measuring.probes.paper_references import References, references
from validator.measuring.probes.paper_remarks import Log, blank_pages, blocking_flag, reference_flags, without_blank

BODY = [f"Line {word} of the text says nothing special." for word in "abcdefghijkl"]
ENTRIES = [f"[{n}] A. Author. A title. In ICML, {2000 + n}." for n in range(1, 9)]
FOUND = references([BODY, ["References", *ENTRIES]])
NOT_FOUND = references([BODY, BODY])
DAMAGED = Flag(kind="damaged", detail="repaired while reading")


def blocked(*flags: Flag, found: References = FOUND, blank: tuple[int, ...] = (), unread: tuple[int, ...] = ()) -> str:
    flag = blocking_flag(flags, found, log=Log(), blank=blank, unread=unread)
    return flag.kind if flag else ""


def test_a_sound_paper_is_not_blocked() -> None:
    assert blocked() == ""


def test_a_repaired_paper_without_any_other_doubt_is_counted() -> None:
    assert blocked(DAMAGED) == ""


@pytest.mark.parametrize("found", [NOT_FOUND, references([BODY, [*BODY[5:7], "References", *ENTRIES]])])
def test_a_repaired_paper_with_another_doubt_is_not_counted(found: References) -> None:
    assert blocked(DAMAGED, found=found) == "damaged"


def test_a_repaired_paper_of_which_a_part_was_not_read_is_not_counted() -> None:
    assert blocked(DAMAGED, Flag(kind="text-incomplete", detail="a form")) == "damaged"


def test_a_torn_stream_blocks_the_count() -> None:
    log = Log()
    log.messages.append("Error -3 while decompressing data: invalid code lengths set")
    assert blocking_flag([DAMAGED], FOUND, log=log, blank=(), unread=()) == DAMAGED


def test_a_page_that_draws_nothing_readable_blocks_the_count() -> None:
    assert blocked(unread=(2,)) == "unreadable"


def test_a_blank_page_blocks_the_count_only_when_the_references_may_have_been_on_it() -> None:
    assert blocked(blank=(2,)) == ""
    assert blocked(blank=(2,), found=NOT_FOUND) == "blank-page"


def test_text_low_on_one_page_does_not_block_the_count() -> None:
    assert blocked(Flag(kind="low-text", detail="a picture", where="p3")) == ""
    assert blocked(Flag(kind="low-text", detail="scanned")) == "low-text"


def test_text_that_cannot_be_read_blocks_the_count_unless_its_references_were_read() -> None:
    garbled = Flag(kind="garbled-text", detail="0 of 900 words")
    assert blocked(garbled, found=NOT_FOUND) == "garbled-text"
    assert blocked(garbled) == ""


def test_a_page_with_a_picture_is_not_blank() -> None:
    assert blank_pages([["text"], [], []], [[], ["a picture"], []]) == [3]


def told(*pages: list[str]) -> list[tuple[str, str, str]]:
    flags = reference_flags(references(pages), pages=len(pages), blank=())
    return [(flag.kind, flag.detail, flag.where) for flag in flags]


def test_few_lines_on_the_last_page_that_counts_are_quoted() -> None:
    words = "We thank all. / Code is at hand."
    few = (
        "last-counted-page-nearly-empty",
        f'2 lines that are not references on the last page that counts: "{words}"',
        "p2",
    )
    assert told(BODY, ["We thank all.", "Code is at hand.", "References", *ENTRIES]) == [few]
    assert told(BODY, [*BODY[5:10], "References", *ENTRIES]) == []


def test_a_list_inside_the_references_wants_a_person() -> None:
    (flag,) = told(
        BODY, ["References", *ENTRIES, "Further reading", *(f"C. Third. Title {n}. In ICLR, 2019." for n in "abc")]
    )
    assert flag == (
        "several-reference-lists",
        'a list under "Further reading" is taken for a part of the references',
        "p2",
    )


@pytest.mark.parametrize(
    ("title", "detail"),
    [
        ("Refrences", 'a list below "Refrences", which is no usual title of one'),
        ("Papers that we used", 'a list below "Papers that we used", which is no usual title of one'),
    ],
)
def test_a_list_under_an_unforeseen_title_is_doubted_in_its_words(title: str, detail: str) -> None:
    assert told(BODY, [title, *ENTRIES]) == [("references-low-confidence", detail, "p2")]


def test_an_empty_page_before_the_references_does_not_count_and_wants_a_person() -> None:
    found = references([BODY, [], ["References", *ENTRIES]])
    assert without_blank(found, [2]).counted == {1}
    flags = list(reference_flags(found, pages=3, blank=[2]))
    assert [(flag.kind, flag.where) for flag in flags] == [("blank-page-among-text", "p2")]
    (flag,) = reference_flags(references([BODY, ["References", *ENTRIES], []]), pages=3, blank=[3])
    assert flag.kind == "blank-page"
