"""Where samples can come from in a run, best first: each source with its images, its networks and its values.

Runs outside the student's process and after its end. Reads what was handed out as hostile; chooses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.datasets import DataError
from validator.measuring.datasets.npy import load_npy, open_regular
from validator.measuring.probes import handed as handed_files
from validator.measuring.probes import run_data, run_images, run_tiles
from validator.measuring.probes.run_scratch import Scratch
from validator.measuring.probes.task import Task

KEPT = re.compile(r"fid-(\d{1,6})-(\d{1,6})(\.u8)?")
GENERATED = re.compile(r"gen|fake|sampl|synth|input1", re.IGNORECASE)
CALLS = {
    "cleanfid": "cleanfid.fid.compute_fid",
    "pytorch-fid": "pytorch_fid.fid_score.calculate_fid_given_paths",
    "torch-fidelity": "torch_fidelity.calculate_metrics",
    "torchmetrics": "torchmetrics",
    "torcheval": "torcheval",
}
IMAGE_BYTES = 3 * 32 * 32
MOST_IMAGES = 100_000
HEADER_BYTES = 4096
SAMPLED = ("trained", "ema-twin")

Images = npt.NDArray[np.uint8]
Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Images that may be the samples, and what is known of them."""

    source: str
    count: int
    """How many there seem to be, before anything is decoded."""
    read: Callable[[int], Images]
    """uint8 (n, 3, 32, 32) of the first so many. Raises DataError."""
    networks: tuple[Record, ...] = ()
    said: Record = field(default_factory=dict)


def candidates(task: Task, *, scratch: Scratch, records: Sequence[Record]) -> Iterator[Candidate]:
    """The notebook's function; the last FID calls; folders of images; what the harness drew itself; grids."""
    handed = task.handed(task.plan.generator_role)
    yield from _array(handed, "samples")
    written = _written(handed)
    yield from _of_calls(task, records, written)
    for root, submission, words in ((scratch.work, task.unpacked, ""), (scratch.tmp, None, " in the temporary folder")):
        for gallery in run_images.written(root, submission=submission):
            name = gallery.folder.relative_to(root).as_posix() if not words else gallery.folder.name
            yield _gallery(gallery, f"folder of images {name}{words}", written.get(gallery.folder.name, {}))
    yield from _array(handed, "drawn")
    yield from _shown(task, handed)
    for file, grid in run_tiles.grids_below(scratch.work, submission=task.unpacked)[:20]:
        yield _grid(task, file, grid, file.relative_to(scratch.work).as_posix())


def said_by(handed: Path, name: str) -> dict[str, Any]:
    """A table that the run wrote; an empty one when it cannot be read."""
    try:
        said = handed_files.read_json(handed / name)
    except (DataError, OSError):
        return {}
    return dict(said) if isinstance(said, dict) else {}


def _array(handed: Path, name: str) -> Iterator[Candidate]:
    """`<name>.npy`, told of by `<name>.json`."""
    path = handed / f"{name}.npy"
    said = said_by(handed, f"{name}.json")
    if path.is_symlink() or not path.exists():
        return

    def read(count: int) -> Images:
        return _load(path)[:count]

    try:
        count = len(_load(path, mapped=True))
    except DataError:
        count = 0
    source = handed_files.text_of(said, "source") or f"{name}.npy of the run"
    yield Candidate(
        source=source, count=count, read=read, networks=handed_files.tables(said.get("networks")), said=said
    )


def _load(path: Path, *, mapped: bool = False) -> Images:
    most = MOST_IMAGES * IMAGE_BYTES + HEADER_BYTES
    return load_npy(path, dtype="|u1", shape=(None, 3, 32, 32), max_bytes=most, mapped=mapped)


def _written(handed: Path) -> dict[str, Record]:
    """What is known of image files that were written one by one, by the name of their folder."""
    try:
        found = handed_files.read_json(handed / "written.json")
    except (DataError, OSError):
        return {}
    return {Path(handed_files.text_of(entry, "folder")).name: entry for entry in handed_files.tables(found)}


def _of_calls(task: Task, records: Sequence[Record], written: Mapping[str, Record]) -> Iterator[Candidate]:
    said = {str(record.get("call")): record for record in records if record.get("kind") == "fid_call"}
    calls: dict[int, list[tuple[int, Path]]] = {}
    for call, position, place in _kept(task.handed(task.plan.generator_role)):
        calls.setdefault(call, []).append((position, place))
    for call in sorted(calls, reverse=True):
        record = said.get(str(call), {})
        told = {str(entry.get("kept")): entry for entry in handed_files.tables(record.get("folders"))}
        for place in _generated_first(task, sorted(calls[call], reverse=True), told):
            candidate = _of_call(place, record, told.get(place.name, {}), written)
            if candidate is not None:
                yield candidate


