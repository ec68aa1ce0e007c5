"""Moodle's "Download all submissions": `<Full Name>_<id>_assignsubmission_file`, as folders or as prefixes of files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from validator.intake.found import Found
from validator.intake.listing import names_in_folder
from validator.intake.people import candidate
from validator.intake.scratch import Scratch

_PART = re.compile(r"(?P<person>.+)_(?P<id>\d+)_assignsubmission_(?P<plugin>file|onlinetext)_?(?P<rest>.*)")


def recognised(names: Sequence[str]) -> str:
    """Why these names are an export of Moodle; empty when they are not."""
    held = sum(_split(name) is not None for name in names)
    return "its names hold '_assignsubmission_', which Moodle writes" if held * 2 > len(names) else ""


def found(root: Path, *, why: str, scratch: Scratch) -> Found:
    """A candidate for every participant; what was typed online instead of handed in is refused."""
    people: dict[str, dict[str, Path]] = defaultdict(dict)
    refused: dict[str, str] = {}
    for name in names_in_folder(root):
        split = _split(name)
        if split is None:
            refused[name] = "not named as Moodle names submissions"
        elif split[1] is None:
            refused[name] = "text typed online, no file"
        else:
            people[split[0]][split[1]] = root / name
    candidates = tuple(candidate(person, files, scratch=scratch) for person, files in sorted(people.items()))
    return Found(format="moodle", why=why, candidates=candidates, refused=refused)


def _split(name: str) -> tuple[str, str | None] | None:
    """The participant and the name of the file as handed in (None for online text); None for other names."""
    parts = PurePosixPath(name).parts
    for depth, part in enumerate(parts):
        if match := _PART.fullmatch(part):
            person = f"{match['person'].strip(' _')}_{match['id']}"
            original = "/".join(parts[depth + 1 :]) or match["rest"]
            return person, original if match["plugin"] == "file" and original else None
    return None
