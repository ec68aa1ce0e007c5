"""Samples that a run wrote as image files, gathered into one array. Decodes nothing whose header is not right.

Runs outside the student's process and after its end. Knows no metric.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validator.measuring.probes.run_scratch import Scratch

SIDE = 32
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".ppm"})
FEWEST = 64
FILE_BYTES = 1_000_000
FOLDERS = 20_000
"""How many folders of a scratch are looked into."""
HANDED = re.compile(r"fid-(\d+)-(\d+)")


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """One folder of image files, in reading order."""

    folder: Path
    files: tuple[Path, ...]


def collect(*, scratch: Scratch, submission: Path, handed: Path, count: int) -> None:
    """Write `samples.npy` uint8 (n, 3, 32, 32) and `samples.json` unless the notebook handed samples out itself."""
    if os.path.lexists(handed / "samples.npy"):
        return
    for gallery, source in _candidates(scratch=scratch, submission=submission, handed=handed):
        images = read_images(gallery.files, count=count)
        if len(images) >= FEWEST:
            _write(handed, images, source=source, found=len(gallery.files))
            return


def _candidates(*, scratch: Scratch, submission: Path, handed: Path) -> Iterator[tuple[Gallery, str]]:
    """What was handed to a FID call first, then the largest folder of images that the run wrote."""
    call = "cleanfid.fid.compute_fid"
    for folder in handed_folders(handed):
        gallery = gallery_of(folder)
        if gallery is not None:
            yield gallery, f"folder handed to {call}"
    for gallery in written(scratch.work, submission=submission):
        name = gallery.folder.relative_to(scratch.work).as_posix()
        yield gallery, f"folder of images {name}"
    for gallery in written(scratch.tmp, submission=None):
        yield gallery, f"folder of images {gallery.folder.name} in the temporary folder"


def handed_folders(handed: Path) -> list[Path]:
    """Folders of the last FID call first, of its arguments the second first: real images stand first by custom."""
    found = [(HANDED.fullmatch(entry.name), entry) for entry in _entries(handed)]
    numbered = [(int(match[1]), int(match[2]), entry) for match, entry in found if match and _is_folder(entry)]
    return [entry for _, _, entry in sorted(numbered, key=lambda item: item[:2], reverse=True)]


def written(root: Path, *, submission: Path | None) -> list[Gallery]:
    """Folders of images below `root` that the submission did not bring along, the largest first."""
    galleries = []
    for number, (top, folders, _) in enumerate(os.walk(root)):
        folders.sort()
        if number > FOLDERS:
            break
        folder = Path(top)
        brought = submission is not None and folder != root and (submission / folder.relative_to(root)).is_dir()
        gallery = None if brought else gallery_of(folder)
        if gallery is not None:
            galleries.append(gallery)
    return sorted(galleries, key=lambda gallery: (-len(gallery.files), gallery.folder.as_posix()))


def gallery_of(folder: Path) -> Gallery | None:
    """The image files of one folder when there are enough of them; links and special files are none."""
    files = [entry for entry in _entries(folder) if entry.suffix.lower() in SUFFIXES and _is_small_file(entry)]
    if len(files) < FEWEST:
        return None
    return Gallery(folder=folder, files=tuple(sorted(files, key=natural_order)))


def natural_order(file: Path) -> list[tuple[int, int | str]]:
    """`2.png` before `10.png`."""
    parts = re.split(r"(\d{1,18})", file.name)
    return [(0, int(part)) if part.isascii() and part.isdigit() else (1, part) for part in parts]


def read_images(files: Sequence[Path], *, count: int) -> Any:
    """uint8 (n, 3, 32, 32) of the first `count` files that are images of that size; others are left out."""
    import numpy as np

    arrays: list[Any] = []
    for file in files:
        if len(arrays) >= count:
            break
        array = _read_image(file)
        if array is not None:
            arrays.append(array)
    return np.stack(arrays) if arrays else np.zeros((0, 3, SIDE, SIDE), dtype=np.uint8)


def _read_image(file: Path) -> Any:
    """One image, or None: its header says 32 by 32 before anything is decoded."""
    import warnings

    import numpy as np
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=("PNG", "JPEG", "BMP", "WEBP", "PPM")) as image:
                if image.size != (SIDE, SIDE):
                    return None
                return np.asarray(image.convert("RGB"), dtype=np.uint8).transpose(2, 0, 1)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None


def _write(handed: Path, images: Any, *, source: str, found: int) -> None:
    import numpy as np

    told = {"source": source, "count": len(images), "files": found}
    # Beside its place and renamed: whatever the student left under these names is replaced, never followed.
    with tempfile.TemporaryDirectory(dir=handed.parent) as beside:
        np.save(Path(beside) / "samples.npy", images)
        (Path(beside) / "samples.json").write_text(json.dumps(told), encoding="utf-8")
        for name in ("samples.npy", "samples.json"):
            (Path(beside) / name).replace(handed / name)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_small_file(path: Path) -> bool:
    try:
        facts = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(facts.st_mode) and 0 < facts.st_size <= FILE_BYTES
