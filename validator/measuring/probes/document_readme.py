"""A README as text: how long it is, and whether its words say how the code is run. Keeps none of its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from validator.evidence import Document, Entry, Flag, Reading
from validator.measuring.probes.task import Task
from validator.plan import Role

FILE_BYTES = 256 * 1024
LINES, LINE_CHARACTERS = 5_000, 500
HINTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("starts Python", re.compile(r"\bpython[0-9.]{0,5}\s{1,5}(?:-m\s{1,5}\w|\S{1,120}\.py\b)", re.IGNORECASE)),
    ("installs packages", re.compile(r"\b(?:pip3?|conda|mamba|uv|poetry)\s{1,5}(?:install|env|create|sync|pip)\b")),
    ("opens a notebook", re.compile(r"\bjupyter\b|\bnbconvert\b|\bpapermill\b|\.ipynb\b", re.IGNORECASE)),
    (
        "tells what to run",
        re.compile(
            r"\b(?:re-?)?(?:run|runs|running|execute|executing|launch)\b|\bhow to (?:use|start)\b|\busage\b", re.I
        ),
    ),
    ("names a web notebook", re.compile(r"\bcolab\b|\bkaggle\b", re.IGNORECASE)),
    ("starts a script", re.compile(r"(?:^|\s)(?:\./|bash\s|sh\s)\S{1,120}\.sh\b|\bmake\s{1,3}\w")),
)
"""What a reader takes for instructions, and how its kind is said."""
TELLS_HOW = "how-to-run"
PACKED = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")
"""A PDF, a word processor's file or rich text: no plain text."""


def read(*, root: Path, path: str, role: Role, task: Task) -> Document:
    """Read the file: its words counted, and the line on which each kind of instruction first stands."""
    with (root / path).open("rb") as file:
        raw = file.read(FILE_BYTES)
    if raw.startswith(PACKED):
        detail = "no plain text: a README is read as text only"
        reading = Reading.missing(unit="words", why=detail)
        flags: tuple[Flag, ...] = (Flag(kind="readme-unreadable", detail=detail, where=path),)
        return Document(
            path=path, role=role.name, kind=role.kind, readings={f"{role.name}.words": reading}, flags=flags
        )
    text = _decoded(raw)
    words = Reading(value=len(text.split()), unit="words", source="observed")
    return Document(
        path=path,
        role=role.name,
        kind=role.kind,
        readings={f"{role.name}.words": words},
        entries=tuple(_hints(text)),
    )


def _decoded(raw: bytes) -> str:
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return raw.decode(encoding, "replace").replace("\0", " ")


def _hints(text: str) -> Iterator[Entry]:
    """One entry for each kind of instruction that is there, with its line."""
    lines = [line[:LINE_CHARACTERS] for line in text.splitlines()[:LINES]]
    for words, pattern in HINTS:
        number = next((number for number, line in enumerate(lines, start=1) if pattern.search(line)), None)
        if number is not None:
            yield Entry(key=TELLS_HOW, words=words, where=f"line {number}")