def _of_call(place: Path, record: Record, told: Record, written: Mapping[str, Record]) -> Candidate | None:
    library = CALLS.get(str(record.get("library")), CALLS["cleanfid"])
    networks = handed_files.tables(record.get("networks"))
    if place.suffix == ".u8":
        asked = handed_files.text_of(told, "asked")
        source = f"images handed to {library}" + (f" ({asked})" if asked else "")
        return Candidate(
            source=source,
            count=place.lstat().st_size // IMAGE_BYTES,
            read=lambda count: _raw(place)[:count],
            networks=networks,
            said={key: told[key] for key in ("range", "mapping", "clipped_share") if key in told},
        )
    gallery = run_images.gallery_of(place)
    if gallery is None:
        return None
    facts = written.get(Path(handed_files.text_of(told, "asked")).name, {})
    return _gallery(
        gallery, f"folder handed to {library}", {**facts, **({"networks": list(networks)} if networks else {})}
    )


def _raw(path: Path) -> Images:
    """Images one after another, three planes each. Raises DataError."""
    with open_regular(path, max_bytes=MOST_IMAGES * IMAGE_BYTES) as stream:
        content = stream.read(MOST_IMAGES * IMAGE_BYTES)
    whole = len(content) // IMAGE_BYTES * IMAGE_BYTES
    return np.frombuffer(content[:whole], dtype=np.uint8).reshape(-1, 3, 32, 32)


def _kept(handed: Path) -> Iterator[tuple[int, int, Path]]:
    for entry in sorted(handed.iterdir()):
        match = KEPT.fullmatch(entry.name)
        if match and not entry.is_symlink() and entry.is_dir() is (match[3] is None):
            yield int(match[1]), int(match[2]), entry


def _generated_first(task: Task, kept: Sequence[tuple[int, Path]], told: Mapping[str, Record]) -> list[Path]:
    """The generated images before the real ones, whatever order the call named them in.

    By custom the real ones are named first. What is the data set itself comes last, unless all is; so does what has a
    name that says nothing of generated images when the other's does.
    """

    def place(item: tuple[int, Path]) -> tuple[bool, bool, int]:
        position, path = item
        named = bool(GENERATED.search(Path(handed_files.text_of(told.get(path.name, {}), "asked")).name))
        return _is_data(task, path), not named, -position

    return [path for _, path in sorted(kept, key=place)]


def _is_data(task: Task, place: Path) -> bool:
    if place.suffix == ".u8":
        return run_data.is_the_data_set(task, _raw(place)[: run_images.FEWEST])
    gallery = run_images.gallery_of(place)
    images = run_images.read_images(gallery.files, count=run_images.FEWEST) if gallery is not None else None
    return images is not None and run_data.is_the_data_set(task, images)


def _gallery(gallery: run_images.Gallery, source: str, facts: Record) -> Candidate:
    """A folder; of images that torchvision wrote one by one the values before are known."""
    said: dict[str, Any] = {"files": len(gallery.files)}
    low, high, share = (facts.get(key) for key in ("low", "high", "outside_share"))
    if all(isinstance(value, (int, float)) for value in (low, high, share)):
        said |= {"range": [low, high], "clipped_share": share, "mapping": "[0, 1] to [0, 255], as it was written"}

    def read(count: int) -> Images:
        images: Images = run_images.read_images(gallery.files, count=count)
        if len(images) < run_images.FEWEST:
            raise DataError(run_images.sizes_in_words(gallery.files))
        return images

    networks = handed_files.tables(facts.get("networks"))
    return Candidate(source=source, count=len(gallery.files), read=read, networks=networks, said=said)


def _shown(task: Task, handed: Path) -> Iterator[Candidate]:
    """Pictures of 64 or more that a trained network made, the last first."""
    try:
        entries = handed_files.tables(handed_files.read_json(handed / "pictures.json"))
    except (DataError, OSError):
        return
    for entry in reversed(entries):
        file, networks = handed_files.text_of(entry, "file"), handed_files.tables(entry.get("networks"))
        made = any(network.get("verdict") in SAMPLED for network in networks)
        if not re.fullmatch(r"pictures-\d{1,6}\.npy", file) or not made or (handed / file).is_symlink():
            continue
        for candidate in _array(handed, Path(file).stem):
            if candidate.count >= run_images.FEWEST and not _shows_data(task, candidate):
                source = f"pictures shown by {handed_files.text_of(entry, 'call')}"
                yield Candidate(
                    source=source, count=candidate.count, read=candidate.read, networks=networks, said=entry
                )


def _shows_data(task: Task, candidate: Candidate) -> bool:
    try:
        return run_data.is_the_data_set(task, candidate.read(run_images.FEWEST))
    except DataError:
        return True


def _grid(task: Task, file: Path, grid: run_tiles.Grid, name: str) -> Candidate:
    def read(count: int) -> Images:
        tiles: Images = run_tiles.read_tiles(file, grid)
        if len(tiles) < run_images.FEWEST:
            raise DataError(f"{len(tiles)} pictures of 32 by 32, fewer than {run_images.FEWEST}")
        if run_data.is_the_data_set(task, tiles[: run_images.FEWEST]):
            raise DataError("it shows images of the data set")
        return tiles[:count]

    words = f"grid of {grid.rows} by {grid.columns} pictures {name}"
    return Candidate(source=words, count=grid.count, read=read, said={"mapping": "uint8 as it was written"})
