"""Which images of a run are its samples: the first source that has as many as are asked for, else the first of all.

Runs outside the student's process and after its end. Knows no metric; `run_sources` knows where samples come from.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from validator.measuring.datasets import DataError
from validator.measuring.probes import handed as handed_files
from validator.measuring.probes import run_data, run_images
from validator.measuring.probes.removal import remove
from validator.measuring.probes.run_scratch import Scratch
from validator.measuring.probes.run_sources import Candidate, candidates, said_by
from validator.measuring.probes.task import Task

UPDATED = {"trained": True, "ema-twin": True, "untrained": False}
CLIPPED_SHARE = 0.001
"""Less than this share of values outside the range is rounding."""
MOST_SOURCES = 12
Record = Mapping[str, Any]


@dataclass
class _Search:
    """What was found so far, and what was refused and why."""

    images: Any = None
    candidate: Candidate | None = None
    is_data: bool = False
    refused: list[str] = field(default_factory=list)

    def better(self, images: Any, *, is_data: bool, wanted: int) -> bool:
        """The first stays, unless it shows the data set or has too few and this one has enough."""
        if self.images is None or self.is_data != is_data:
            return self.images is None or self.is_data
        return len(self.images) < wanted <= len(images)


def collect(task: Task, *, scratch: Scratch, records: Sequence[Record]) -> None:
    """Leave `samples.npy` uint8 (n, 3, 32, 32) and `samples.json` in the handed folder, if there are samples at all."""
    handed = task.handed(task.plan.generator_role)
    _without_links(handed, ("samples.npy", "drawn.npy"))
    sources = list(_limited(task, scratch, records))
    search = _searched(task, sources)
    if search.candidate is None:
        if search.refused or os.path.lexists(handed / "samples.json"):
            _write_json(handed, {**said_by(handed, "samples.json"), "source": None, "why": _why(handed, search)})
        return
    _write(handed, search.images, _words(task, search, sources))


def _limited(task: Task, scratch: Scratch, records: Sequence[Record]) -> list[Candidate]:
    found = []
    for candidate in candidates(task, scratch=scratch, records=records):
        found.append(candidate)
        if len(found) == MOST_SOURCES:
            break
    return found


def _searched(task: Task, sources: Sequence[Candidate]) -> _Search:
    """Read them best first until one has enough; once there is one, a source that cannot have enough is not read."""
    search = _Search()
    for candidate in sources:
        if search.images is not None and not search.is_data and candidate.count < task.plan.samples:
            continue
        try:
            images = candidate.read(task.plan.samples)
        except DataError as error:
            search.refused.append(f"{candidate.source}: {error}"[:300])
            continue
        if not len(images):
            search.refused.append(f"{candidate.source}: no images of 32 by 32")
            continue
        is_data = run_data.is_the_data_set(task, images[: run_images.FEWEST])
        if search.better(images, is_data=is_data, wanted=task.plan.samples):
            search.images, search.candidate, search.is_data = images, candidate, is_data
        if len(search.images) >= task.plan.samples and not search.is_data:
            break
    return search


def _words(task: Task, search: _Search, sources: Sequence[Candidate]) -> dict[str, Any]:
    """What `samples_handed` reads: where the samples came from, what else there was, and what they went through."""
    candidate = search.candidate
    assert candidate is not None  # noqa: S101 - asked only when one was found
    enough = len(search.images) >= task.plan.samples
    reason = "the first with as many images as are asked for" if enough else "the first; none has enough"
    share = candidate.said.get("clipped_share")
    clipped = isinstance(share, (int, float)) and share > CLIPPED_SHARE
    return {
        **candidate.said,
        "source": candidate.source,
        "count": len(search.images),
        "asked": task.plan.samples,
        "networks": [_network(entry) for entry in candidate.networks],
        "clipped": candidate.said.get("clipped") is True or clipped,
        "sources": [
            f"{each.source} ({each.count:,} images)"
            for each in sources
            if each is candidate or 2 * each.count >= task.plan.samples
        ],
        "taken": f"{candidate.source}: {reason}",
        "refused": search.refused[:10],
    }


def _why(handed: Path, search: _Search) -> str:
    said = handed_files.text_of(said_by(handed, "samples.json"), "why")
    drawn = handed_files.text_of(said_by(handed, "drawn.json"), "why")
    return "; ".join(part for part in (said, drawn, *search.refused[:5]) if part)[:800]


def _network(entry: Record) -> dict[str, Any]:
    """One network that produced samples: its name, whether it was updated in this run, and on what that rests."""
    updated = entry.get("updated", UPDATED.get(str(entry.get("verdict"))))
    name = str(entry.get("name") or entry.get("network") or "")[:120]
    return {**entry, "name": name, "updated": updated if isinstance(updated, bool) else None}


def _without_links(handed: Path, names: Sequence[str]) -> None:
    for name in names:
        if (handed / name).is_symlink():
            (handed / name).unlink()


def _write(handed: Path, images: Any, said: Record) -> None:
    import numpy as np

    with tempfile.TemporaryDirectory(dir=handed.parent) as beside:
        np.save(Path(beside) / "samples.npy", images)
        _replace(Path(beside) / "samples.npy", handed / "samples.npy")
    _write_json(handed, said)


def _write_json(handed: Path, said: Record) -> None:
    """Written beside its place and renamed: what the student left under the name is replaced, never followed."""
    with tempfile.TemporaryDirectory(dir=handed.parent) as beside:
        (Path(beside) / "samples.json").write_text(_json(said), encoding="utf-8")
        _replace(Path(beside) / "samples.json", handed / "samples.json")


def _json(said: Record) -> str:
    """What the student nested more deeply than can be written is left out."""
    try:
        return json.dumps(said)
    except (ValueError, RecursionError):
        return json.dumps({"source": "samples.json held what cannot be written again"})


def _replace(file: Path, place: Path) -> None:
    """Also where the student left a folder."""
    if place.is_dir() and not place.is_symlink():
        remove(place)
    file.replace(place)
