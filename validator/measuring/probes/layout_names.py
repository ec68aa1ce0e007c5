"""How well a file name fits a role: exactly, in other spelling, roughly, or not. Knows names only, opens nothing."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import PurePosixPath

from validator.plan import Role

SIMILAR = 0.82
"""Share of equal letters (difflib's ratio) from which a misspelling is taken for the word; a few letters off."""


MOST_WORDS, LONGEST_RUN = 12, 3
"""How far a name is searched for a misspelling, so that no name is slow to judge."""


_HUMP, _BETWEEN = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])"), re.compile(r"[^\w]+|_+")


class Fit(IntEnum):
    """How well a name fits, best first."""

    EXACT = 0
    SEPARATORS = 1
    """Right but for `_` or a space in place of `-`, or words between the user name and the role."""
    WORDS = 2
    """The role's words are in the name, but not where they belong."""
    SIMILAR = 3
    ANY = 4
    """The role takes a file of any name, and this name says nothing of another role."""
    KIND = 5
    """Only the kind of the file speaks for the role, and no other file could fill it."""

    @property
    def named_right(self) -> bool:
        """Whether nobody has to be told another name."""
        return self in (Fit.EXACT, Fit.ANY)


@dataclass(frozen=True, kw_only=True)
class Match:
    """One file as a candidate for one role."""

    path: str
    role: Role
    fit: Fit
    prefix: str = ""
    """What stands before the role's words: the user name, when the name is right."""


def match(path: str, role: Role, *, submission_id: str) -> Match | None:
    """How this file fits this role by its name; None when it does not."""
    file = PurePosixPath(path)
    if file.suffix.lower() not in role.suffixes:
        return None
    spellings = sorted((role.stem, *role.accept), key=len, reverse=True)
    if role.naming == "any":
        named = any(_contains(words_of(file.stem), words_of(spelling)) for spelling in spellings)
        return Match(path=path, role=role, fit=Fit.EXACT if named else Fit.ANY)
    judged = _by_plain_spelling if role.naming == "plain" else _by_spelling
    found = [judged(path, role, spelling, submission_id=submission_id) for spelling in spellings]
    fits = [one for one in found if one is not None]
    return min(fits, key=lambda one: one.fit, default=None)


def says_another(one: Match, roles: Sequence[Role]) -> bool:
    """Whether a file that is taken under any name has the name of another role: `README.pdf` is hardly the paper."""
    if one.fit is not Fit.ANY:
        return False
    words = words_of(PurePosixPath(one.path).stem)
    others = (role for role in roles if role.name != one.role.name)
    return any(_contains(words, words_of(role.stem)) for role in others)


def wanted_name(role: Role, path: str, *, submission_id: str) -> str:
    """The name the file should have."""
    file = PurePosixPath(path)
    suffix = file.suffix.lower() if file.suffix.lower() in role.suffixes else role.suffixes[0]
    stem = {"username": f"{submission_id}-{role.stem}", "plain": role.stem, "any": file.stem}[role.naming]
    return f"{stem}{suffix}"


@functools.lru_cache(maxsize=1000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name in lower case: `Abcd12_generativeModel (1)` has abcd12, generative, model and 1."""
    return tuple(word.lower() for word in _BETWEEN.split(_HUMP.sub(" ", text)) if word)


def _by_spelling(path: str, role: Role, spelling: str, *, submission_id: str) -> Match | None:
    stem = PurePosixPath(path).stem
    wanted = words_of(spelling)
    prefix = stem[: -len(spelling) - 1]
    if prefix and stem[len(prefix) :].lower() == f"-{spelling}".lower():
        fit = Fit.SEPARATORS if _has_more_words(prefix, submission_id) else Fit.EXACT
        return Match(path=path, role=role, fit=fit, prefix=submission_id if fit else prefix)
    words = words_of(stem)
    if len(words) > len(wanted) and words[-len(wanted) :] == wanted:
        prefix = _before(stem, spelling)
        fit = Fit.WORDS if _has_more_words(prefix, submission_id) else Fit.SEPARATORS
        return Match(path=path, role=role, fit=fit, prefix=submission_id if fit is Fit.WORDS else prefix)
    if _contains(words, wanted):
        return Match(path=path, role=role, fit=Fit.WORDS)
    if _nearly_contains(words, "".join(wanted)):
        return Match(path=path, role=role, fit=Fit.SIMILAR)
    return None


def _by_plain_spelling(path: str, role: Role, spelling: str, *, submission_id: str) -> Match | None:
    """The same of a role whose file is called nothing but the role: a user name before it is one word too many."""
    stem = PurePosixPath(path).stem
    if stem.lower() == spelling.lower():
        return Match(path=path, role=role, fit=Fit.EXACT)
    words, wanted = words_of(stem), words_of(spelling)
    if "".join(words) == "".join(wanted):
        return Match(path=path, role=role, fit=Fit.SEPARATORS)
    if _contains(words, wanted):
        return Match(path=path, role=role, fit=Fit.WORDS)
    if _nearly_contains(words, "".join(wanted)):
        return Match(path=path, role=role, fit=Fit.SIMILAR)
    return None


def _before(stem: str, spelling: str) -> str:
    """What stands before the spelling when its separators, and those around it, may be any."""
    loose = r"[-_\s]*".join(re.escape(word) for word in words_of(spelling))
    found = re.fullmatch(rf"(?P<prefix>.*?)[-_\s]*{loose}", stem, re.IGNORECASE)
    return found["prefix"] if found else ""


def _has_more_words(prefix: str, submission_id: str) -> bool:
    """Whether the prefix is the user name and then something else: `abcd12-final`."""
    rest = prefix.lower().removeprefix(submission_id.lower())
    return rest != prefix.lower() and rest[:1] in ("-", "_", " ")


def _contains(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    length = len(wanted)
    runs = (words[start : start + length] for start in range(len(words) - length + 1))
    return wanted in runs or "".join(wanted) in words


def _nearly_contains(words: tuple[str, ...], wanted: str) -> bool:
    """Whether some run of words, written together, is almost the wanted word."""
    starts = range(min(len(words), MOST_WORDS))
    runs = ("".join(words[start:end]) for start in starts for end in range(start + 1, start + 1 + LONGEST_RUN))
    matcher = difflib.SequenceMatcher(b=wanted)
    for run in runs:
        if abs(len(run) - len(wanted)) <= max(2, len(wanted) // 3):
            matcher.set_seq1(run)
            # The quick ratio is never below the other.
            if matcher.quick_ratio() >= SIMILAR and matcher.ratio() >= SIMILAR:
                return True
    return False
