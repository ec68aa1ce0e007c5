"""What tells cheaply that a tensor was written, and what tells exactly that two hold the same; knows tensors only."""

from __future__ import annotations

from typing import Any

import torch


def keys_of(tensors: list[Any]) -> tuple[list[int], list[int]]:
    """Version counter and address of each tensor, as far as it has them."""
    try:
        return [tensor._version for tensor in tensors], [tensor.data_ptr() for tensor in tensors]
    except Exception:  # inference tensors have no version, some subclasses no address
        return [_version(tensor) for tensor in tensors], [_pointer(tensor) for tensor in tensors]


def same(one: Any, other: Any) -> bool:
    """Whether two tensors hold the same bits; not-a-number is equal to itself."""
    one = one.detach()
    if one.shape != other.shape or one.dtype != other.dtype or one.device != other.device:
        return False
    if torch.equal(one, other):
        return True
    return bool(one.is_floating_point() and torch.equal(_bits(one), _bits(other)))


def differing(tensors: list[Any], copies: list[Any]) -> list[bool]:
    """For each tensor whether it differs from its copy; a device is made to wait once, not for each tensor."""
    if not any(tensor.is_cuda for tensor in tensors):
        return [not same(one, other) for one, other in zip(tensors, copies, strict=True)]
    flags = [
        torch.ne(_bits(one.detach()), _bits(other)).any()
        if one.shape == other.shape and one.dtype == other.dtype and one.device == other.device
        else torch.ones((), dtype=torch.bool, device=one.device)
        for one, other in zip(tensors, copies, strict=True)
    ]
    return [bool(flag) for flag in torch.stack([flag.to(flags[0].device) for flag in flags]).tolist()]


def _bits(tensor: Any) -> Any:
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor)
    whole = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
    return tensor.contiguous().view(whole[tensor.element_size()])


def _version(tensor: Any) -> int:
    try:
        return int(tensor._version)
    except Exception:
        return -1


def _pointer(tensor: Any) -> int:
    try:
        return int(tensor.data_ptr())
    except Exception:
        return 0
