"""Text that is none, text that is little, and text in another language are told apart."""

import random

import pytest

from validator.measuring.probes.paper_hazards import text_flags

ENGLISH = "We train a small network on the images and show that it is as good as the larger ones of this field. " * 8
LATIN = (
    "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore " * 8
)
GERMAN = "Wir trainieren ein kleines Netz mit wenigen Parametern und zeigen seine Genauigkeit auf Bildern der Welt " * 8
KEY = dict(zip("abcdefghijklmnopqrstuvwxyz", random.Random(3).sample("abcdefghijklmnopqrstuvwxyz", 26), strict=True))


def kinds(*pages: str, pictured: bool = False, outlined: bool = False) -> list[str]:
    flags = text_flags(pages, pictured=[pictured] * len(pages), outlined=[outlined] * len(pages))
    return [flag.kind for flag in flags if not flag.where]


def test_english_prose_has_no_flag() -> None:
    assert kinds(ENGLISH) == []


@pytest.mark.parametrize("text", [LATIN, GERMAN])
def test_another_language_is_not_called_garbled(text: str) -> None:
    assert kinds(text) == ["not-english"]


def test_letters_stored_under_other_codes_are_garbled() -> None:
    assert kinds("".join(KEY.get(letter, letter) for letter in ENGLISH.lower())) == ["garbled-text"]


def test_a_few_words_a_page_are_little_text() -> None:
    assert kinds("Page 1", "Page 2") == ["little-text"]


@pytest.mark.parametrize("drawn", [{"pictured": True}, {"outlined": True}])
def test_a_few_words_over_a_drawing_may_hide_text(drawn: dict[str, bool]) -> None:
    assert kinds("Page 1", "Page 2", **drawn) == ["low-text"]


def test_a_page_without_any_character_is_not_called_little() -> None:
    assert kinds("Page 1", "") == ["low-text"]
