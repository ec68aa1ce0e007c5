"""Characters of a text are counted without its blanks, whatever kind of blank."""

from validator.measuring.probes.paper_lines import characters


def test_every_kind_of_blank_is_left_out_and_nothing_else() -> None:
    every = "".join(map(chr, range(0x30000)))
    assert characters(every) == sum(not character.isspace() for character in every)
