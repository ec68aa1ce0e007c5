"""A file of weights: format, names and shapes of its tensors, and what loading it would import. Loads nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from validator.evidence import Document, Entry, Flag
from validator.measuring.probes.task import Task
from validator.measuring.probes.weights_found import FoundWeights, WeightsProblem
from validator.measuring.probes.weights_safetensors import read_safetensors
from validator.measuring.probes.weights_torch import ZIP_START, check_table, read_pickles, read_zip
from validator.plan import Role

ALL = "all tensors"
"""Key of the entry that sums the others up."""
MOST_LISTED = 300
HDF5 = b"\x89HDF\r\n\x1a\n"
HDF5_STARTS = (0, 512, 1024, 2048)
CONTAINERS = ("set", "frozenset", "dict", "list", "tuple", "bytearray", "complex", "slice", "int", "float", "bool")
HARMLESS = frozenset(
    {
        *("collections.OrderedDict", "collections.defaultdict", "_codecs.encode"),
        *(f"{module}.{name}" for module in ("builtins", "__builtin__") for name in CONTAINERS),
    }
)
HARMLESS_MODULES, NOT_THESE = ("torch", "numpy"), ("torch.nn.modules.", "torch.storage._load_from_bytes")
"""What tensors and their containers are made of; a whole network, or a pickle in a pickle, is more than that."""
DANGEROUS_MODULES = frozenset(
    {
        *("os", "posix", "nt", "sys", "subprocess", "pty", "shutil", "socket", "runpy", "importlib", "imp", "ctypes"),
        *("builtins", "__builtin__", "pickle", "_pickle", "code", "codeop", "pdb", "timeit", "trace", "webbrowser"),
        *(
            "urllib",
            "http",
            "requests",
            "ftplib",
            "multiprocessing",
            "asyncio",
            "signal",
            "operator",
            "marshal",
            "site",
        ),
    }
)
"""Modules whose names in a pickle serve to execute something; a checkpoint needs none of them."""
DANGEROUS_NAMES = frozenset(
    {"torch.hub.load", "torch.load", "numpy.load", "numpy.testing._private.utils.runstring", "torch.jit.load"}
)


def read(*, root: Path, path: str, role: Role, task: Task) -> Document:
    """Read the head of the file; whatever is wrong with it is a flag."""
    try:
        found = _read(root / path)
    except WeightsProblem as problem:
        flag = Flag(kind="weights-unreadable", detail=str(problem), where=path)
        return Document(path=path, role=role.name, kind=role.kind, flags=(flag,))
    entries = (Entry(key="format", words=found.form), *_entries(found))
    return Document(path=path, role=role.name, kind=role.kind, entries=entries, flags=tuple(_flags(path, found)))


def _read(file: Path) -> FoundWeights:
    size_bytes = file.stat().st_size
    with file.open("rb") as opened:
        head = opened.read(max(HDF5_STARTS) + len(HDF5))
    if not size_bytes:
        raise WeightsProblem("an empty file")
    if any(head[start : start + len(HDF5)] == HDF5 for start in HDF5_STARTS):
        return FoundWeights(form="HDF5", listed=False)
    if head.startswith(ZIP_START):
        check_table(file)
        return FoundWeights(form="Keras", listed=False) if _is_keras(file) else read_zip(file)
    if head[:1] == b"\x80" and 2 <= head[1] <= 5:
        return read_pickles(file)
    if head[8:9] == b"{":
        return read_safetensors(file)
    if head.startswith(b"version https://git-lfs"):
        raise WeightsProblem("a note of where the file lies (Git LFS), not the file")
    raise WeightsProblem("no format of weights that is known here")


def _is_keras(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return {"config.json", "metadata.json"} <= set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError):
        return False


def _entries(found: FoundWeights) -> Iterator[Entry]:
    if not found.listed:
        return
    values = sum(tensor.values for tensor in found.tensors)
    words = f"in {len(found.tensors)} tensors"
    yield Entry(key=ALL, value=float(min(values, 2**60)), unit="values", words=words)
    for tensor in found.tensors[:MOST_LISTED]:
        shape = " x ".join(map(str, tensor.shape)) or "one number"
        words = f"{shape} {tensor.dtype}".strip()
        yield Entry(key=tensor.name or "unnamed", value=float(min(tensor.values, 2**60)), unit="values", words=words)


def _flags(path: str, found: FoundWeights) -> Iterator[Flag]:
    dangerous = [name for name in found.globals if _is_dangerous(name)]
    foreign = [name for name in found.globals if not _is_dangerous(name) and not _is_harmless(name)]
    if dangerous:
        detail = f"loading it without weights_only would import {', '.join(dangerous[:6])}, which can run anything"
        yield Flag(kind="weights-dangerous", detail=detail, where=path)
    if foreign:
        detail = f"holds more than tensors: loading it needs {', '.join(foreign[:6])}"
        yield Flag(kind="weights-need-code", detail=detail, where=path)
    if found.listed and not found.tensors and not dangerous:
        yield Flag(kind="weights-without-tensors", detail="no tensor was found in it", where=path)


def _is_dangerous(name: str) -> bool:
    if name in HARMLESS:
        return False
    return name in DANGEROUS_NAMES or name.partition(".")[0] in DANGEROUS_MODULES


def _is_harmless(name: str) -> bool:
    of_tensors = name.startswith(tuple(f"{module}." for module in HARMLESS_MODULES))
    return name in HARMLESS or (of_tensors and not name.startswith(NOT_THESE))
