"""What a module returned, and how its layers answer now. Knows tensors and modules; keeps none."""

from __future__ import annotations

from typing import Any

import torch

MOST_CLASSES = 100


def parts_of(output: Any) -> list[Any]:
    """The tensors that a module returned."""
    parts = output.values() if isinstance(output, dict) else output if isinstance(output, (tuple, list)) else ()
    return [part for part in parts if isinstance(part, torch.Tensor)]


def is_scores(part: Any, images: int) -> bool:
    """Whether this is `(images, classes)` of few classes."""
    shape = () if part is None or not part.is_floating_point() else tuple(part.shape)
    return len(shape) == 2 and shape[0] == images and 2 <= shape[1] <= MOST_CLASSES


def noisy_layers(module: Any) -> list[str]:
    """Classes of its layers that now answer as they do in training: dropout that drops, norms by the batch."""
    noisy = {
        type(part).__name__[:40]
        for part in module.modules()
        if part.training
        and (
            isinstance(part, torch.nn.modules.batchnorm._BatchNorm)
            or (isinstance(part, torch.nn.modules.dropout._DropoutNd) and part.p > 0)
        )
    }
    return sorted(noisy)[:8]


def version_of(batch: Any) -> int:
    """The number that torch counts up with each change in place; -1 where it does not."""
    return -1 if batch.is_inference() else int(batch._version)


def shares(tensor: Any, other: Any) -> bool:
    """Whether both lie in the same memory."""
    return tensor is not None and tensor.untyped_storage()._cdata == other.untyped_storage()._cdata
