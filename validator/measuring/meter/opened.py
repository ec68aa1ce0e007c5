"""What the files that a run opened give cause to say: weights that were there before it. Pure; reads `opened` records.

What the run made itself (a checkpoint saved and loaded again) is no cause, nor are the served data sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from validator.evidence import Flag

KIND = "opened-weights"
WEIGHTS = frozenset((
    ".pt", ".pth", ".ckpt", ".safetensors", ".npz", ".npy", ".h5", ".hdf5", ".keras", ".onnx", ".bin", ".pkl",
    ".pickle", ".msgpack", ".pb", ".tflite", ".gguf", ".mat",
))  # fmt: skip
LARGE_BYTES = 1 << 20
SOURCES = frozenset((".py", ".ipynb", ".so"))
MOST_FLAGS = 20


def matters(record: Mapping[str, Any]) -> bool:
    """Whether such a file could hold weights: by its suffix, or because it is large."""
    size = record.get("bytes")
    return str(record.get("suffix")) in WEIGHTS or (isinstance(size, int) and size >= LARGE_BYTES)


def suspicious(records: Iterable[Mapping[str, Any]]) -> tuple[Flag, ...]:
    """One flag for each file that could hold weights, was there before the run, and is no served data."""
    flags = []
    for record in records:
        if record.get("kind") != "opened" or record.get("made") or record.get("shared"):
            continue
        size = record.get("bytes")
        if matters(record) and str(record.get("suffix")) not in SOURCES and isinstance(size, int) and size > 0:
            flags.append(Flag(kind=KIND, detail=f"{str(record.get('path'))[:200]} ({size:,} bytes) was opened"))
    return tuple(flags[:MOST_FLAGS])
