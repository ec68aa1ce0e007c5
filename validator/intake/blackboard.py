"""Blackboard's gradebook download: `<assignment>_<user>_attempt_<time>_<file>` and a text file for each attempt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from validator.intake.found import Found
from validator.intake.listing import names_in_folder
from validator.intake.people import candidate
from validator.intake.scratch import Scratch

_FILE = re.compile(
    r"(?P<head>[^/]+_(?P<user>[^_/]+)_attempt_(?P<time>\d{4}(?:-\d\d){5}))(?:_(?P<original>[^/]+)|(?P<note>\.txt))"
)
_PAIR = re.compile(r"Original filename:[ \t]*(?P<original>[^\r\n]+)\s+Filename:[ \t]*(?P<stored>[^\r\n]+)")


def recognised(names: Sequence[str]) -> str:
    """Why these names are an export of Blackboard; empty when they are not."""
    matches = [match for name in names if (match := _FILE.fullmatch(name))]
    held = len(matches) * 2 > len(names) and any(match["note"] for match in matches)
    return "it holds '_attempt_' text files, which Blackboard writes" if held else ""


def found(root: Path, *, why: str, scratch: Scratch) -> Found:
    """A candidate for every user from the latest attempt; earlier attempts are noted."""
    people: dict[str, dict[str, dict[str, Path]]] = defaultdict(lambda: defaultdict(dict))
    refused: dict[str, str] = {}
    for name in names_in_folder(root):
        match = _FILE.fullmatch(name)
        if match is None:
            refused[name] = "not named as Blackboard names attempts"
            continue
        attempt = people[match["user"]][match["time"]]
        if match["original"]:
            attempt[match["original"]] = root / name
    candidates, notes = [], []
    for user, attempts in sorted(people.items()):
        held = {time: files for time, files in attempts.items() if files}
        if not held:
            refused[user] = "an attempt without files"
            continue
        *earlier, latest = sorted(held)
        notes += [f"{user}: the attempt of {time} is left aside, that of {latest} counts" for time in earlier]
        files = _original_names(root, held[latest])
        candidates.append(candidate(user, files, scratch=scratch))
    return Found(format="blackboard", why=why, candidates=tuple(candidates), refused=refused, notes=tuple(notes))


def _original_names(root: Path, files: Mapping[str, Path]) -> dict[str, Path]:
    """The names the student gave, from the attempt's text file; names in the export are mangled."""
    told: dict[str, str] = {}
    for path in files.values():
        match = _FILE.fullmatch(path.name)
        note = root / f"{match['head']}.txt" if match else None
        if note is not None and note.is_file():
            text = note.read_text(encoding="utf-8", errors="replace")
            told.update({pair["stored"].strip(): pair["original"].strip() for pair in _PAIR.finditer(text)})
    return {told.get(path.name, mangled): path for mangled, path in files.items()}
