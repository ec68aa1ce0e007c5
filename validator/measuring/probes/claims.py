"""Sentences -> claims: which number is said of what, of which model, and why it may not be the final one.

Candidates with their words, never a verdict. Knows no limit; reads no file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from validator.evidence import Claim
from validator.measuring.probes import claims_deductions
from validator.measuring.probes.claims_cues import CLASSIFIER, GENERATOR
from validator.measuring.probes.claims_flags import flags_of
from validator.measuring.probes.claims_joint import OF, matches
from validator.measuring.probes.claims_lines import is_before_roles, role_at
from validator.measuring.probes.claims_matching import NUMBER_FIRST, Match
from validator.measuring.probes.claims_numbers import GLUED, LOCALE, LOST_SUPERSCRIPT, Number
from validator.measuring.probes.claims_parts import part_of
from validator.measuring.probes.claims_text import Sentence

MOST_CLAIMS, MOST_SEEN = 200, 1_000
"""Different claims kept, and claims looked at: a paper states some dozens."""
QUOTE_CHARACTERS = 70
UNITS = {"parameters": "parameters", "steps": "steps", "accuracy": "share", "loss": "nats", "fid": "FID"}
LEAST = {"parameters": 500.0, "steps": 10.0, "accuracy": 0.0, "loss": 0.0, "fid": 0.0}
MOST = {"parameters": 1e13, "steps": 1e10, "accuracy": 1.0, "loss": 1e4, "fid": 2e3}
"""What a value may be, in its unit; anything else is said of something else."""
FEWEST_BESIDE = 1_000
"""Smaller counts in a sentence on a penalty are what it takes off."""
POWERS = range(102, 110)
"""What ten to a power looks like once its exponent has lost its height."""


def claims(sentences: Iterable[Sentence]) -> tuple[Claim, ...]:
    """Every claim in these sentences, in reading order and without repetition; at most `MOST_CLAIMS`."""
    found: dict[Claim, None] = {}
    seen = 0
    for sentence in sentences:
        for claim in _claims(sentence):
            found[claim] = None
            seen += 1
        if len(found) >= MOST_CLAIMS or seen >= MOST_SEEN:
            break
    return tuple(found)[:MOST_CLAIMS]


def _claims(sentence: Sentence) -> Iterator[Claim]:
    limited = -1
    found = matches(sentence.text)
    deducted = list(claims_deductions.stated(sentence))
    unclear = bool(found) and is_before_roles(sentence.text, found[0].number.start)
    for match in found:
        claim = claim_of(sentence, match)
        if claim is None or (deducted and claim.kind in NUMBER_FIRST and claim.value < FEWEST_BESIDE):
            continue  # `-5 (classifier steps) - 10 (parameters)`
        if unclear and claim.kind in NUMBER_FIRST and match.about is None:
            claim = replace(claim, about="")
        after_limit = limited >= 0 and not OF.match(sentence.text, match.number.end)
        between = sentence.text[limited : match.number.start].strip() if after_limit else ""
        if between in (
            "and",
            ",",
            "or",
            "/",
            "and at most",
        ):  # 100,000 parameters and 10,000 steps
            claim = replace(claim, flags=tuple(dict.fromkeys((*claim.flags, "limit"))))
        limited = max(match.number.end, match.cue[1]) if "limit" in claim.flags else -1
        yield claim
    for value, start, end, flags in deducted:
        yield Claim(
            kind=claims_deductions.KIND,
            about=role_at(sentence.text, start),
            value=value,
            unit="marks",
            where=sentence.where,
            quote=claims_deductions.headed(sentence) + quote_of(sentence.text, start, end),
            flags=(*flags, *sentence.flags),
        )


def claim_of(sentence: Sentence, match: Match) -> Claim | None:
    """The claim of one number with its noun, or None when it cannot be a number of that kind."""
    told = valued(match.kind, match.number)
    if told is None:
        return None
    text = sentence.text
    part = part_of(text, match) if match.kind in ("accuracy", "loss") else ""
    glued = (GLUED,) if text[match.cue[1] - 1].isdigit() and match.kind in NUMBER_FIRST else ()
    flags = (*told.flags, *glued, *match.flags, *flags_of(sentence, match), *sentence.flags)
    return Claim(
        kind=match.kind,
        about=about_kind(match.kind, _about(sentence, match.number.start) if match.about is None else match.about),
        value=told.value,
        unit=UNITS[match.kind],
        where=sentence.where,
        quote=quote_of(text, min(match.number.start, match.cue[0]), max(match.number.end, match.cue[1])),
        spread=told.spread,
        resolution=told.resolution,
        part="" if part == "validation" else part,
        flags=tuple(dict.fromkeys(flags)),
    )


def valued(kind: str, number: Number) -> Number | None:
    """The number in the unit of its kind; None when it cannot be one."""
    one = _counting(number) if kind in NUMBER_FIRST else _share(number) if kind == "accuracy" else _plain(number)
    if one is None or not math.isfinite(one.value) or not LEAST[kind] <= one.value <= MOST[kind]:
        return None
    if one.spread is not None and not 0 <= one.spread <= MOST[kind]:
        return replace(one, spread=None)
    return one


def _counting(number: Number) -> Number | None:
    """A whole number: `98.442` is one in another country's print, and `104` may be ten to the fourth."""
    if number.percent:
        return None
    if not number.scaled and number.decimals == 3 and LOCALE not in number.flags:
        return replace(number, value=round(number.value * 1000), resolution=1.0, flags=(*number.flags, LOCALE))
    if not number.scaled and number.decimals:
        return None
    if not number.scaled and number.value in POWERS:
        value = 10.0 ** (number.value - 100)
        return replace(number, value=value, flags=(*number.flags, LOST_SUPERSCRIPT))
    return replace(number, value=float(round(number.value)), resolution=max(number.resolution, 1.0))


def _share(number: Number) -> Number | None:
    """A share of one: `93.4 %`, `93.4` and `0.934` are the same."""
    hundredths = number.percent or number.value > 1
    factor = 0.01 if hundredths else 1.0
    unclear = ("no-unit",) if not number.percent and (number.decimals == 0 or number.value == 1) else ()
    spread = None if number.spread is None else round(number.spread * factor, 12)
    return replace(
        number,
        value=round(number.value * factor, 12),
        resolution=number.resolution * factor,
        spread=spread,
        flags=(*number.flags, *unclear),
    )


def _plain(number: Number) -> Number | None:
    return None if number.percent else number


def about_kind(kind: str, about: str) -> str:
    """An FID is the generative model's, an accuracy the classifier's, where nothing else is said."""
    return GENERATOR if kind == "fid" else about or (CLASSIFIER if kind == "accuracy" else "")


def _about(sentence: Sentence, place: int) -> str:
    """The model that the sentence names, the nearest before the number where it names both; else its section's.

    Where the sentence names the model that its section is not of, nobody knows: images are generated for a classifier.
    """
    named = role_at(sentence.text, place)
    if named and sentence.section and named != sentence.section:
        return ""
    return named or sentence.section or sentence.spoken


def quote_of(text: str, start: int, end: int) -> str:
    """The words around a number, 70 characters each way at most."""
    first, last = max(0, start - QUOTE_CHARACTERS), min(len(text), end + QUOTE_CHARACTERS)
    before, after = "..." if first else "", "..." if last < len(text) else ""
    return before + " ".join(text[first:last].split())[:400] + after
