"""AddNIST: six .npy files, already normalised; where they lie, how they are checked and read.

Towers et al., Newcastle University data repository, item 24574354 (CC BY 4.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from validator.measuring.datasets.digests import file_digest
from validator.measuring.datasets.inventory import DataError, DataFile, Inventory, unknown_folder
from validator.measuring.datasets.npy import load_npy

if TYPE_CHECKING:
    import numpy as np

SplitName = Literal["train", "valid", "test"]

TITLE = "AddNIST"
CLASSES = 20
SPLITS: tuple[SplitName, ...] = ("train", "valid", "test")
IMAGE_SHAPE = (3, 28, 28)
LOWEST, HIGHEST = (0 - 0.1307) / 0.3081, (1 - 0.1307) / 0.3081
MAX_BYTES = 1 << 30
HOW = (
    "AddNIST is item 24574354 of the Newcastle University data repository: six files train_x.npy, train_y.npy, "
    "valid_x.npy, valid_y.npy, test_x.npy, test_y.npy. Its digests here come from a public copy and have not been "
    "compared with the publisher's download."
)

# Candidate pins: sizes and SHA-256 prefixes as they stand in the LFS pointers of a public copy of the data set; they
# have not been compared with the publisher's own download.
OFFICIAL: dict[str, tuple[int, str]] = {
    "train_x.npy": (423_360_128, "90fe9fd5"),
    "train_y.npy": (360_128, "7e04aebb"),
    "valid_x.npy": (141_120_128, "46a42261"),
    "valid_y.npy": (120_128, "51066b7a"),
    "test_x.npy": (94_080_128, "c6d8ee91"),
    "test_y.npy": (80_128, "3515838c"),
}


@dataclass(frozen=True, kw_only=True)
class Split:
    """One split: `images` float32 (n, 3, 28, 28), normalised and memory-mapped; `labels` int64 (n,) in 0..19."""

    images: np.ndarray[Any, np.dtype[np.float32]]
    labels: np.ndarray[Any, np.dtype[np.int64]]


def folder(data: Path | None) -> Path | None:
    """The first of DIR/AddNIST, DIR/addnist and DIR that holds one of the files; None when none does."""
    places = () if data is None else (data / "AddNIST", data / "addnist", data)
    return next((place for place in places if any((place / name).is_file() for name in OFFICIAL)), None)


def inventory(data: Path | None) -> Inventory:
    """Which of the six files are there, and whether they are the official ones."""
    place = folder(data)
    goes = place or (data / "AddNIST" if data else Path(unknown_folder("AddNIST")))
    files = tuple(_file(goes / name, keep_in=data) for name in OFFICIAL)
    return Inventory(name="addnist", title=TITLE, folder=str(goes), files=files, how=HOW)


def load(data: Path | None, split: SplitName, *, lookalike: bool = False) -> Split:
    """One split, checked: header, shape, dtype, counts, label range, normalisation. Raises DataError.

    Files that are not the official ones are refused unless `lookalike` allows them.
    """
    found = inventory(data)
    found.require(lookalike=lookalike)
    place = Path(found.folder)
    images = load_npy(
        place / f"{split}_x.npy", dtype="<f4", shape=(None, *IMAGE_SHAPE), max_bytes=MAX_BYTES, mapped=True
    )
    labels = load_npy(place / f"{split}_y.npy", dtype="<i8", shape=(None,), max_bytes=MAX_BYTES)
    if len(images) != len(labels) or not len(images):
        raise DataError(f"{place}: {split}_x.npy has {len(images)} images, {split}_y.npy {len(labels)} labels; {HOW}")
    if labels.min() < 0 or labels.max() >= CLASSES:
        raise DataError(f"{place / f'{split}_y.npy'}: labels {labels.min()}..{labels.max()}, expected 0..19; {HOW}")
    _check_normalised(place / f"{split}_x.npy", images)
    return Split(images=images, labels=labels)


def _file(path: Path, *, keep_in: Path | None) -> DataFile:
    size, prefix = OFFICIAL[path.name]
    if not path.is_file():
        detail = f"expected {size:,} bytes, sha256 {prefix}..."
        return DataFile(name=path.name, path=str(path), state="missing", detail=detail)
    found = path.stat().st_size
    if found != size:
        detail = f"{found:,} bytes, official {size:,}"
        return DataFile(name=path.name, path=str(path), state="look-alike", bytes=found, detail=detail)
    digest = file_digest(path, keep_in=keep_in)
    if not digest.startswith(prefix):
        detail = f"sha256 {digest[:8]}..., official {prefix}..."
        return DataFile(name=path.name, path=str(path), state="look-alike", bytes=found, detail=detail)
    return DataFile(name=path.name, path=str(path), state="official", bytes=found)


def _check_normalised(path: Path, images: np.ndarray[Any, Any]) -> None:
    """512 evenly spaced images tell normalised pixels from 0..255 and 0..1 without reading 423 MB."""
    import numpy as np

    sample = images[:: max(1, len(images) // 512)]
    if not np.isfinite(sample).all():
        raise DataError(f"{path}: holds NaN or infinity; copy the official file again. {HOW}")
    low, high = float(sample.min()), float(sample.max())
    if low < LOWEST - 0.01 or high > HIGHEST + 0.01 or low > -0.3 or high < 1.1:
        raise DataError(
            f"{path}: values {low:.3f}..{high:.3f}, expected about {LOWEST:.4f}..{HIGHEST:.4f} "
            f"(the official files are already normalised); {HOW}"
        )
