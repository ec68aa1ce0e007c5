"""A team list -> the user ids on its lines, and what else its lines are. Knows no size that a team should have.

Names are neither kept nor quoted: a word that is no user id, no key of the template and no address of a paper is only
counted.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validator.evidence import Document, Entry, Flag, Reading
from validator.measuring.probes.document_text import Unread, text_of
from validator.measuring.probes.task import Task
from validator.plan import Role

MOST_LINES = 400
MOST_CHARACTERS = 64
"""A longer word is no user id, whatever the pattern says."""

COMMENTS = ("#", "//", ";", "%")
SPLIT = re.compile(r"[\s,;:|/()\[\]{}<>\"'=\u2022*]+")
ADDRESS = re.compile(r"https?://\S{1,300}", re.IGNORECASE)
PAPER_HOSTS = ("openreview.net", "arxiv.org", "neurips.cc", "nips.cc", "iclr.cc")
KEY = re.compile(r"\s*(?:[-*\u2022]\s*)?([A-Za-z][A-Za-z' ._-]{0,40}?)\s*[:=]\s*(.*)")

PAPER_KEYS = ("paper", "title", "url", "link", "openreview", "conference", "venue")
PERSON_KEYS = ("member", "leader", "student", "user", "id", "email", "team", "group", "name")


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One line that says something: the ids on it, and how many other words."""

    number: int
    ids: tuple[str, ...]
    others: int
    key: str = ""
    """`paper` or `person` where the line starts with such a key of the template, `other` with another one."""
    address: str = ""

    @property
    def where(self) -> str:
        return f"line {self.number}"


def read(*, root: Path, path: str, role: Role, task: Task) -> Document:
    """The ids of one team list, each an entry under its line; what it says of the chosen paper; remarks on its form."""
    found = text_of(root / path)
    if isinstance(found, Unread):
        missing = Reading.missing(unit="members", why=found.flag.detail)
        return Document(
            path=path, role=role.name, kind=role.kind, readings={f"{role.name}.members": missing}, flags=(found.flag,)
        )
    pattern = re.compile(task.plan.user_ids)
    raw = found.text.splitlines()
    lines = [line for number, text in enumerate(raw[:MOST_LINES], 1) for line in _line(number, text, pattern)]
    flags = [*found.flags, *_flags(lines)]
    if len(raw) > MOST_LINES:
        flags.append(Flag(kind="team-too-long", detail=f"{len(raw):,} lines; the first {MOST_LINES} were read"))
    members = dict.fromkeys(name for line in lines for name in line.ids)
    return Document(
        path=path,
        role=role.name,
        kind=role.kind,
        readings={f"{role.name}.members": Reading(value=len(members), unit="members", source="claimed")},
        entries=(*_members(lines), *_papers(lines)),
        flags=tuple(flags),
    )


def _line(number: int, text: str, pattern: re.Pattern[str]) -> Iterator[_Line]:
    """What the line says, or nothing when it is blank or a comment."""
    text = text.strip().lstrip("\ufeff")
    if not text or text.startswith(COMMENTS) or not any(character.isalnum() for character in text):
        return
    address = ADDRESS.search(text)
    key, rest = _key_of(text)
    words = [word for word in SPLIT.split(ADDRESS.sub(" ", rest)) if any(map(str.isalnum, word))]
    ids = [name for name in (_id_of(word, pattern) for word in words) if name]
    yield _Line(
        number=number,
        ids=tuple(ids),
        others=len(words) - len(ids),
        key=key,
        address=_paper_address(address[0]) if address else "",
    )


def _key_of(text: str) -> tuple[str, str]:
    """The kind of key that the line starts with, and what stands after it; the whole line when it has none."""
    found = None if ADDRESS.match(text) else KEY.fullmatch(text)
    if found is None:
        return "", text
    words = found[1].casefold()
    for kind, keys in (("paper", PAPER_KEYS), ("person", PERSON_KEYS)):
        if any(key in words for key in keys):
            return kind, found[2]
    return "other", found[2]


def _id_of(word: str, pattern: re.Pattern[str]) -> str:
    """The user id, also of an address of mail; empty for any other word."""
    name = word.split("@", maxsplit=1)[0].strip(".-_").lower()
    return name if len(name) <= MOST_CHARACTERS and pattern.fullmatch(name) else ""


def _paper_address(address: str) -> str:
    """The address where it leads to a place of papers; any other could hold a name."""
    host = address.split("//", 1)[1].split("/", 1)[0].lower()
    known = any(host == place or host.endswith(f".{place}") for place in PAPER_HOSTS)
    return address.rstrip(".,;)>\"'") if known and address.isascii() and address.isprintable() else ""


def _members(lines: list[_Line]) -> Iterator[Entry]:
    """The first mention of each id."""
    seen: set[str] = set()
    for line in lines:
        for name in line.ids:
            if name not in seen:
                seen.add(name)
                yield Entry(key="member", words=name, where=line.where)


def _papers(lines: list[_Line]) -> Iterator[Entry]:
    """That a paper is named, by how many words or by its address; the words themselves are not kept."""
    for line, after in itertools.zip_longest(lines, lines[1:]):
        if line.address:
            yield Entry(key="paper", words=line.address, where=line.where)
        elif line.key == "paper":
            # What is asked for may stand on the line below its key.
            below = after is not None and not line.others and not after.key and not after.ids
            told = after if below else line
            if told.others:
                yield Entry(key="paper", value=float(told.others), unit="words", where=told.where)


def _flags(lines: list[_Line]) -> Iterator[Flag]:
    seen: dict[str, str] = {}
    for line in lines:
        if len(line.ids) > 1:
            yield Flag(kind="several-ids-on-a-line", detail=f"{len(line.ids)} user ids", where=line.where)
        if line.ids and line.others and not line.key:
            yield Flag(kind="words-beside-an-id", detail=f"{line.others} other words", where=line.where)
        if not line.ids and not line.address and line.key != "paper":
            yield Flag(
                kind="line-without-an-id", detail=f"{line.others} words, none of them a user id", where=line.where
            )
        for name in line.ids:
            if name in seen:
                yield Flag(kind="repeated-id", detail=f"{name} stands on {seen[name]} already", where=line.where)
            seen.setdefault(name, line.where)
