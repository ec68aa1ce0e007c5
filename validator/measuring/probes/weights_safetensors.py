"""A safetensors file's names and shapes: eight bytes of length, then JSON. Format: huggingface.co/docs/safetensors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from validator.measuring.probes.weights_found import FoundWeights, Place, Tensor, WeightsProblem, plain_text

HEADER_BYTES = 8 * 1024 * 1024
DTYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}


def read_safetensors(file: Path) -> FoundWeights:
    """Read the header. Raises WeightsProblem."""
    size_bytes = file.stat().st_size
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if not 2 <= length <= min(HEADER_BYTES, size_bytes - 8):
            raise WeightsProblem("its header is longer than the file, or than any header")
        header = opened.read(length)
    try:
        table = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise WeightsProblem("its header is no JSON") from error
    if not isinstance(table, dict):
        raise WeightsProblem("its header names no tensors")
    named = [
        _tensor(name, about, begin=8 + length, size_bytes=size_bytes)
        for name, about in table.items()
        if name != "__metadata__"
    ]
    return FoundWeights(form="safetensors", tensors=tuple(named))


def _tensor(name: str, about: Any, *, begin: int, size_bytes: int) -> Tensor:
    shape = about.get("shape") if isinstance(about, dict) else None
    if not isinstance(shape, list) or not all(type(size) is int and 0 <= size < 2**48 for size in shape):
        raise WeightsProblem("its header gives a tensor no shape")
    offsets = about.get("data_offsets")
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(type(at) is int for at in offsets):
        raise WeightsProblem("its header does not say where a tensor lies")
    if not 0 <= offsets[0] <= offsets[1] <= size_bytes - begin:
        raise WeightsProblem("a tensor lies outside the file: it is not whole")
    return Tensor(
        name=plain_text(name),
        shape=tuple(shape[:16]),
        dtype=DTYPES.get(str(about.get("dtype")), ""),
        place=Place(storage="", start=begin + offsets[0]),
    )
