"""Numbers as running text prints them: separators, k and M, powers of ten, per cent, plus-minus. Knows no claim.

Every pattern starts at a digit or a word that no digit or letter stands before, and repeats at most a fixed number of
times: the work is linear in the text, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

LOCALE, LOST_SUPERSCRIPT, GLUED = "locale", "lost-superscript", "glued-footnote"

THIN = "\u00a0\u2007\u2009\u200a\u202f"
_SEPARATOR = rf"(?P<sep>,|\{{,\}}|\\,|['\u2019]|[ {THIN}])"
_GROUPED = rf"(?P<grouped>\d{{1,3}}{_SEPARATOR}\d{{3}}(?:(?P=sep)\d{{3}}){{0,3}}(?P<tail>\.\d{{1,6}})?)"
_DOTTED = r"(?P<dotted>\d{1,3}(?:\.\d{3}){2,4})"
_PLAIN = r"(?P<plain>\d{1,15})(?:\.(?P<point>\d{1,12})|,(?P<comma>\d{1,6}))?"
_BARE = r"\.(?P<bare>\d{1,6})"
_BODY = rf"(?:{_GROUPED}(?!\d)|{_DOTTED}(?!\d)|{_PLAIN}(?!\d)|{_BARE}(?!\d))"
_FORMAT = r"\d{0,3}\.\d{1,3}(?:[fg]\b|[e%]\})"
"""How code in a paper says in which form a number will be printed: `{accuracy:.3f}`."""
NUMBER = re.compile(rf"(?<![\w.,^])(?!{_FORMAT})(?<![A-Za-z][-\u2010\u2011\u2013]){_BODY}")
TIMES = re.compile(
    r"\s?(?:[x\u00d7\u00b7*\u22c5]|\\times|\\cdot)\s?10\s?(?P<mark>\^|\*\*)?\s?\{?(?P<power>\d{1,2})\}?(?!\d)"
)
POWER = re.compile(r"\s?(?:\^|\*\*)\s?\{?(?P<power>\d{1,2})\}?(?!\d)")
EXPONENT = re.compile(r"[eE]\+?(?P<power>\d{1,2})\b")
MULTIPLE = re.compile(r"\s?(?P<word>[kKM]|[Tt]housand|[Mm]illion|[Bb]illion)(?![\w])")
PERCENT = re.compile(r"\s?\\?%|\s(?:percent|per cent)\b")
PLUS_MINUS = re.compile(r"\s{0,3}(?:\u00b1|\+\s?/?\s?[-\u2212\u2013]|\\pm|\$\\pm\$)\s{0,3}")
DEVIATION = re.compile(
    r"\s{0,2}[,(;]?\s{0,2}(?:and\s|with\s)?(?:an?\s)?(?:std\.?|s\.?d\.?|stdev|\u03c3|standard\sdeviation)(?:\sof|\sis)?\s?[:=]?\s?",
    re.IGNORECASE,
)
CLOSING = re.compile(r"\s?\)\s?\\?%?")
FACTORS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9}

_UNITS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_TENS = {"eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}
SPELT = _UNITS | _TENS | {"a": 1, "half a": 0.5, "seventy": 70, "eighty": 80, "ninety": 90}
WORDS = re.compile(
    rf"\b(?P<first>{'|'.join(sorted(SPELT, key=len, reverse=True))})(?P<hundred>[\s-]hundred)?[\s-]"
    r"(?P<large>thousand|million)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number of a sentence; `start` and `end` take in its sign, unit and spread."""

    start: int
    end: int
    value: float
    """A percentage stays what it is: `93.4 %` is 93.4."""
    resolution: float
    """What one more in its last printed digit would add."""
    percent: bool = False
    decimals: int = 0
    scaled: bool = False
    """Whether k, M or a power of ten stands behind it."""
    spread: float | None = None
    flags: tuple[str, ...] = ()


def numbers(text: str) -> list[Number]:
    """Every number of one sentence, in order; the spread behind a plus-minus sign belongs to the number before it."""
    found: list[Number] = []
    for number in sorted([*_digits(text), *_spelt(text)], key=lambda number: number.start):
        again = found and found[-1].value == number.value and text[found[-1].end : number.start].strip() == "("
        if again:  # 10,000 (ten thousand)
            found[-1] = replace(found[-1], end=number.end + text[number.end :].startswith(")"))
        else:
            found.append(number)
    return found


