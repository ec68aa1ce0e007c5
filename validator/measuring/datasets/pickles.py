"""Pickles that hold arrays and plain values, read without being able to run anything else; knows no data set."""

from __future__ import annotations

import importlib
import io
import pickle
from pathlib import Path
from typing import Any

from validator.measuring.datasets.inventory import DataError

ARRAY_NAMES = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy._core.numeric", "_frombuffer"),
}


class _Plain(pickle.Unpickler):
    """Knows the names by which arrays are written, and no other."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return _latin1
        if (module, name) not in ARRAY_NAMES:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is neither an array nor a plain value")
        return getattr(importlib.import_module(module.replace("numpy.core", "numpy._core")), name)


def _latin1(text: str, encoding: str = "latin1") -> bytes:
    """How Python 3 writes bytes in old protocols."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it asks for the codec {encoding}")
    return text.encode("latin1")


def load_pickle(path: Path, *, max_bytes: int) -> Any:
    """The value of a pickle of arrays, dicts, lists, bytes, text and numbers. Raises DataError for any other."""
    try:
        with path.open("rb") as stream:
            content = stream.read(max_bytes + 1)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    if len(content) > max_bytes:
        raise DataError(f"{path}: more than {max_bytes:,} bytes; not the file it is called")
    try:
        return _Plain(io.BytesIO(content), encoding="latin1").load()
    except Exception as error:  # noqa: BLE001 - a broken pickle may raise anything; all of it means the same
        raise DataError(
            f"{path}: cannot be read as a pickle of arrays ({error}); copy the official file again"
        ) from None
