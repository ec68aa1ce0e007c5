"""Folders of image files that a run left behind, found and read. Decodes nothing whose header is not right."""

from __future__ import annotations

import itertools
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIDE = 32
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".ppm"})
FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "PPM")
FEWEST = 64
FILE_BYTES = 1_000_000
DEPTH = 32
FOLDERS = 20_000
"""How many folders of a scratch are looked into."""


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """One folder of image files, in reading order."""

    folder: Path
    files: tuple[Path, ...]


def written(root: Path, *, submission: Path | None) -> list[Gallery]:
    """Folders of images below `root` that the submission did not bring along, the largest first."""
    galleries = []
    for folder in itertools.islice(folders_below(root, depth=DEPTH), FOLDERS):
        brought = submission is not None and folder != root and (submission / folder.relative_to(root)).is_dir()
        gallery = None if brought else gallery_of(folder)
        if gallery is not None:
            galleries.append(gallery)
    return sorted(galleries, key=lambda gallery: (-len(gallery.files), gallery.folder.as_posix()))


def folders_below(root: Path, *, depth: int) -> Iterator[Path]:
    """`root` and all below it that no link leads to, as deep as a student's folders are by any sense."""
    waiting = [(root, 0)]
    while waiting:
        folder, level = waiting.pop()
        yield folder
        if level < depth:
            below = [entry for entry in _entries(folder) if not entry.is_symlink() and entry.is_dir()]
            waiting += [(entry, level + 1) for entry in reversed(below)]


def size_of(file: Path) -> tuple[int, int] | None:
    """Width and height that the header of an image file states; None when it is none."""
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=FORMATS) as image:
                return image.size
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None


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
            with Image.open(file, formats=FORMATS) as image:
                if image.size != (SIDE, SIDE):
                    return None
                return np.asarray(image.convert("RGB"), dtype=np.uint8).transpose(2, 0, 1)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_small_file(path: Path) -> bool:
    try:
        facts = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(facts.st_mode) and 0 < facts.st_size <= FILE_BYTES


def sizes_in_words(files: Sequence[Path]) -> str:
    """Of which sizes the first files are, for whoever expected others."""
    sizes = [size for file in files[:FEWEST] if (size := size_of(file)) is not None]
    if not sizes:
        return "none of its files can be read as images"
    width, height = max(set(sizes), key=sizes.count)
    if (width, height) == (SIDE, SIDE):
        return f"fewer than {FEWEST} of its files can be read as images of {SIDE} by {SIDE}"
    return f"its images are {width} by {height} pixels; {SIDE} by {SIDE} is measured, and nothing is resized"
