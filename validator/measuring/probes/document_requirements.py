"""A requirements.txt as its lines: names, versions, and what a package manager would fetch from elsewhere.

Addresses, paths and options are named and never followed; the installer reads the file again by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from validator.evidence import Document, Entry, Flag, Reading
from validator.measuring.probes.requirement_lines import FILE_BYTES, Refusal, parsed
from validator.measuring.probes.task import Task
from validator.plan import Role

WORDS_CHARACTERS = 500
SHOWN = 20
"""Lines that are not plain packages are told one by one up to so many."""
NAME_OF_ADDRESS = re.compile(r"([A-Za-z0-9][\w.-]{0,80}?)(?:\[[^\]]{0,80}\])?\s{0,5}@|.{0,300}[#&]egg=([\w.-]{1,80})")
"""The package that a line with an address is about: `name @ address`, or `...#egg=name`."""


def read(*, root: Path, path: str, role: Role, task: Task) -> Document:
    """Read the file: one entry for each package, one flag for each line that is none."""
    with (root / path).open("rb") as file:
        found = parsed(file.read(FILE_BYTES + 1))
    entries = [_entry(line) for line in found.packages]
    elsewhere = [entry for refusal in found.refused for entry in _elsewhere(refusal)]
    whole = next((refusal for refusal in found.refused if not refusal.line), None)
    name = f"{role.name}.packages"
    if whole is not None:
        reading = Reading.missing(unit="packages", why=whole.rule)
    else:
        reading = Reading(value=len(entries) + len(elsewhere), unit="packages", source="observed")
    return Document(
        path=path,
        role=role.name,
        kind=role.kind,
        readings={name: reading},
        entries=(*entries, *elsewhere),
        flags=tuple(_flags(path, found.refused)),
    )


def _entry(line: str) -> Entry:
    requirement = Requirement(line)
    marker = f"; {requirement.marker}" if requirement.marker else ""
    return Entry(key=canonicalize_name(requirement.name), words=f"{requirement.specifier}{marker}"[:WORDS_CHARACTERS])


def _elsewhere(refusal: Refusal) -> Iterator[Entry]:
    """A package that is named, but comes from an address or a folder: its version is not known."""
    match = NAME_OF_ADDRESS.match(refusal.text) if refusal.rule == "an address" else None
    if match:
        key = canonicalize_name(match[1] or match[2])
        yield Entry(key=key, words="from an address", where=f"line {refusal.line}")


def _flags(path: str, refused: tuple[Refusal, ...]) -> Iterator[Flag]:
    for refusal in refused[:SHOWN]:
        kind = "requirement-line" if refusal.line else "requirements-unreadable"
        yield Flag(
            kind=kind, detail=f"{refusal.message} (not followed)" if refusal.line else refusal.message, where=path
        )
    if len(refused) > SHOWN:
        yield Flag(kind="requirement-line", detail=f"and {len(refused) - SHOWN} more lines like this", where=path)
