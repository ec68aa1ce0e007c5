"""Why a number may not be the student's own final one: a limit, another's, a variant's, one of a list, misprinted.

Looks at the words around one number. A flag discredits a claim for contradicting, never for agreeing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from validator.measuring.probes import claims_cues as cues
from validator.measuring.probes import claims_words as words
from validator.measuring.probes.claims_matching import Match
from validator.measuring.probes.claims_numbers import numbers
from validator.measuring.probes.claims_parts import part_of
from validator.measuring.probes.claims_text import Sentence

PHRASE = re.compile(
    r";\s|,\s(?=(?:our|ours|we|the (?:final|submitted))\b)|,\s(?:while|whereas|but|and)\s|\b(?:while|whereas|but)\b"
)
NEXT = re.compile(r"[;,]\s|[(\d]")
"""Where what is said of a number ends at the latest."""
SAMPLES, FEWEST, FEWEST_SCORED = 10_000.0, 100.0, 5_000.0
"""Images on each side of an FID that is asked for; how many are more than shown; how many are more than some."""
MOST_TIMED = 1_000.0
"""So many steps `in 10 s` may be those of a sampler or of a test of speed; more are a training."""
BEFORE_CHARACTERS, AFTER_CHARACTERS = 120, 60


def flags_of(sentence: Sentence, match: Match) -> Iterator[str]:
    """Flags in words, each at most once."""
    text, number = sentence.text, match.number
    before, after = text[: number.start], text[max(number.end, match.cue[1]) :]
    near = before[-60:]
    phrase = (
        _phrase(before)
        + text[number.start : max(number.end, match.cue[1])]
        + NEXT.split(after, maxsplit=1)[0][:AFTER_CHARACTERS]
    )
    capped = words.AT_MOST.search(text[max(0, match.cue[0] - 30) : match.cue[0]])
    if capped or words.LIMIT.search(near) or words.LIMIT_AFTER.match(text, number.end):
        yield "limit"
    if _is_of_others(before, after, match):
        yield "cites-others"
    if words.DIFFERENCE.search(near) or (number.percent and words.POINTS.match(text, number.end)):
        yield "difference"
    compared = words.COMPARED.search(near) or len({*words.OPTIMISERS.findall(text)}) > 1
    if compared or words.VARIANT.search(phrase):
        yield "variant"
    if words.TUNING.search(phrase) and not match.total:
        yield "tuning-run"
    if words.APPROXIMATE.search(near):
        yield "approximate"
    yield from _by_kind(sentence, match, near, phrase)


def _by_kind(sentence: Sentence, match: Match, near: str, phrase: str) -> Iterator[str]:
    text, number = sentence.text, match.number
    noun = text[min(number.end, match.cue[0]) : match.cue[1]]
    parted = words.ONE_NETWORK.search(phrase) or (words.ADVERSARIES.search(text) and "generator" in phrase.lower())
    if match.kind in ("parameters", "steps") and parted and not (match.total or words.WHOLE.search(phrase)):
        yield "one-network"
    if match.kind == "steps":
        yield from _of_steps(text, match, near, noun)
    if match.kind in ("accuracy", "loss", "fid") and words.EARLIER.search(phrase):
        yield "earlier"
    if match.kind in ("accuracy", "loss"):
        if part_of(text, match) == "validation":
            yield "validation"
        if number.spread is not None and words.OVER_SEEDS.search(text):
            yield "over-seeds"
        if words.TOP.search(phrase):
            yield "top-k"
        if words.SOME_IMAGES.search(phrase):
            yield "some-images"
        if any(count < FEWEST_SCORED for count in _counts_of_images(phrase)):
            yield "other-size"
    if match.kind == "fid":
        yield from _of_fid(text, match.cue, number.end, phrase)


def _of_steps(text: str, match: Match, near: str, noun: str) -> Iterator[str]:
    number = match.number
    if words.OTHER_STEPS.search(text[max(0, match.cue[0] - 30) : match.cue[0]]) or noun.lower().startswith("time"):
        yield "other-steps"
    elif words.SAMPLER.search(text) and not words.TRAINED.search(text):
        yield "sampling"
    behind = max(number.end, match.cue[1])
    if words.PER.match(text, match.cue[1]) or words.EPOCH_BEFORE.search(near) or words.EPOCH_AFTER.match(text, behind):
        yield "per-epoch"
    passed = words.STEP_AT.search(text[: number.start]) if match.cue[0] < number.start else None
    if passed and not words.ENDS.search(text[: passed.start()]):
        yield "partial"
    timed = number.value <= MOST_TIMED and words.TIMED.match(text, behind)
    if match.cue[0] > number.start and (timed or words.PARTIAL.search(near)):
        yield "partial"


def _of_fid(text: str, cue: tuple[int, int], end: int, phrase: str) -> Iterator[str]:
    if words.CLEAN.search(phrase + text[end : end + AFTER_CHARACTERS]):
        yield "clean-fid"
    if words.AGAINST_TRAIN.search(phrase):
        yield "against-train"
    if len(words.SAMPLED_WITH.findall(text)) > 1:
        yield "several-samplers"
    named = re.search(r"(\d{1,3})k$", text[cue[0] : cue[1]], re.IGNORECASE)
    counts = [1e3 * float(named[1])] if named else _counts_of_images(phrase)
    if counts and SAMPLES not in counts:
        yield "other-size"


def _counts_of_images(phrase: str) -> list[float]:
    """The numbers of images or samples that the phrase names, but for those of a batch that is shown."""
    return [one.value for one in numbers(phrase) if cues.IMAGES.match(phrase, one.end) and one.value >= FEWEST]


def _phrase(before: str) -> str:
    """What stands before the number in its own clause."""
    window = before[-BEFORE_CHARACTERS:]
    turns = list(PHRASE.finditer(window))
    return window[turns[-1].start() :] if turns else window


def _is_of_others(before: str, after: str, match: Match) -> bool:
    """Whether the sentence gives the number to somebody else: a citation that no word of one's own outweighs."""
    own = [one.start() for one in words.OWN.finditer(before)]
    cited = [one.start() for one in words.OTHERS.finditer(before)]
    turns = [one.start() for one in words.TURN.finditer(before)]
    mine = bool(own) and not any(turn > own[-1] for turn in turns)
    if cited and not mine:
        return True
    behind = words.TURN.split(after, maxsplit=1)[0][:AFTER_CHARACTERS]
    if mine or words.MODEL.search(before) or not words.OTHERS.search(behind):
        return False
    return not (match.kind == "fid" and words.METRIC_AUTHORS.search(behind))
