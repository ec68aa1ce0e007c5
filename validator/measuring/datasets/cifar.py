"""What CIFAR-10 and CIFAR-100 have in common, python version: where the files lie, how they are checked and read.

Krizhevsky 2009; the md5 digests are those that torchvision checks. cifar10.py and cifar100.py each describe one.
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

SPLITS: tuple[SplitName, ...] = ("train", "test")
IMAGE_SHAPE = (3, 32, 32)


@dataclass(frozen=True, kw_only=True)
class Split:
    """One split: `images` uint8 (n, 3, 32, 32); `labels` int64 (n,), from 0."""

    images: np.ndarray[Any, np.dtype[np.uint8]]
    labels: np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, kw_only=True)
class Cifar:
    """One of the two: its names, the files of its archive with their official md5, and under which keys labels lie."""

    name: str
    title: str
    classes: int
    folder_name: str
    max_bytes: int
    """Of one file."""
    md5: dict[str, str]
    files: dict[SplitName, tuple[str, ...]]
    label_key: str
    meta: tuple[str, str]
    """The file that names the classes, and the key under which it does."""
    how: str
    """Where the official files come from."""

    def folder(self, data: Path | None) -> Path | None:
        """The folder of the archive under DIR, or DIR itself when it is that; None when neither holds a file of it."""
        if data is None:
            return None
        places = (data / self.folder_name, *([data] if data.name == self.folder_name else []))
        return next((place for place in places if any((place / name).is_file() for name in self.md5)), None)

    def inventory(self, data: Path | None) -> Inventory:
        """Which of the files are there, and whether they are the official ones."""
        goes = self.folder(data) or (data / self.folder_name if data else Path(unknown_folder(self.folder_name)))
        files = tuple(self._file(goes / name, keep_in=data) for name in self.md5)
        return Inventory(name=self.name, title=self.title, folder=str(goes), files=files, how=self.how)

    def md5s(self, data: Path | None) -> dict[str, str]:
        """The md5 of each file that is there, as it is there."""
        place = self.folder(data)
        if place is None:
            return {}
        names = [name for name in self.md5 if (place / name).is_file()]
        return {name: file_digest(place / name, algorithm="md5", keep_in=data) for name in names}

    def load(self, data: Path | None, split: SplitName, *, lookalike: bool = False) -> Split:
        """One split, its files hashed before they are unpickled and checked after. Raises DataError.

        Files that are not the official ones are refused unless `lookalike` allows them.
        """
        import numpy as np

        found = self.inventory(data)
        found.require(lookalike=lookalike)
        parts = [self._part(Path(found.folder) / name) for name in self.files[split]]
        if len(parts) == 1:
            return parts[0]
        return Split(
            images=np.concatenate([part.images for part in parts]),
            labels=np.concatenate([part.labels for part in parts]),
        )

    def class_names(self, data: Path | None) -> tuple[str, ...]:
        """Names of the classes in the order of their labels; none where the meta file does not hold them."""
        place = self.folder(data)
        if place is None:
            return ()
        file, key = self.meta
        try:
            table = load_pickle(place / file, max_bytes=self.max_bytes)
        except DataError:
            return ()
        names = table.get(key) if isinstance(table, dict) else None
        if not isinstance(names, list) or len(names) != self.classes:
            return ()
        return tuple(names) if all(isinstance(name, str) for name in names) else ()

    def _part(self, path: Path) -> Split:
        table = load_pickle(path, max_bytes=self.max_bytes)
        if not isinstance(table, dict):
            raise DataError(f"{path}: holds no table of data and {self.label_key}; {self.how}")
        images = self._images(path, table.get("data"))
        return Split(images=images, labels=self._labels(path, table.get(self.label_key), count=len(images)))

    def _images(self, path: Path, rows: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
        import numpy as np

        if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.ndim != 2 or rows.shape[1] != 3072:
            shape = getattr(rows, "shape", type(rows).__name__)
            raise DataError(f"{path}: data is {shape}, expected uint8 (n, 3072); {self.how}")
        if not len(rows):
            raise DataError(f"{path}: holds no image; {self.how}")
        return np.ascontiguousarray(rows).reshape(-1, *IMAGE_SHAPE)  # (n, 3072) -> (n, 3, 32, 32)

    def _labels(self, path: Path, given: Any, *, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        import numpy as np

        if not isinstance(given, list) or not all(type(label) is int and 0 <= label < self.classes for label in given):
            last = self.classes - 1
            raise DataError(f"{path}: {self.label_key} is not a list of whole numbers in 0..{last}; {self.how}")
        if len(given) != count:
            raise DataError(f"{path}: {count} images but {len(given)} {self.label_key}; {self.how}")
        return np.asarray(given, dtype=np.int64)

    def _file(self, path: Path, *, keep_in: Path | None) -> DataFile:
        if not path.is_file():
            detail = f"expected md5 {self.md5[path.name]}"
            return DataFile(name=path.name, path=str(path), state="missing", detail=detail)
        size = path.stat().st_size
        digest = file_digest(path, algorithm="md5", keep_in=keep_in)
        if digest == self.md5[path.name]:
            return DataFile(name=path.name, path=str(path), state="official", bytes=size)
        detail = f"md5 {digest[:8]}..., official {self.md5[path.name][:8]}..."
        return DataFile(name=path.name, path=str(path), state="look-alike", bytes=size, detail=detail)
