"""Arrays from .npy files that may be hostile: the header is checked before anything is mapped, nothing is unpickled."""

from __future__ import annotations

import math
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from validator.measuring.datasets.inventory import DataError

if TYPE_CHECKING:
    import numpy as np

HEADER_CHARACTERS = 4096


def load_npy(
    path: Path, *, dtype: str, shape: tuple[int | None, ...], max_bytes: int, mapped: bool = False
) -> np.ndarray[Any, Any]:
    """The array of a .npy file of exactly this dtype and shape (None: any length).

    `mapped` maps it read-only; otherwise it is read whole, which is right for a file that another process wrote and
    might still change. Raises DataError for anything else: a link, a pipe, another dtype or shape, a file that is
    shorter or longer than its header says.
    """
    import numpy as np

    with open_regular(path, max_bytes=max_bytes) as stream:
        found_shape, fortran, found_dtype = _header(stream, path)
        if found_dtype != np.dtype(dtype):
            raise DataError(f"{path.name}: dtype {found_dtype}, expected {dtype}; save it as {dtype}")
        if not _fits(found_shape, shape):
            raise DataError(f"{path.name}: shape {found_shape}, expected {_words(shape)}")
        offset = stream.tell()
        expected = math.prod(found_shape) * found_dtype.itemsize
        held = os.fstat(stream.fileno()).st_size - offset
        if held != expected:
            raise DataError(f"{path.name}: holds {held:,} bytes of values, its header says {expected:,}; copy it again")
        order: Any = "F" if fortran else "C"
        if mapped and expected:
            return np.memmap(stream, dtype=found_dtype, mode="r", offset=offset, shape=found_shape, order=order)
        values = np.frombuffer(stream.read(expected), dtype=found_dtype)
        return values.reshape(found_shape, order=order)


def open_regular(path: Path, *, max_bytes: int) -> BinaryIO:
    """Open without following a link and without waiting on a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:  # a name with a nought or half a surrogate pair is a ValueError
        reason = error.strerror if isinstance(error, OSError) else "no name of a file"
        raise DataError(f"{ascii(path.name)[1:-1]}: cannot be opened ({reason})") from error
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise DataError(f"{path.name}: not a regular file")
    stream = os.fdopen(handle, "rb")
    if status.st_size > max_bytes:
        stream.close()
        raise DataError(f"{path.name}: {status.st_size:,} bytes, at most {max_bytes:,} are read")
    return stream


def _header(stream: BinaryIO, path: Path) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    from numpy.lib import format as npy_format

    try:
        version = npy_format.read_magic(stream)
        read = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
        shape, fortran, dtype = read(stream, max_header_size=HEADER_CHARACTERS)
    except Exception as error:  # numpy's reader of headers raises whatever its parsers raise, TokenError among them
        raise DataError(f"{path.name}: not a .npy file ({error})") from error
    if any(length < 0 for length in shape):
        raise DataError(f"{path.name}: not a .npy file (negative length)")
    return shape, fortran, dtype


def _fits(found: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(found) == len(wanted) and all(
        wish is None or wish == length for length, wish in zip(found, wanted, strict=True)
    )


def _words(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("n" if length is None else str(length) for length in shape) + ("," * (len(shape) == 1)) + ")"
