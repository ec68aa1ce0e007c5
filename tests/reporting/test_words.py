"""Numbers, marks and student text as every renderer prints them."""

import pytest

from validator.reporting import words


@pytest.mark.parametrize(
    ("said", "value"),
    [("150,000", 150_000), ("0.9134", 0.91342), ("5", 5.0), ("1.2e-07", 1.2e-7), ("12,345.68", 12345.678), ("–", None)],
)
def test_a_number_is_said_as_a_person_writes_it(said, value):
    assert said == words.number(value)


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ("red", "\x1b[31mred\x1b[0m"),
        ("title", "\x1b]0;evil\x07title"),
        ("a b", "a\nb"),
        ("gpj.exe", "\u202egpj.exe"),
        ("\ufffd", "\udce9"),
        ("a b", "a\u2028b"),
        ("ab", "a\x9b\u200bb"),
        ("Zoë 图", "Zoë 图"),
    ],
)
def test_hostile_characters_are_dropped_and_names_kept(seen, text):
    assert seen == words.clean(text)


def test_a_very_long_name_is_cut():
    assert len(words.short("x" * 10_000, 20)) == 20
    assert words.short("x" * 10_000, 20).endswith("…")
