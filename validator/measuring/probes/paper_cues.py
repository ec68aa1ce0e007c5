"""What one line, or a few, look like: the heading of a list, an entry, prose, the title of something else.

Knows no page and no order of lines beyond those it is given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from validator.measuring.probes.paper_words import (
    CUE,
    ENDINGS,
    HEADING_RUN_IN,
    HEADING_STEMS,
    HEADINGS,
    LETTERED,
    NUMBER,
    NUMBERING,
    OWN_CODE,
    PROSE,
    REMARK,
    RULE,
    RUN_IN,
    SECOND_LISTS,
    TAIL,
    WEAK_HEADINGS,
    WHOLE_ENDINGS,
)

MEASURE_CHARACTERS, SHORTEST_CHARACTERS = 70, 35
"""Characters of a full line in one column, and the least that a line is taken for."""
LOOSE_CHARACTERS, LOOSE_WORDS = 50, 6
ENTRY_SHARE = 0.25
"""Share of lines that look like entries above which text is a list."""
PROSE_SHARE = 0.07
"""Share of words like `we`, `is`, `that` in running text: 0.12 and more in reports, 0.02 in entries."""
ROW_WORDS = 3
"""Words that name the row of a table, at most."""
NAME = r"(?:(?:van|von|de|der|den|du|la|le|di|da|al|el)[ -])*[A-Z][\w'\u2019.-]*"
PERSON = rf"{NAME}(?:,? {NAME}){{0,15}}"
LABEL = r"(?:\[[^\]]{1,12}\] ?|\d{1,3}\.? ?|[\u2022\u25aa\u25e6\u2023\u2013*-] ?)?"
AUTHORS = re.compile(
    rf"^{LABEL}{PERSON}(?:,? (?:and|&|und|et|y) {PERSON})?"
    r"(?:(?<=[^\W\d_][^\W\d_])\.(?: |$)| ?\((?:19|20)\d\d| ?\([Ee]ds?|,? et al)"
)
"""The start of an entry: names, as `Anna Kessler, Leo Valdez, and Maria Yamato.` or `Kessler, A. (`."""


def is_heading(line: str) -> bool:
    """Whether a line is nothing but the title of a list of references, however it is numbered or spaced."""
    return any(form in HEADINGS for form in _forms(line))


def is_weak_heading(line: str) -> bool:
    """Whether such a title could as well be that of a section of the text."""
    return any(form in WEAK_HEADINGS for form in _forms(line))


def may_be_heading(line: str) -> bool:
    """Whether a line could be such a title with more words in it, as `References and links`; what follows decides."""
    few = len(line) <= LOOSE_CHARACTERS and len(line.split()) <= LOOSE_WORDS and CUE.search(line) is None
    return few and may_be_title(line) and any(stem in form for form in _forms(line) for stem in HEADING_STEMS)


def is_heading_run_in(line: str) -> bool:
    """Whether a line is such a title with the start of the first entry behind it."""
    rest = HEADING_RUN_IN.sub("", line, count=1)
    return rest != line and is_entry_line(rest)


def is_entry_line(line: str) -> bool:
    """Whether a line bears a mark of a reference entry: a year, a venue, a link, `[n]`, or names that start one."""
    return CUE.search(line) is not None or AUTHORS.match(line) is not None


def entry_share(lines: Sequence[str]) -> float:
    """Lines with a mark of an entry for each line of a full measure.

    In a narrow column an entry takes twice the lines with the same marks, so short lines weigh less.
    """
    full_lines = sum(min(1.0, max(len(line), SHORTEST_CHARACTERS) / MEASURE_CHARACTERS) for line in lines)
    return min(1.0, sum(map(is_entry_line, lines)) / full_lines) if lines else 0.0


def is_prose(lines: Sequence[str]) -> bool:
    """Whether most of these lines bear words of running text, which titles of works rarely do."""
    words = [re.findall(r"[^\W\d_]+", line.casefold()) for line in lines]
    told = [sum(word in PROSE for word in some) for some in words]
    every = sum(map(len, words))
    return every > 0 and sum(told) >= PROSE_SHARE * every and sum(map(bool, told)) >= 0.7 * len(lines)


def is_list(lines: Sequence[str]) -> bool:
    """Whether these lines are a list of works; none are no list, and neither is one word that could be a name."""
    told = any(CUE.search(line) or len(line.split()) > 2 for line in lines if is_entry_line(line))
    return told and entry_share(lines) >= ENTRY_SHARE and not is_prose(lines[:4])


def is_ending(line: str) -> bool:
    """Whether a line is the title of something after the list, and not a wrapped line of an entry."""
    if RUN_IN.match(line) or OWN_CODE.match(line):
        return True
    sentence = line.endswith((",", ";")) or (line.endswith(".") and len(line.split()) > 4)
    if len(line) > 60 or sentence or line[:1].islower() or CUE.search(line):
        return False
    forms = _forms(line)
    return LETTERED.match(line) is not None or any(form.startswith(ENDINGS) or form in WHOLE_ENDINGS for form in forms)


def is_second_list(line: str) -> bool:
    """Whether a line is nothing but the title of a list beside the references, as `Further reading`."""
    return any(form in SECOND_LISTS for form in _forms(line))


def is_row(line: str) -> bool:
    """Whether a line reads like the row of a table or the ticks of an axis: numbers with few words."""
    words = line.split()
    numbers = sum(NUMBER.fullmatch(word) is not None for word in words)
    letters = sum(NUMBER.fullmatch(word) is None and any(map(str.isalpha, word)) for word in words)
    columns = len(words) > 2 and all(NUMBER.fullmatch(word) and not word.endswith((",", ";")) for word in words[-2:])
    return columns or (numbers >= 2 and letters <= ROW_WORDS) or (numbers >= 1 and not letters)


def may_be_title(line: str) -> bool:
    """Whether the words of a line could be a title, if it is set as one."""
    letters = re.search(r"[^\W\d_]", line)
    return len(line) <= 90 and letters is not None and not line[:1].islower() and not line.endswith((",", ";", "-"))


def _forms(line: str) -> tuple[str, ...]:
    """The line without white space, accents and trailing marks, with and without its numbering; empty when too long."""
    if len(line) > 80:
        return ()
    plainly = REMARK.sub("", line, count=1) if line[:1].isupper() or line[:1].isdigit() else line
    folded = RULE.sub("", unicodedata.normalize("NFKC", plainly).casefold())
    squeezed = (plain(text) for text in (folded, NUMBERING.sub("", folded, count=1)))
    return tuple(TAIL.sub("", text) for text in squeezed if len(text) < 40)


def plain(text: str) -> str:
    """Without white space and without accents, also those that stand beside their letter."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one) and not one.isspace() and one not in LOOSE)


LOOSE = "\u00b4\u0060\u00a8\u02c6\u02dc\u00b8\u02c7\u00af"
"""Accents that TeX sets beside a letter."""
