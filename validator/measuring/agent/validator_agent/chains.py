"""A network in parts that are called one after the other, such as a frozen encoder and the head trained on it, as one.

Knows modules and shapes; what was done between the parts is seen only where it was nothing, or a view.
"""

from __future__ import annotations

from typing import Any

import torch

from .signatures import as_images

MAX_PARTS = 3


class Chain(torch.nn.Module):
    """The parts in turn; `shapes` is what each part after the first is fed, the batch aside."""

    def __init__(self, parts: list[Any], shapes: list[tuple[int, ...]]) -> None:
        super().__init__()
        self.parts = torch.nn.ModuleList(parts)
        self.shapes = shapes

    def forward(self, images: Any) -> Any:
        """What the last part makes of what the others make of the images."""
        values = self.parts[0](images)
        for part, shape in zip(list(self.parts)[1:], self.shapes, strict=True):
            first = values[0] if isinstance(values, (tuple, list)) else values
            values = part(first.reshape(len(first), *shape))
        return values


def chain_to(module: Any, forwards: Any) -> tuple[Any, Any]:
    """What to feed images to instead of this module, and the module of it that is fed them: twice itself, mostly."""
    parts: list[Any] = [module]
    shapes: list[tuple[int, ...]] = []
    while len(parts) < MAX_PARTS:
        fed = forwards.fed(parts[0])
        if fed is None or as_images(torch.empty((1, *fed["shape"][1:]), device="meta")) is not None:
            break
        feeder = forwards.feeder(parts[0])
        if feeder is None or any(feeder is part for part in parts):
            break
        parts, shapes = [feeder, *parts], [tuple(fed["shape"][1:]), *shapes]
    return (Chain(parts, shapes), parts[0]) if len(parts) > 1 else (module, module)