def _digits(text: str) -> Iterator[Number]:
    place = 0
    while (match := NUMBER.search(text, place)) is not None:
        number = _scaled(text, _body(match))
        number = _with_spread(text, number)
        place = max(number.end, match.end())
        yield number


def _spelt(text: str) -> Iterator[Number]:
    for match in WORDS.finditer(text):
        value = SPELT[match["first"].lower()] * (100 if match["hundred"] else 1) * FACTORS[match["large"].lower()]
        yield Number(start=match.start(), end=match.end(), value=value, resolution=1.0, scaled=True)


def _body(match: re.Match[str]) -> Number:
    """The digits alone."""
    said = {name: value for name, value in match.groupdict().items() if value is not None}
    start, end = match.span()
    if "grouped" in said:
        decimals = len(said.get("tail", ".")) - 1
        whole = re.sub(r"[^\d.]", "", said["grouped"].replace(said["sep"], ""))
        if whole.startswith("0") and said["sep"] == ",":  # 0,934
            return _plain(start, end, float(f"0.{whole[1:]}"), len(whole) - 1, (LOCALE,))
        return _plain(start, end, float(whole), decimals, ())
    if "dotted" in said:
        return _plain(start, end, float(said["dotted"].replace(".", "")), 0, (LOCALE,))
    if "bare" in said:
        return _plain(start, end, float(f"0.{said['bare']}"), len(said["bare"]), ())
    if "comma" in said:
        if len(said["comma"]) == 4 and not said["plain"].startswith("0"):  # 98,442 and a footnote's 1
            return _plain(start, end, float(said["plain"] + said["comma"][:3]), 0, (GLUED,))
        return _plain(start, end, float(f"{said['plain']}.{said['comma']}"), len(said["comma"]), (LOCALE,))
    point = said.get("point", "")
    return _plain(start, end, float(f"{said['plain']}.{point or 0}"), len(point), ())


def _plain(start: int, end: int, value: float, decimals: int, flags: tuple[str, ...]) -> Number:
    return Number(start=start, end=end, value=value, resolution=10.0**-decimals, decimals=decimals, flags=flags)


def _scaled(text: str, number: Number) -> Number:
    """With the power of ten, the multiple and the percent sign behind it."""
    end, factor, flags = number.end, 1.0, number.flags
    if times := TIMES.match(text, end):
        factor, end = 10.0 ** int(times["power"]), times.end()
        flags += () if times["mark"] else (LOST_SUPERSCRIPT,)
    elif number.value == 10 and (power := POWER.match(text, end)):
        return replace(number, value=10.0 ** int(power["power"]), resolution=1.0, scaled=True, end=power.end())
    elif exponent := EXPONENT.match(text, end):
        factor, end = 10.0 ** int(exponent["power"]), exponent.end()
    if multiple := MULTIPLE.match(text, end):
        factor, end = factor * FACTORS[multiple["word"].lower()], multiple.end()
    percent = PERCENT.match(text, end)
    return replace(
        number,
        value=number.value * factor,
        resolution=number.resolution * factor,
        scaled=factor != 1.0,
        percent=percent is not None,
        end=percent.end() if percent else end,
        flags=flags,
    )


def _with_spread(text: str, number: Number) -> Number:
    """With what stands after a plus-minus sign, or is called its standard deviation."""
    sign = PLUS_MINUS.match(text, number.end) or DEVIATION.match(text, number.end)
    match = NUMBER.match(text, sign.end()) if sign else None
    if sign is None or match is None:
        return number
    spread = _scaled(text, _body(match))
    end, percent = spread.end, number.percent or spread.percent
    if closing := CLOSING.match(text, end):
        opened = "(" in text[max(0, number.start - 1) : end]
        end = closing.end() if opened else end
        percent = percent or (opened and closing[0].endswith("%"))
    value = spread.value / 100 if spread.percent and not number.percent and number.value <= 1 else spread.value
    resolved = percent if number.value > 1 or number.percent else False
    return replace(number, spread=value, percent=resolved, end=end, flags=(*number.flags, *spread.flags))
