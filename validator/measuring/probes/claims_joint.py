"""Numbers of one sentence that belong together: lists, rows, sums, spreads that follow, what holds `respectively`.

Takes numbers with the nouns beside them and adds those that have their noun from another; judges no value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from validator.measuring.probes.claims_cues import PAIR, PAIR_BEHIND
from validator.measuring.probes.claims_lines import roles_in
from validator.measuring.probes.claims_matching import NUMBER_FIRST, Match, matched
from validator.measuring.probes.claims_numbers import Number
from validator.measuring.probes.claims_parts import name, part_before, part_behind

CHAIN = re.compile(
    r"[\s,/;&()%]{0,4}(?:(?:and|or|to|for|on|the|train(?:ing)?|test(?:ing)?|set|data|respectively)\b[\s,:/()]{0,3}){0,7}"
)
SEPARATOR = re.compile(r"[,/;&]|\b(?:and|or|to)\b")
OF = re.compile(r"\s(?:out\s)?of\s(?:the|its|our|all)\s(?:(?:allowed|available|permitted)\s)?", re.IGNORECASE)
UNUSED = re.compile(
    r"\b(?:unused|left|leav(?:e|es|ing)|remain\w{0,3}|spar(?:e|es|ed)|sav(?:e|es|ed|ing))\b", re.IGNORECASE
)
SEVERAL, PART = "several-values", "part-of-sum"
ROW = re.compile(r"\s{1,20}(?:[-\u2013\u2014|]\s{1,20}){0,3}")
"""What stands between two numbers of a row of a table, and of no sentence."""
SUM_BEFORE = re.compile(
    r"\b(?:giving|gives?|making|makes?|totall?ing|total of|sums? (?:up )?to|add(?:s|ing)? up to|amounts? to|hence"
    r"|altogether|in total|overall|together)\s(?:a total of\s)?$",
    re.IGNORECASE,
)
SUM_AFTER = re.compile(r"\s?(?:in total|overall|altogether|in all|all together|together|combined)\b", re.IGNORECASE)
AT = re.compile(r"\bat\s(?:only\s|just\s|about\s)?$", re.IGNORECASE)
ORDER = re.compile(r"\brespectively\b", re.IGNORECASE)
TURNED = re.compile(r"\b(?:former|latter)\b", re.IGNORECASE)
DEVIATIONS = re.compile(
    r"\b(?:standard deviations?|std\.? ?dev\w{0,7}|stds?|SDs?)\s(?:of|being|are|were)\s$", re.IGNORECASE
)
ANNOUNCED = re.compile(
    r"\bmeans?\s?(?:and|with|\()\s?(?:the\s|their\s)?(?:standard deviations?|stds?|SDs?)\b", re.IGNORECASE
)


def matches(text: str) -> list[Match]:
    """Numbers with their nouns, in reading order; a number belongs to one noun at most."""
    seen = matched(text)
    if not seen.taken:
        return []
    taken = _with_spreads(text, seen.found, seen.taken)
    taken = _of_limits(text, seen.found, taken, seen.skipped)
    taken = _summed(text, seen.found, taken, seen.skipped)
    taken = _chained(text, seen.found, taken, seen.skipped)
    taken = _placed(text, seen.found, taken)
    return _ordered(text, [match for _, match in sorted(taken.items())])


def _with_spreads(text: str, found: Sequence[Number], taken: dict[int, Match]) -> dict[int, Match]:
    """With standard deviations listed behind their means, or in brackets where the sentence says what they are."""
    answer = dict(taken)
    first = next(
        (n for n, one in enumerate(found) if DEVIATIONS.search(text[max(0, one.start - 40) : one.start])), None
    )
    if first is not None:
        spreads = [first]
        while spreads[-1] + 1 < len(found) and _joined(text, found[spreads[-1]], found[spreads[-1] + 1]):
            spreads.append(spreads[-1] + 1)
        means = [n for n in sorted(taken) if n < first and taken[n].kind not in NUMBER_FIRST][-len(spreads) :]
        if len(means) == len(spreads):
            for mean, spread in zip(means, spreads, strict=True):
                answer[mean] = _spread(answer[mean], found[spread])
                answer.pop(spread, None)
    if ANNOUNCED.search(text):
        for place in [n for n in taken if n + 1 < len(found) and taken[n].kind not in NUMBER_FIRST]:
            between, behind = text[found[place].end : found[place + 1].start], text[found[place + 1].end :]
            if between.strip() == "(" and behind.startswith(")"):
                answer[place] = _spread(answer[place], found[place + 1])
                answer.pop(place + 1, None)
    return answer


def _spread(match: Match, spread: Number) -> Match:
    """With its standard deviation, in the unit of the mean."""
    number = match.number
    if number.spread is not None:
        return match
    value = spread.value / 100 if spread.percent and not number.percent and number.value <= 1 else spread.value
    return replace(match, number=replace(number, spread=value))


def _of_limits(text: str, found: Sequence[Number], taken: dict[int, Match], skipped: set[int]) -> dict[int, Match]:
    """With what stands before a limit: of `45k of the 100k parameters` the first is said of the model."""
    answer = dict(taken)
    for place, match in taken.items():
        free = place > 0 and place - 1 not in taken and place - 1 not in skipped and match.kind in NUMBER_FIRST
        if free and OF.fullmatch(text[found[place - 1].end : found[place].start]) and not UNUSED.search(text):
            answer[place - 1] = replace(match, number=found[place - 1])
    return answer


def _summed(text: str, found: Sequence[Number], taken: dict[int, Match], skipped: set[int]) -> dict[int, Match]:
    """With a number that is said to be the total of counts before it; counts that add up to another are its parts."""
    answer = dict(taken)
    for place, number in enumerate(found):
        said = SUM_BEFORE.search(text[max(0, number.start - 40) : number.start]) or SUM_AFTER.match(text, number.end)
        owners = [answer[n] for n in sorted(answer) if n < place and answer[n].kind in NUMBER_FIRST]
        if said and owners and place not in answer and place not in skipped and _is_count(number):
            answer[place] = replace(owners[-1], number=number, flags=(), total=True)
    for kind in NUMBER_FIRST:
        places = [n for n in sorted(answer) if answer[n].kind == kind]
        for whole in places:
            parts = [n for n in places if n != whole]
            while len(parts) > 1 and sum(found[n].value for n in parts) > found[whole].value:
                parts = parts[:-1]
            if len(parts) > 1 and sum(found[n].value for n in parts) == found[whole].value:
                for part in parts:
                    answer[part] = replace(answer[part], flags=(PART,))
    return answer


def _is_count(number: Number) -> bool:
    return not number.percent and (number.scaled or number.decimals == 0)


def _placed(text: str, found: Sequence[Number], taken: dict[int, Match]) -> dict[int, Match]:
    """Numbers of a row, and counts at each of which something was read off, are several."""
    answer = dict(taken)
    at = [n for n, one in taken.items() if one.kind in NUMBER_FIRST and _is_read_at(text, found[n])]
    for place, match in taken.items():
        before = place > 0 and place - 1 not in taken and _is_row(text, found, place - 1)
        if before or _is_row(text, found, place) or (len(at) > 1 and place in at):
            answer[place] = replace(match, flags=tuple(dict.fromkeys((*match.flags, SEVERAL))))
    return answer


def _is_read_at(text: str, number: Number) -> bool:
    return AT.search(text[max(0, number.start - 12) : number.start]) is not None


def _is_row(text: str, found: Sequence[Number], place: int) -> bool:
    """Whether nothing but space stands between this number and the next."""
    behind = found[place + 1 : place + 2]
    return bool(behind) and ROW.fullmatch(text[found[place].end : behind[0].start]) is not None


def _ordered(text: str, told: list[Match]) -> list[Match]:
    """With the model of each of two counts, where both models are named before them in the same order."""
    if TURNED.search(text):
        return [replace(match, about="") for match in told]
    roles = roles_in(text)
    if not ORDER.search(text) or len(roles) != 2:
        return told
    answer = list(told)
    for kind in {match.kind for match in told}:
        places = [n for n, match in enumerate(told) if match.kind == kind]
        if len(places) == 2:
            for n, role in zip(places, roles, strict=True):
                flags = tuple(flag for flag in told[n].flags if flag != SEVERAL)
                answer[n] = replace(told[n], about=role, flags=flags)
    return answer


def _chained(text: str, found: Sequence[Number], taken: dict[int, Match], skipped: set[int]) -> dict[int, Match]:
    """With the numbers that stand in one list with a number that was taken."""
    groups: list[list[int]] = []
    for place in range(len(found)):
        if (
            place
            and place not in skipped
            and place - 1 not in skipped
            and _joined(text, found[place - 1], found[place])
        ):
            groups[-1].append(place)
        else:
            groups.append([place])
    answer = dict(taken)
    for group in groups:
        owners = [taken[place] for place in group if place in taken]
        if len(group) < 2 or len(owners) != 1:
            continue
        owner = owners[0]
        behind = [part_behind(text, found[place]) for place in group]
        named = behind if all(behind) else [part_before(text, found, place) for place in group]
        pair = PAIR.search(text[max(0, owner.cue[0] - 40) : owner.cue[0]])
        pair = pair or PAIR_BEHIND.fullmatch(text[owner.cue[1] : found[group[0]].start])
        if len(group) == 2 and pair and not any(named[1:]):
            named = [name(pair[1]), name(pair[2])]
        told = len({*named} - {""}) == len(group) or (
            len({*named[1:]} - {""}) == len(group) - 1 and owner.kind != "fid"
        )
        flags = () if told and owner.kind not in NUMBER_FIRST else (SEVERAL,)
        for place, part in zip(group, named, strict=True):
            answer[place] = replace(owner, number=found[place], part=part, flags=flags)
    return answer


def _joined(text: str, first: Number, second: Number) -> bool:
    """Whether nothing but a comma, a stroke, `and` or the name of a part stands between two numbers."""
    gap = text[first.end : second.start]
    return len(gap) < 40 and SEPARATOR.search(gap) is not None and CHAIN.fullmatch(gap) is not None
