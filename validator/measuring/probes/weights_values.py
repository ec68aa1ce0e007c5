"""The values of a file of weights, copied to one flat file that holds nothing but numbers. Loads and unpickles nothing.

What a file declares is checked against what it holds before anything is read, and all that is written is bounded: a
storage that a thousand tensors share, or one number stretched over a terabyte, is no way to fill a disk.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from validator.measuring.probes import document_weights
from validator.measuring.probes.weights_found import Place, Tensor, WeightsProblem

MOST_BYTES = 512 << 20
"""Of the values of one file."""
MOST_TENSORS = 20_000
WIDTHS = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int64": 8,
    "int32": 4,
    "int16": 2,
    "int8": 1,
    "uint8": 1,
    "bool": 1,
}
"""Type of number to its bytes."""
UNREAD_FORMATS = {
    "HDF5": "HDF5 files are not read",
    "Keras": "Keras files are not read",
    "PyTorch, before version 1.6": "the values of PyTorch's older format are not read",
    "a pickle": "a plain pickle: its values are not read",
}
"""Formats whose names and shapes may be known, and why their values are not."""


@dataclass(frozen=True, kw_only=True)
class Copied:
    """One tensor in the flat file: `count` numbers of that type from that byte on, in the order of rows."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int


@dataclass(frozen=True, kw_only=True)
class Values:
    """What was copied of one file, and the digest of the very bytes that were read."""

    sha256: str
    tensors: tuple[Copied, ...]
    bytes: int


def copied(file: Path, into: Path, *, most_bytes: int = MOST_BYTES) -> Values:
    """Copy the values of every tensor that lies in the file as plain numbers. Raises WeightsProblem.

    `into` is written anew. What several tensors are called by one name is left out: which is meant is not known.
    """
    found = document_weights.found_in(file)
    if found.form in UNREAD_FORMATS:
        raise WeightsProblem(UNREAD_FORMATS[found.form])
    called = Counter(tensor.name for tensor in found.tensors)
    tensors = [
        tensor
        for tensor in found.tensors
        if tensor.place is not None and tensor.dtype in WIDTHS and called[tensor.name] == 1
    ]
    if not tensors:
        raise WeightsProblem("no tensor whose values can be read")
    _check(tensors, most_bytes)
    sha256 = _digest(file)
    try:
        with into.open("wb") as target:
            named = list(_written(file, tensors, target, most_bytes))
    except WeightsProblem:
        raise
    except Exception as error:  # every decompressor has errors of its own
        raise WeightsProblem(f"its values cannot be read ({type(error).__name__}): the file is not whole") from error
    if _digest(file) != sha256:
        raise WeightsProblem("it changed while it was read")
    return Values(sha256=sha256, tensors=tuple(named), bytes=sum(_bytes(tensor) for tensor in tensors))


def _check(tensors: list[Tensor], most_bytes: int) -> None:
    if len(tensors) > MOST_TENSORS:
        raise WeightsProblem(f"more than {MOST_TENSORS:,} tensors")
    total = sum(_bytes(tensor) for tensor in tensors)
    if total > most_bytes:
        raise WeightsProblem(f"its tensors say that they have {total:,} bytes, and up to {most_bytes:,} are read")


def _bytes(tensor: Tensor) -> int:
    return tensor.values * WIDTHS[tensor.dtype]


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _written(file: Path, tensors: list[Tensor], target: BinaryIO, most_bytes: int) -> Iterator[Copied]:
    """Tensors of one storage follow each other, so that each storage is read once and one is held at a time."""
    whole = all(tensor.place is not None and not tensor.place.storage for tensor in tensors)
    offset = 0
    with file.open("rb") as opened:
        storage = _Slices(opened) if whole else _Members(opened, most_bytes)
        for tensor in sorted(tensors, key=lambda one: one.place.storage if one.place else ""):
            content = storage.of(tensor)
            target.write(content)
            yield Copied(name=tensor.name, dtype=tensor.dtype, shape=tensor.shape, offset=offset)
            offset += len(content)


class _Slices:
    """A file that is one piece: each tensor lies in it as it is."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened = opened

    def of(self, tensor: Tensor) -> bytes:
        place = _place(tensor)
        self._opened.seek(place.start)
        content = self._opened.read(_bytes(tensor))
        if len(content) < _bytes(tensor):
            raise WeightsProblem(f"{tensor.name}: fewer values than its shape says")
        return content


class _Members:
    """The zip of PyTorch: storages are members, and a tensor is a view of one."""

    def __init__(self, opened: BinaryIO, most_bytes: int) -> None:
        self._archive = zipfile.ZipFile(opened)
        self._left = 2 * most_bytes
        """Storages may hold more than tensors show of them, and be packed: what unpacks to terabytes is not read."""
        names = self._archive.namelist()
        described = next(name for name in names if name.rpartition("/")[2] == "data.pkl")
        self._folder = described.rpartition("/")[0]
        order = f"{self._folder}/byteorder".lstrip("/")
        if order in names and self._read(order, 100).tobytes() != b"little":
            raise WeightsProblem("its numbers are stored in the other order of bytes")
        self._held = ("", np.empty(0, np.uint8))

    def of(self, tensor: Tensor) -> bytes:
        place, width = _place(tensor), WIDTHS[tensor.dtype]
        if self._held[0] != place.storage:
            self._held = ("", np.empty(0, np.uint8))
            name = f"{self._folder}/data/{place.storage}".lstrip("/")
            self._held = (place.storage, self._read(name, self._left))
            self._left -= len(self._held[1])
        numbers = self._held[1]
        strides = place.strides if place.strides is not None else ()
        if len(strides) != len(tensor.shape) or place.start < 0 or min(strides, default=0) < 0:
            raise WeightsProblem(f"{tensor.name}: its strides do not fit its shape")
        if 0 in tensor.shape:
            return b""
        last = place.start + sum((size - 1) * stride for size, stride in zip(tensor.shape, strides, strict=True))
        if (last + 1) * width > len(numbers):
            raise WeightsProblem(f"{tensor.name}: it reaches beyond its storage")
        view = np.lib.stride_tricks.as_strided(
            numbers[place.start * width :],
            shape=(*tensor.shape, width),
            strides=(*(stride * width for stride in strides), 1),
            writeable=False,
        )
        return view.tobytes()

    def _read(self, name: str, most_bytes: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """A member whole. Its size is what it unpacks to, not what it says."""
        try:
            member = self._archive.open(name)
        except KeyError:
            raise WeightsProblem("a storage that a tensor lies in is missing: the file is not whole") from None
        with member:
            content = member.read(most_bytes + 1)
        if len(content) > most_bytes:
            raise WeightsProblem(f"a storage of more than {most_bytes:,} bytes, or all of them together")
        return np.frombuffer(content, np.uint8)


def _place(tensor: Tensor) -> Place:
    assert tensor.place is not None  # noqa: S101 - the others were left out
    return tensor.place
