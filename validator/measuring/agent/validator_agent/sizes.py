"""How many scalars tensors hold in distinct storage; knows tensors only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def elements(tensors: Iterable[Any]) -> int:
    """Scalars in distinct storage: tied tensors and views once, a complex number as two."""
    spans: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
    apart = 0
    for tensor in tensors:
        if "Uninitialized" in type(tensor).__name__:
            continue
        span = span_of(tensor)
        if span is None:
            apart += tensor.numel() * (2 if tensor.is_complex() else 1)
        else:
            spans.setdefault((str(tensor.device), tensor.untyped_storage().data_ptr()), []).append(span)
    return apart + sum(_merged(ranges) for ranges in spans.values())


def span_of(tensor: Any) -> tuple[int, int, int] | None:
    """First byte, last byte and width of a scalar within its storage; None for a tensor without storage."""
    try:
        if tensor.untyped_storage().data_ptr() == 0:
            return None
    except Exception:  # tensor subclasses without storage
        return None
    reals = 2 if tensor.is_complex() else 1
    width = tensor.element_size() // reals
    reach = 1 + sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True))
    first = tensor.storage_offset() * reals * width
    return first, first + min(reach, tensor.numel()) * reals * width, width


def _merged(ranges: list[tuple[int, int, int]]) -> int:
    total = end = 0
    for first, last, width in sorted(ranges):
        total += max(0, last - max(first, end)) // width
        end = max(end, last)
    return total
