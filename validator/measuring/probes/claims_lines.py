"""One line of a page: a heading, an equation, a row of a table or a caption? Of which model does it speak?

Knows no sentence and no number.
"""

from __future__ import annotations

import functools
import re

from validator.measuring.probes.claims_cues import CUES, ROLES
from validator.measuring.probes.claims_words import ENDS_ROLE, HEADINGS

HEADING_CHARACTERS = 70
CAPTION = re.compile(r"(?:table|figure|fig|tab|algorithm)\.?\s?\d{1,2}\s?[:.|]\s", re.IGNORECASE)
NAMES = re.compile(r"\bCIFAR[- ]?\d{2,3}\b|\b[A-Z][A-Za-z]{1,12}-?\d{1,3}\b")
"""Names of data sets and networks, whose digits are no number."""
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-Z]\.?\d{0,2})\s{1,4}(?=[A-Z])")


def is_heading(line: str) -> bool:
    """A short line that starts with a section number and a capital, or is a known title, and ends without a stop."""
    if not 0 < len(line) <= HEADING_CHARACTERS or line[-1] in ".,;:=" or "=" in line:
        return False
    numbered = _NUMBERED.match(line)
    rest = line[numbered.end() :] if numbered else line
    if re.sub(r"[^a-z]", "", rest.lower()) in HEADINGS:
        return True
    words = rest.split()
    named = len(words) <= 8 and rest[:1].isupper() and not re.search(r"\d{2}|%", NAMES.sub("", rest))
    titled = len(words) <= 8 and bool(last_role(rest)) and all(w[0].isupper() or len(w) <= 4 for w in words)
    return named and (numbered is not None or titled or (rest.isupper() and len(rest) > 5))


def section_of(line: str, before: str) -> str:
    """The model that holds below this heading: the one it names; a general one goes on under its own titles only."""
    role = last_role(line)
    if role or ENDS_ROLE.search(line):
        return role
    numbered = _NUMBERED.match(line)
    top = numbered is not None and "." not in numbered[0].strip().rstrip(".")
    return "" if top else before


def last_role(text: str) -> str:
    """The model named last in the text; empty when neither is."""
    return max(_role_places(text), default=(0, ""))[1]


def role_at(text: str, place: int) -> str:
    """The model that the text names: the nearest before this place where it names both."""
    places = _role_places(text)
    return max((one for one in places if one[0] < place), default=max(places, default=(0, "")))[1]


def is_before_roles(text: str, place: int) -> bool:
    """Whether the text names both models, and this place comes before either: the next number is then whose?"""
    places = _role_places(text)
    return len({role for _, role in places}) > 1 and place < min(places)[0]


def roles_in(text: str) -> tuple[str, ...]:
    """The models that the text names, each once, in order."""
    return tuple(dict.fromkeys(role for _, role in sorted(_role_places(text))))


@functools.lru_cache(maxsize=16)
def _role_places(text: str) -> tuple[tuple[int, str], ...]:
    """Asked for again and again of one sentence."""
    return tuple((match.start(), role) for role, words in ROLES.items() for match in words.finditer(text))


def is_equation(line: str) -> bool:
    """A line of its own that is hardly words: what stands above it and below it are different sentences."""
    if any(cue.search(line) for kind, cue in CUES.items() if kind != "loss"):  # `steps = 10000` is said of something
        return False
    return bool(re.search(r"[=|\u2225\u2211\u222b]", line)) and len(re.findall(r"[A-Za-z]{4,20}", line)) < 2


def is_tabular(line: str) -> bool:
    """A row of numbers, or a row of titles: hardly a word in small letters, no stop, and no sentence on either side."""
    if len(line) > 140 or line.endswith((".", ",", ";", ":", "-")):
        return False
    small = len(re.findall(r"(?<!\S)\(?[a-z]{3,20}[.,;:)]?(?!\S)", line))
    counted = len(re.findall(r"(?<!\S)[~<(]?\d[\d.,]{0,14}[kKM%)]{0,2}(?!\S)", line))
    nouns = sum(cue.search(line) is not None for cue in CUES.values())
    return small < 2 and (counted >= 2 or (nouns >= 2 and not re.search(r"\d{2}", line)))
