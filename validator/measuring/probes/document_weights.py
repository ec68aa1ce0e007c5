"""A file of weights: format, names and shapes of its tensors, and what loading it would import. Loads nothing."""

from __future__ import annotations

import re
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
OF_TENSORS = re.compile(
    r"torch\.(?:\w{0,20}Storage|Size|device|dtype|Tensor|strided|(?:b?float|q?u?int|c?complex|double|half|bool|long)\w{0,16})"
    r"|torch\._utils\._rebuild_\w{1,40}|torch\._tensor\._rebuild_from_type(?:_v2)?"
    r"|torch\.storage\.(?:Untyped|_?Typed)Storage|torch\.nn\.parameter\.(?:Parameter|Buffer|UninitializedParameter)"
    r"|torch\.serialization\._get_layout|torch\.torch_version\.TorchVersion"
    r"|numpy\.(?:_?core\.)?multiarray\.(?:_reconstruct|scalar)|numpy\._?core\.numeric\._frombuffer"
    r"|numpy\.(?:ndarray|dtype|dtypes\.\w{1,20}DType|(?:float|u?int|complex|bool|str|bytes)_?\d{0,3}_?)"
)
"""What tensors and arrays are made of. Both libraries also hold functions that run commands, so nothing else passes."""
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
REACHED = frozenset({"os", "posix", "nt", "subprocess", "builtins", "__builtins__"})
"""Modules that another one imported: `torch.serialization.os.system` is theirs."""


def read(*, root: Path, path: str, role: Role, task: Task) -> Document:
    """Read the head of the file; whatever is wrong with it is a flag."""
    try:
        found = found_in(root / path)
    except WeightsProblem as problem:
        flag = Flag(kind="weights-unreadable", detail=str(problem), where=path)
        return Document(path=path, role=role.name, kind=role.kind, flags=(flag,))
    entries = (Entry(key="format", words=found.form), *_entries(found))
    return Document(path=path, role=role.name, kind=role.kind, entries=entries, flags=tuple(_flags(path, found)))


def found_in(file: Path) -> FoundWeights:
    """Format, names and shapes, and what loading would import. Raises WeightsProblem."""
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
    if head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5"):
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
    except Exception:  # noqa: BLE001 - of a damaged zip anything may be raised; what reads it next says so
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
    modules = name.split(".")[:-1]
    return name in DANGEROUS_NAMES or name.partition(".")[0] in DANGEROUS_MODULES or bool(REACHED & set(modules))


def _is_harmless(name: str) -> bool:
    return name in HARMLESS or OF_TENSORS.fullmatch(name) is not None
