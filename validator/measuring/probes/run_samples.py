"""Which images of a run are its samples: a function's, a FID call's, a folder's, in this order; made one array.

Runs outside the student's process and after its end. Knows no metric.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validator.measuring import datasets
from validator.measuring.probes import handed as handed_files
from validator.measuring.probes import run_images
from validator.measuring.probes.run_scratch import Scratch, remove
from validator.measuring.probes.task import Task

KEPT = re.compile(r"fid-(\d{1,6})-(\d{1,6})")
GENERATED = re.compile(r"gen|fake|sampl|synth", re.IGNORECASE)
CALLS = {"cleanfid": "cleanfid.fid.compute_fid", "pytorch-fid": "pytorch_fid.fid_score.calculate_fid_given_paths"}
UPDATED = {"trained": True, "ema-twin": True, "untrained": False}
CLIPPED_SHARE = 0.001
"""Less than this share of values outside the range is rounding."""
Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Images that may be the samples, and what is known of them."""

    files: tuple[Path, ...]
    source: str
    networks: tuple[Record, ...] = ()


def collect(task: Task, *, scratch: Scratch, records: Sequence[Record]) -> None:
    """Leave `samples.npy` uint8 (n, 3, 32, 32) and `samples.json` in the handed folder, if there are samples at all."""
    handed = task.handed(task.plan.generator_role)
    if os.path.lexists(handed / "samples.npy"):
        _write_json(handed, _plainly(_said(handed)))
        return
    for candidate in candidates(task, scratch=scratch, records=records):
        images = run_images.read_images(candidate.files, count=task.plan.samples)
        if len(images) >= run_images.FEWEST:
            found = {"source": candidate.source, "count": len(images), "files": len(candidate.files)}
            networks = [_network(entry) for entry in candidate.networks]
            _write(handed, images, {**found, "networks": networks})
            return


def candidates(task: Task, *, scratch: Scratch, records: Sequence[Record]) -> Iterator[Candidate]:
    """Best first: the last FID call's folders, then the largest folders of images that the run wrote."""
    yield from _of_calls(task, records)
    for gallery in run_images.written(scratch.work, submission=task.unpacked):
        name = gallery.folder.relative_to(scratch.work).as_posix()
        yield Candidate(files=gallery.files, source=f"folder of images {name}")
    for gallery in run_images.written(scratch.tmp, submission=None):
        yield Candidate(files=gallery.files, source=f"folder of images {gallery.folder.name} in the temporary folder")


def _of_calls(task: Task, records: Sequence[Record]) -> Iterator[Candidate]:
    handed = task.handed(task.plan.generator_role)
    said = {str(record.get("call")): record for record in records if record.get("kind") == "fid_call"}
    calls: dict[int, list[tuple[int, Path]]] = {}
    for call, position, folder in _kept_folders(handed):
        calls.setdefault(call, []).append((position, folder))
    for call in sorted(calls, reverse=True):
        record = said.get(str(call), {})
        for folder in _generated_first(task, sorted(calls[call], reverse=True), record):
            gallery = run_images.gallery_of(folder)
            if gallery is not None:
                name = CALLS.get(str(record.get("library")), CALLS["cleanfid"])
                networks = handed_files.tables(record.get("networks"))
                yield Candidate(files=gallery.files, source=f"folder handed to {name}", networks=networks)


def _kept_folders(handed: Path) -> Iterator[tuple[int, int, Path]]:
    for entry in sorted(handed.iterdir()):
        match = KEPT.fullmatch(entry.name)
        if match and entry.is_dir() and not entry.is_symlink():
            yield int(match[1]), int(match[2]), entry


def _generated_first(task: Task, folders: Sequence[tuple[int, Path]], record: Record) -> list[Path]:
    """The folder of generated images before that of real ones, whatever order the call named them in.

    By custom the real one is named first. A folder that holds the data set itself comes last, unless all do; so does
    one whose name says nothing of generated images when the other's does.
    """
    asked = {
        f"{entry.get('kept')}": str(entry.get("asked", "")) for entry in handed_files.tables(record.get("folders"))
    }

    def place(item: tuple[int, Path]) -> tuple[bool, bool, int]:
        position, folder = item
        named = bool(GENERATED.search(Path(asked.get(folder.name, "")).name))
        return is_the_data_set(task, folder), not named, -position

    return [folder for _, folder in sorted(folders, key=place)]


def is_the_data_set(task: Task, folder: Path) -> bool:
    """Whether most of the first images of the folder are, to the pixel, images of the data set."""
    gallery = run_images.gallery_of(folder)
    if gallery is None or task.plan.generator_data != "cifar100":
        return False
    images = run_images.read_images(gallery.files, count=run_images.FEWEST)
    data = Path(task.data) if task.data else None
    try:
        splits = [datasets.cifar100.load(data, split, lookalike=task.lookalike) for split in ("test", "train")]
    except datasets.DataError:
        return False
    known = {image.tobytes() for split in splits for image in split.images}
    return sum(image.tobytes() in known for image in images) * 2 > len(images)


def _said(handed: Path) -> Record:
    """What the run said of its own samples; nothing when it cannot be read."""
    try:
        said = handed_files.read_json(handed / "samples.json")
    except (datasets.DataError, OSError):
        return {}
    return said if isinstance(said, dict) else {}


def _plainly(said: Record) -> dict[str, Any]:
    """The agent's words in those of the one who measures the samples."""
    share = said.get("clipped_share")
    clipped = isinstance(share, (int, float)) and share > CLIPPED_SHARE
    networks = [_network(entry) for entry in handed_files.tables(said.get("networks"))]
    return {**said, "networks": networks, "clipped": said.get("clipped") is True or clipped}


def _network(entry: Record) -> dict[str, Any]:
    """One network that produced samples: its name, whether it was updated in this run, and on what that rests."""
    updated = entry.get("updated", UPDATED.get(str(entry.get("verdict"))))
    name = str(entry.get("name") or entry.get("network") or "")[:120]
    return {**entry, "name": name, "updated": updated if isinstance(updated, bool) else None}


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
