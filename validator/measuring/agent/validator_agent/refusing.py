"""Refuses files to the harness's own calls of a student's code: writing pictures and arrays, reading data sets.

An audit hook of Python's, which is put in place once and does nothing outside those calls; what C code opens by itself
(OpenCV, torchvision's decoders) is refused by name.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

WRITTEN = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".npy", ".npz", ".pt", ".pth", ".pkl", ".safetensors", ".ckpt")
READ = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".ppm", ".npy", ".npz", ".pkl", ".pickle", ".mat", ".h5", ".hdf5")
READ_TOO = (".parquet", ".csv", ".zip", ".tar", ".gz", ".bin", ".raw")
STARTED = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")
DECODERS = (("cv2", "imread"), ("torchvision.io", "read_image"), ("torchvision.io", "read_file"), ("h5py", "File"))


class DataRefused(OSError):
    """What a student's code meets when it asks for data while the harness draws samples."""


class _State:
    hooked = False
    refusing_writes = False
    refusing_reads = False
    served: tuple[str, ...] = ()
    allowed: set[str] = set()  # noqa: RUF012 - one set a process
    refused: list[str] = []  # noqa: RUF012 - one list a process


@contextmanager
def writes() -> Iterator[None]:
    """Nothing the run left behind is overwritten by what the harness itself draws."""
    _hook()
    before, _State.refusing_writes = _State.refusing_writes, True
    try:
        yield
    finally:
        _State.refusing_writes = before


@contextmanager
def reads(served: tuple[str, ...], *, allowed: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """Data files are not opened and no program is started; yields the names of what was asked for.

    `served` are refused whatever they are called; `allowed`, real paths, are not, nor is what is written meanwhile.
    """
    _hook()
    _State.refused = []
    _State.served = tuple(os.path.realpath(path) for path in served)
    _State.allowed = set(allowed)
    _State.refusing_reads = True
    with contextlib.ExitStack() as restoring:
        for module, name in DECODERS:
            _replace(module, name, restoring)
        try:
            yield _State.refused
        finally:
            _State.refusing_reads = False


def _hook() -> None:
    if not _State.hooked:
        _State.hooked = True
        sys.addaudithook(_heard)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if not (_State.refusing_reads or _State.refusing_writes):
        return
    if event == "open":
        _opening(*arguments[:3])
    elif event in STARTED and _State.refusing_reads:
        _refuse(f"the program {str(arguments[0])[:100]}")


def _opening(path: Any, mode: Any, flags: Any) -> None:
    if isinstance(path, int):
        return
    try:
        name = os.fsdecode(path)
    except (TypeError, ValueError):
        return
    writing = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & 3)
    low = name.lower()
    if writing and _State.refusing_writes and low.endswith(WRITTEN):
        raise DataRefused(f"{name}: nothing is written while the harness draws samples")
    if writing and _State.refusing_reads:
        _State.allowed.add(os.path.realpath(name))
    elif _State.refusing_reads and _is_data(name, low):
        _refuse(name)


def _is_data(name: str, low: str) -> bool:
    """Files of the data sets wherever they lie, and files that may hold images; never Python's own."""
    base = os.path.basename(low)  # noqa: PTH119
    real = os.path.realpath(name)
    if real in _State.allowed:
        return False
    if low.endswith((*READ, *READ_TOO)) or base in ("train", "test", "data_batch_1") or "cifar" in low:
        return "site-packages" not in low and "dist-packages" not in low
    return any(real == path or real.startswith(path + os.sep) for path in _State.served)


def _refuse(what: str) -> None:
    if len(_State.refused) < 20:
        _State.refused.append(what[:200])
    raise DataRefused(f"{what}: data sets cannot be read while the harness draws samples")


def _replace(module: str, name: str, restoring: contextlib.ExitStack) -> None:
    found = sys.modules.get(module)
    if found is None or not hasattr(found, name):
        return
    original = getattr(found, name)

    def refused(path: Any, *arguments: Any, **options: Any) -> Any:
        _refuse(str(path))

    setattr(found, name, refused)
    restoring.callback(setattr, found, name, original)
