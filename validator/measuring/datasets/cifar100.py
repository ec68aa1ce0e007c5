"""CIFAR-100, python version, in the layout of its archive; where it lies, how it is checked and read.

Krizhevsky 2009; the md5 digests are those that torchvision checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from validator.measuring.datasets.digests import file_digest
from validator.measuring.datasets.inventory import DataError, DataFile, Inventory, unknown_folder
from validator.measuring.datasets.pickles import load_pickle

if TYPE_CHECKING:
    import numpy as np

SplitName = Literal["train", "test"]

CLASSES = 100
IMAGE_SHAPE = (3, 32, 32)
FOLDER = "cifar-100-python"
MAX_BYTES = 400 << 20
ARCHIVE_MD5 = "eb9058c3a382ffc7106e4002c42a8d85"
OFFICIAL_MD5: dict[str, str] = {
    "train": "16019d7e3df5f24257cddd939b257f8d",
    "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
    "meta": "7973b15100ade9c7d40fb424638fde48",
}
HOW = (
    f"Unpack the official cifar-100-python.tar.gz (md5 {ARCHIVE_MD5}) there: it holds the folder {FOLDER} with train, "
    "test and meta; torchvision.datasets.CIFAR100(root, download=True) makes the same folder."
)


@dataclass(frozen=True, kw_only=True)
class Split:
    """One split: `images` uint8 (n, 3, 32, 32); `labels` int64 (n,), the fine labels in 0..99."""

    images: np.ndarray[Any, np.dtype[np.uint8]]
    labels: np.ndarray[Any, np.dtype[np.int64]]


def folder(data: Path | None) -> Path | None:
    """DIR/cifar-100-python, or DIR itself when that is the folder; None when neither holds a file of it."""
    if data is None:
        return None
    places = (data / FOLDER, *([data] if data.name == FOLDER else []))
    return next((place for place in places if any((place / name).is_file() for name in OFFICIAL_MD5)), None)


def inventory(data: Path | None) -> Inventory:
    """Which of the three files are there, and whether they are the official ones."""
    goes = folder(data) or (data / FOLDER if data else Path(unknown_folder(FOLDER)))
    files = tuple(_file(goes / name, keep_in=data) for name in OFFICIAL_MD5)
    return Inventory(name="cifar100", title="CIFAR-100", folder=str(goes), files=files, how=HOW)


def md5s(data: Path | None) -> dict[str, str]:
    """The md5 of each file that is there, as it is there."""
    place = folder(data)
    if place is None:
        return {}
    names = [name for name in OFFICIAL_MD5 if (place / name).is_file()]
    return {name: file_digest(place / name, algorithm="md5", keep_in=data) for name in names}


def load(data: Path | None, split: SplitName, *, lookalike: bool = False) -> Split:
    """One split, hashed before it is unpickled and checked after. Raises DataError.

    Files that are not the official ones are refused unless `lookalike` allows them.
    """
    found = inventory(data)
    found.require(lookalike=lookalike)
    path = Path(found.folder) / split
    table = load_pickle(path, max_bytes=MAX_BYTES)
    if not isinstance(table, dict):
        raise DataError(f"{path}: holds no table of data and fine_labels; {HOW}")
    return Split(images=_images(path, table.get("data")), labels=_labels(path, table))


def class_names(data: Path | None) -> tuple[str, ...]:
    """Names of the fine classes 0..99 from the meta file; none where it does not hold them."""
    place = folder(data)
    if place is None:
        return ()
    try:
        table = load_pickle(place / "meta", max_bytes=MAX_BYTES)
    except DataError:
        return ()
    names = table.get("fine_label_names") if isinstance(table, dict) else None
    if not isinstance(names, list) or len(names) != CLASSES or not all(isinstance(name, str) for name in names):
        return ()
    return tuple(names)


def _images(path: Path, rows: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    import numpy as np

    if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.ndim != 2 or rows.shape[1] != 3072:
        shape = getattr(rows, "shape", type(rows).__name__)
        raise DataError(f"{path}: data is {shape}, expected uint8 (n, 3072); {HOW}")
    if not len(rows):
        raise DataError(f"{path}: holds no image; {HOW}")
    return np.ascontiguousarray(rows).reshape(-1, *IMAGE_SHAPE)


def _labels(path: Path, table: dict[Any, Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    import numpy as np

    given = table.get("fine_labels")
    if not isinstance(given, list) or not all(type(label) is int and 0 <= label < CLASSES for label in given):
        raise DataError(f"{path}: fine_labels is not a list of whole numbers in 0..99; {HOW}")
    if len(given) != len(table["data"]):
        raise DataError(f"{path}: {len(table['data'])} images but {len(given)} fine_labels; {HOW}")
    return np.asarray(given, dtype=np.int64)


def _file(path: Path, *, keep_in: Path | None) -> DataFile:
    if not path.is_file():
        detail = f"expected md5 {OFFICIAL_MD5[path.name]}"
        return DataFile(name=path.name, path=str(path), state="missing", detail=detail)
    size = path.stat().st_size
    digest = file_digest(path, algorithm="md5", keep_in=keep_in)
    if digest == OFFICIAL_MD5[path.name]:
        return DataFile(name=path.name, path=str(path), state="official", bytes=size)
    detail = f"md5 {digest[:8]}..., official {OFFICIAL_MD5[path.name][:8]}..."
    return DataFile(name=path.name, path=str(path), state="look-alike", bytes=size, detail=detail)
