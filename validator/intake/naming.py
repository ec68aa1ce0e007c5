"""Ids: a name fit for a folder for every submission, none twice. Knows names only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MOST_CHARACTERS = 80
NAMELESS = "submission"

_TAKEN = frozenset({"cohort.json", "cohort.html", "marks.csv", "overrides.jsonl", "slurm"})
"""Names under `--out` that belong to the cohort."""
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe_id(name: str) -> str:
    """The name with nothing but letters, digits, dot, underscore and dash; never hidden, `..` or empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", errors="replace").decode("ascii")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", re.sub(r"(?<=\w)\?(?=\w)", "", plain))
    plain = plain[:MOST_CHARACTERS].strip("-.")
    return f"{NAMELESS}-{plain}" if plain and _DEVICE.fullmatch(plain) else plain or NAMELESS


def unique_ids(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """An id for each name, in order, and a sentence for each that had to be numbered."""
    taken = set(_TAKEN)
    ids, notes = [], []
    for name in names:
        wanted = safe_id(name)
        free = _free(wanted, taken)
        if free != wanted:
            notes.append(f"two submissions would be called {wanted!r}: the one from {name!r} is called {free!r}")
        taken.add(free.lower())
        ids.append(free)
    return tuple(ids), tuple(notes)


def _free(wanted: str, taken: set[str]) -> str:
    """Some disks ignore case, so ids that differ in nothing else are the same."""
    free, number = wanted, 1
    while free.lower() in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free
