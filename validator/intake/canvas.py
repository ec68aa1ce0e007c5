"""Canvas's "Download Submissions": flat files named `<name>_[LATE_]<user>_<attachment>_<original name>`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from validator.intake.found import Found
from validator.intake.listing import is_archive, names_in_folder
from validator.intake.people import candidate
from validator.intake.scratch import Scratch

_FILE = re.compile(r"(?:(?P<person>[^\W_]+)_)?(?:LATE_)?(?P<user>\d+)_(?P<attachment>\d+)_(?P<original>[^/]+)")
_TYPED = re.compile(r"[^/]*\d+_(text|link)\.html")


def recognised(names: Sequence[str]) -> str:
    """Why these names are an export of Canvas; empty when they are not."""
    matching = [name for name in names if _FILE.fullmatch(name)]
    strange = [name for name in names if not _FILE.fullmatch(name) and not _TYPED.fullmatch(name)]
    return "its names hold a user and an attachment number, as Canvas writes them" if matching and not strange else ""


def found(root: Path, *, why: str, scratch: Scratch) -> Found:
    """A candidate for every user; of several archives of one user the latest counts."""
    people: dict[str, list[tuple[int, str, Path]]] = defaultdict(list)
    refused: dict[str, str] = {}
    notes: list[str] = []
    for name in names_in_folder(root):
        match = _FILE.fullmatch(name)
        if match is None:
            refused[name] = "text or a link typed online, no file"
            continue
        person = f"{match['person'] or 'user'}_{match['user']}"
        people[person].append((int(match["attachment"]), match["original"], root / name))
    candidates = []
    for person, files in sorted(people.items()):
        files.sort()
        latest = [file for file in files if is_archive(file[1])][-1:] or files
        notes += [f"{path.name}: left aside, {latest[-1][2].name} counts" for _, _, path in files if len(latest) == 1]
        candidates.append(candidate(person, {original: path for _, original, path in latest}, scratch=scratch))
    kept = {item.source for item in candidates}
    aside = tuple(note for note in notes if note.split(":", maxsplit=1)[0] not in kept)
    return Found(format="canvas", why=why, candidates=tuple(candidates), refused=refused, notes=aside)
