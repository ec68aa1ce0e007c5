"""What the values of a network come to after its first, second, fourth, eighth ... update, in a few characters.

Ranks of one training agree in it, two trainings do not. A number of updates, not the end: at the end of a process its
networks are often gone. Knows tensors; nothing of networks or processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import torch

from .leaves import outside_of_modes

MAX_TENSORS = 64
SAMPLE = 256
"""Elements of each tensor, evenly over it."""


def due(updates: int) -> bool:
    """Whether this is an update after which the values are looked at."""
    return updates & (updates - 1) == 0


def digest(tensors: Sequence[Any], updates: int) -> str:
    """The number of the update and the digest of these values; empty where they cannot be read."""
    words = hashlib.sha256()
    try:
        with outside_of_modes():
            for tensor in tensors[:MAX_TENSORS]:
                flat = tensor.detach().reshape(-1)
                few = flat[:: max(1, flat.numel() // SAMPLE)][:SAMPLE].cpu().contiguous()
                words.update(repr(tuple(tensor.shape)).encode() + few.view(torch.uint8).numpy().tobytes())
    except Exception:
        return ""
    return f"{updates}:{words.hexdigest()[:32]}" if tensors else ""
