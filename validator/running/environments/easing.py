"""A list of packages that cannot be installed as it is written, eased step by step by what the installer says.

A version that is not there for this Python, or that others exclude, gives way before the package does. Words in, lines
out; knows no folder and starts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

UNSOLVED = re.compile(
    r"No solution found|No matching distribution|conflicting dependencies|ResolutionImpossible|Could not find a version"
)
"""How uv and pip say that no choice of versions fits; of anything else they say another list makes nothing better."""
BLAMED = re.compile(
    r"(?:you require|was requested|user requested|distribution found for|versions? of|satisfies the requirement)\s+"
    r"(?P<name>[A-Za-z0-9][\w.-]{0,99})|(?P<absent>[A-Za-z0-9][\w.-]{0,99}) was not found in"
)
ABSENT = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]{0,99}) was not found in"
    r"|all versions of (?P<all>[A-Za-z0-9][\w.-]{0,99}) have no"
    r"|from versions: none\)"
)
SINGLE_STEPS = 10
"""So many lines give way one by one; then every version does at once."""


@dataclass(frozen=True, kw_only=True)
class Eased:
    """Lines that may be installed, and what of the given ones they leave out, in words."""

    lines: tuple[str, ...]
    changes: tuple[str, ...] = ()


def eased(before: Eased, said: str) -> Eased | None:
    """One step further, after the installer said this of these lines; None where no step is left."""
    if not UNSOLVED.search(said):
        return None
    blamed = _blamed(before.lines, said) if len(before.changes) < SINGLE_STEPS else None
    if blamed is not None:
        return _one(before, blamed, absent=_is_absent(blamed, said))
    loose = tuple(_any_version(line) for line in before.lines)
    if loose == before.lines:
        return None
    changes = *before.changes, "every version that is left is any"
    return Eased(lines=loose, changes=changes)


def _one(before: Eased, line: str, *, absent: bool) -> Eased:
    """Without a label such as +cu118, then in any version, then left out."""
    plain = re.sub(r"(==\s*[\w.!]+)\+[\w.]+", r"\1", line)
    loose = _any_version(line)
    weaker = "" if absent or line == loose else plain if plain != line else loose
    change = f"{line}: {weaker if weaker == plain != loose else 'any version' if weaker else 'left out'}"
    lines = tuple(weaker if each == line else each for each in before.lines)
    return Eased(lines=tuple(filter(None, lines)), changes=(*before.changes, change))


def _blamed(lines: Sequence[str], said: str) -> str | None:
    """The line about the package that the installer names last; its own and the rubric's names are none."""
    by_name = {canonicalize_name(Requirement(line).name): line for line in lines}
    named = [canonicalize_name(match["name"] or match["absent"]) for match in BLAMED.finditer(said)]
    return next((by_name[name] for name in reversed(named) if name in by_name), None)


def _is_absent(line: str, said: str) -> bool:
    """Whether there is nothing of that name at all that could be installed here."""
    name = canonicalize_name(Requirement(line).name)
    return any(
        (match["name"] is None and match["all"] is None) or canonicalize_name(match["name"] or match["all"]) == name
        for match in ABSENT.finditer(said)
    )


def _any_version(line: str) -> str:
    requirement = Requirement(line)
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f"; {requirement.marker}" if requirement.marker else ""
    return f"{requirement.name}{extras}{marker}"
