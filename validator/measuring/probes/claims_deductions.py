"""Marks that a paper says it expects to lose or to gain: `Total penalty: -25 marks`, `no penalty`, `Bonus = 2+2 = 4`.

The word means other things in such papers (a gradient penalty, a penalty term): it counts only beside marks, or below
a heading, or where the sentence says that something is expected or incurred.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.measuring.probes.claims_numbers import NUMBER
from validator.measuring.probes.claims_text import Sentence
from validator.measuring.probes.claims_words import DEDUCTION_HEADING

KIND = "penalty"
ABOUT = re.compile(r"\b(?:penalt(?:y|ies)|bonus(?:es)?|deduct\w{0,5})\b", re.IGNORECASE)
OTHER_SENSE = re.compile(
    r"\bgradient[- ]penalt|\bpenalty (?:term|coefficient|weight|loss|function|parameter|factor|method|strength|lambda)"
    r"|\b(?:l_?[12]|weight|entropy|lipschitz|norm|smoothness|r1|zero-centered|regulari[sz]ation|KL)[- ]penalt"
    r"|wgan|\blambda\b|\u03bb",
    re.IGNORECASE,
)
COUNTED = re.compile(r"[\s-]{0,2}(?:%\s)?marks?\b", re.IGNORECASE)
NAMED = re.compile(
    r"\b(?:penalt(?:y|ies)|bonus(?:es)?|deductions?)\b(?:\s(?:incurred|expected|total|overall|score|marks?|of|is|are|was|will|be|we|"
    r"i|expect|for|this|our|the|submission|work|report|paper|both|models?|therefore|thus|in|a|to)\b){0,8}\s?[:=]{0,2}\s?[(]?",
    re.IGNORECASE,
)
SAID = re.compile(
    r"\b(?:total|overall|incur\w{0,5}|expect\w{0,3}|receiv\w{1,3}|final|this submission|our)\b", re.IGNORECASE
)
NONE = re.compile(
    r"\b(?:no|zero|nil|without(?: any| a)?|not (?:incur|expect|receive|have|exceed)\w{0,3}(?: any| a)?)\s"
    r"(?:\w{1,12}\s){0,2}"
    r"(?:penalt(?:y|ies)|deductions?|marks)\b|\b(?:penalt(?:y|ies)|deductions?)\b[^.;]{0,30}(?:[:=]|\bis\b|\bare\b|\bof\b)\s?"
    r"(?:none|zero|nil|n/a|nothing)\b",
    re.IGNORECASE,
)
TOTAL = re.compile(r"\b(?:total|sum|overall)\W{0,3}$", re.IGNORECASE)
"""Below a heading on penalties the word itself is mostly left out."""
TOTAL_OF = re.compile(r"\b(?:total|overall|sums? (?:up )?to|altogether)\b[^.;\d]{0,40}$", re.IGNORECASE)
PART = "part-of-sum"
"""What the others are where one is called the total."""
NONE_ALONE = re.compile(r"(?:none|nil|zero|n/a|nothing)\b", re.IGNORECASE)
SUPPOSED = re.compile(r"\b(?:would|could|might|had we|if we|were we)\b", re.IGNORECASE)
RULE = re.compile(r"\bfor (?:every|each)\b|\bper\b|\bevery 10\s?%|\beach 10\s?%", re.IGNORECASE)
MOST = 1_000.0


def stated(sentence: Sentence) -> Iterator[tuple[float, int, int, tuple[str, ...]]]:
    """Value (negative when marks are lost), start and end of its words, and flags."""
    text = sentence.text
    below = headed(sentence) != ""
    if (not ABOUT.search(text) and not below) or OTHER_SENSE.search(text):
        return
    flags = ("rule",) if RULE.search(text) else ("variant",) if SUPPOSED.search(text) else ()
    nothing = NONE.search(text) or (NONE_ALONE.match(text) if below else None)
    if nothing:
        yield 0.0, nothing.start(), nothing.end(), flags
        return
    told = list(_numbers(text, headed=below))
    totals = [start for start, _, _ in told if TOTAL_OF.search(text[:start])]
    for start, end, value in told:
        gained = re.search(r"\bbonus", f"{sentence.heading} {text[:start]}", re.IGNORECASE) is not None
        lost = not gained or _signed(text, start)
        amount = 0.0 if value == 0 else -value if lost else value
        part = (PART,) if totals and start not in totals else ()
        yield amount, start, end, (*flags, *part)


def headed(sentence: Sentence) -> str:
    """The heading on penalties below which the sentence stands, with a colon; empty where it is of something else."""
    heading = sentence.heading
    return f"{heading}: " if DEDUCTION_HEADING.search(heading) and not OTHER_SENSE.search(heading) else ""


def _numbers(text: str, *, headed: bool) -> Iterator[tuple[int, int, float]]:
    """Numbers of marks: before the word, or after a penalty that is said to be expected; of a sum, what it comes to."""
    found = [match for match in NUMBER.finditer(text) if match["plain"] and not match["comma"]]
    told: list[tuple[int, int, float]] = []
    for match in found:
        value = float(f"{match['plain']}.{match['point'] or 0}")
        if value <= MOST and _is_said(text, match, headed=headed):
            told.append((match.start(), match.end(), value))
    equal = text.rfind("=")
    after = [one for one in told if one[0] > equal >= 0]
    yield from after or told


def _is_said(text: str, match: re.Match[str], *, headed: bool) -> bool:
    if COUNTED.match(text, match.end()):
        return True
    if re.match(r"\s?%|\s?\w", text[match.end() : match.end() + 2]) and not headed:
        return False
    before = text[max(0, match.start() - 90) : match.start()].rstrip("-\u2212\u2013+ ")
    if headed and (_signed(text, match.start()) or TOTAL.search(before) or len(text.strip(" .")) == len(match[0])):
        return True
    named = [one for one in NAMED.finditer(before) if one.end() >= len(before.rstrip())]
    summed = re.search(r"[=+]\s?$", before) is not None and (headed or ABOUT.search(text) is not None)
    return (
        bool(named and (headed or SAID.search(text) or text[named[-1].end() - 2 :][:2].strip(" (")[-1:] in ":="))
        or summed
    )


def _signed(text: str, start: int) -> bool:
    return text[:start].rstrip()[-1:] in ("-", "\u2212", "\u2013")
