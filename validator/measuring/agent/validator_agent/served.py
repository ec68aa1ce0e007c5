"""What a DataLoader gave beside a batch: the labels of the images, sounds or texts that a module is then called with.

Stands before the iterators of `torch.utils.data`. Knows batches and their parts; nothing of networks.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Iterator
from typing import Any

import torch

from .answers import shares

NAMED = ("labels", "label", "targets", "target", "y")
"""What batches that are dictionaries call their labels."""
MOST_PARTS, MOST_SOURCES = 24, 1000


class Served:
    """The item that a loader gave last; none after its end."""

    def __init__(self) -> None:
        self._last: Any = None
        self._source: Any = None
        """Of the last item: a weak reference to its data set, or to the sampler that picks a part of one."""
        self._trained: dict[int, Any] = {}
        """Sources of batches that modules were trained on, by identity."""

    def install(self, dataloader: Any) -> None:
        """Stand before every loader's iterator; given the module that has them."""
        original = dataloader._BaseDataLoaderIter.__next__

        @functools.wraps(original)
        def following(iterator: Any) -> Any:
            self.forget()
            item = original(iterator)
            self._last, self._source = item, _source_of(iterator)
            return item

        dataloader._BaseDataLoaderIter.__next__ = following

    def forget(self) -> None:
        """Hold nothing longer."""
        self._last = self._source = None

    def trained(self, args: Any) -> None:
        """A module is trained on these arguments: if they are of a loader, its data are training data."""
        held = self._source() if self._source is not None else None
        if held is None or id(held) in self._trained or len(self._trained) >= MOST_SOURCES:
            return
        parts = {len(part) for part in tensors_in(self._last)}
        if any(len(one) in parts for one in tensors_in(args)):
            self._trained[id(held)] = self._source

    def source(self) -> Any:
        """Where the last item came from, to be asked about later."""
        return self._source

    def was_trained_on(self, source: Any) -> bool:
        """Whether batches from there were trained on, before or since."""
        held = source() if source is not None else None
        known = self._trained.get(id(held)) if held is not None else None
        return known is not None and known() is held

    def labels(self, given: list[Any]) -> Any:
        """The labels that came with these arguments, `(n,)` or `(n, classes)`; None where that is not plain.

        One of the arguments must be a part of the item that a loader gave last, and exactly one other part must look
        like labels of it: as many whole numbers as rows, or as many rows of noughts and ones.
        """
        named = self._last if isinstance(self._last, dict) or hasattr(self._last, "keys") else {}
        parts = list(tensors_in(self._last))[:MOST_PARTS]
        inputs = [part for part in parts if any(_same(part, one) for one in given)]
        if not inputs:
            return None
        rows = len(inputs[0])
        plain = [named[key] for key in NAMED if key in named and _are_labels(named[key], rows)]
        others = [part for part in parts if not any(part is one for one in inputs) and _are_labels(part, rows)]
        found = plain[:1] or others
        return found[0] if len(found) == 1 else None


def _source_of(iterator: Any) -> Any:
    """The sampler of chosen places, where there is one, else the data set; None for what knows no weak references.

    Never raises: samplers and data sets are a student's own, and what stands in them is asked for here.
    """
    try:
        sampler = getattr(getattr(iterator, "_index_sampler", None), "sampler", None)
        held = sampler if hasattr(sampler, "indices") else getattr(iterator, "_dataset", None)
        return weakref.ref(held) if held is not None else None
    except Exception:
        return None


def tensors_in(value: Any, depth: int = 0) -> Iterator[Any]:
    """Tensors with rows, inside lists, tuples and dictionaries."""
    if isinstance(value, torch.Tensor):
        if value.dim() > 0:
            yield value
    elif depth < 3 and (isinstance(value, dict) or hasattr(value, "keys")):
        for key in list(value.keys())[:MOST_PARTS]:
            yield from tensors_in(value[key], depth + 1)
    elif depth < 3 and isinstance(value, (list, tuple)):
        for one in value[:MOST_PARTS]:
            yield from tensors_in(one, depth + 1)


def _same(part: Any, given: Any) -> bool:
    """Whether the argument is this part: the same memory, or the same first and last row on another device or type."""
    if part is given or (part.device == given.device and shares(part, given)):
        return True
    if len(part) != len(given) or part.numel() != given.numel() or not part.numel():
        return False
    return all(bool(torch.equal(_row(part, at), _row(given, at))) for at in (0, -1))


def _row(tensor: Any, at: int) -> Any:
    return tensor[at].detach().reshape(-1).to("cpu", torch.float32)


def _are_labels(part: Any, rows: int) -> bool:
    if not isinstance(part, torch.Tensor) or part.dim() not in (1, 2) or len(part) != rows:
        return False
    if part.dim() == 1 or part.shape[1] == 1:
        whole = not part.is_floating_point() and not part.is_complex()
        return whole or bool(((part == 0) | (part == 1)).all())
    return bool(((part == 0) | (part == 1)).all()) and bool((part.sum(1) == 1).all())
