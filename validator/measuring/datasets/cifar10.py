"""CIFAR-10, python version, in the layout of its archive; where it lies, how it is checked and read.

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

TITLE = "CIFAR-10"
CLASSES = 10
IMAGE_SHAPE = (3, 32, 32)
SPLITS: tuple[SplitName, ...] = ("train", "test")
FOLDER = "cifar-10-batches-py"
MAX_BYTES = 100 << 20
"""Of one file: the official batches are of 31 MB each."""
ARCHIVE_MD5 = "c58f30108f718f92721af3b95e74349a"
OFFICIAL_MD5: dict[str, str] = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
    "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
}
FILES: dict[SplitName, tuple[str, ...]] = {
    "train": tuple(f"data_batch_{number}" for number in range(1, 6)),
    "test": ("test_batch",),
}
HOW = (
    f"Unpack the official cifar-10-python.tar.gz (md5 {ARCHIVE_MD5}) there: it holds the folder {FOLDER} with "
    "data_batch_1 to data_batch_5, test_batch and batches.meta; torchvision.datasets.CIFAR10(root, download=True) "
    "makes the same folder."
)


@dataclass(frozen=True, kw_only=True)
class Split:
    """One split: `images` uint8 (n, 3, 32, 32); `labels` int64 (n,) in 0..9."""

    images: np.ndarray[Any, np.dtype[np.uint8]]
    labels: np.ndarray[Any, np.dtype[np.int64]]


def folder(data: Path | None) -> Path | None:
    """DIR/cifar-10-batches-py, or DIR itself when that is the folder; None when neither holds a file of it."""
    if data is None:
        return None
    places = (data / FOLDER, *([data] if data.name == FOLDER else []))
    return next((place for place in places if any((place / name).is_file() for name in OFFICIAL_MD5)), None)


def inventory(data: Path | None) -> Inventory:
    """Which of the seven files are there, and whether they are the official ones."""
    goes = folder(data) or (data / FOLDER if data else Path(unknown_folder(FOLDER)))
    files = tuple(_file(goes / name, keep_in=data) for name in OFFICIAL_MD5)
    return Inventory(name="cifar10", title=TITLE, folder=str(goes), files=files, how=HOW)


def md5s(data: Path | None) -> dict[str, str]:
    """The md5 of each file that is there, as it is there."""
    place = folder(data)
    if place is None:
        return {}
    names = [name for name in OFFICIAL_MD5 if (place / name).is_file()]
    return {name: file_digest(place / name, algorithm="md5", keep_in=data) for name in names}


def load(data: Path | None, split: SplitName, *, lookalike: bool = False) -> Split:
    """One split, its files hashed before they are read and checked after. Raises DataError.

    Files that are not the official ones are refused unless `lookalike` allows them.
    """
    import numpy as np

    found = inventory(data)
    found.require(lookalike=lookalike)
    batches = [_batch(Path(found.folder) / name) for name in FILES[split]]
    return Split(
        images=np.concatenate([batch.images for batch in batches]),
        labels=np.concatenate([batch.labels for batch in batches]),
    )


def _batch(path: Path) -> Split:
    import numpy as np

    table = load_pickle(path, max_bytes=MAX_BYTES)
    if not isinstance(table, dict):
        raise DataError(f"{path}: holds no table of data and labels; {HOW}")
    rows, labels = table.get("data"), table.get("labels")
    if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.ndim != 2 or rows.shape[1] != 3072:
        shape = getattr(rows, "shape", type(rows).__name__)
        raise DataError(f"{path}: data is {shape}, expected uint8 (n, 3072); {HOW}")
    if not len(rows):
        raise DataError(f"{path}: holds no image; {HOW}")
    if not isinstance(labels, list) or not all(type(label) is int and 0 <= label < CLASSES for label in labels):
        raise DataError(f"{path}: labels is not a list of whole numbers in 0..9; {HOW}")
    if len(labels) != len(rows):
        raise DataError(f"{path}: {len(rows)} images but {len(labels)} labels; {HOW}")
    images = np.ascontiguousarray(rows).reshape(-1, *IMAGE_SHAPE)
    return Split(images=images, labels=np.asarray(labels, dtype=np.int64))


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
