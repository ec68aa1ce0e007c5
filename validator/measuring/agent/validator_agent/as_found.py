"""Leaves a module and the generators of random numbers as they were found, whatever is done to them in between.

Looks at what a module holds by its dictionaries alone: a student's class may override every method that copies, lists
or loads. Knows modules and tensors; nothing of files.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

MOST_PARTS = 20_000
TABLES = ("_parameters", "_buffers", "_modules")


def parts_of(module: Any) -> list[tuple[str, Any]]:
    """Every module inside, with its name before a dot; a shared one under each of its names, a circle once.

    Raises ValueError where there are more than 20,000: modules that hold each other twice over are endless.
    """
    found: list[tuple[str, Any]] = []
    waiting: list[tuple[str, Any, tuple[int, ...]]] = [("", module, ())]
    while waiting:
        prefix, part, above = waiting.pop()
        found.append((prefix, part))
        if len(found) > MOST_PARTS:
            raise ValueError(f"a module of more than {MOST_PARTS:,} parts")
        children = [(name, child) for name, child in vars(part).get("_modules", {}).items() if child is not None]
        for name, child in reversed(children):
            if id(child) not in above and child is not part:
                waiting.append((f"{prefix}{name}.", child, (*above, id(part))))
    return found


def tensors_of(module: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """The tensors of its state dict by name, and the names of those that a state dict leaves out: passing buffers."""
    found: dict[str, Any] = {}
    passing = set()
    for prefix, part in parts_of(module):
        held = vars(part)
        for table in ("_parameters", "_buffers"):
            for name, tensor in list(held.get(table, {}).items()):
                if isinstance(tensor, torch.Tensor):
                    found[prefix + name] = tensor
        passing |= {prefix + name for name in held.get("_non_persistent_buffers_set", ())}
    return found, frozenset(passing & found.keys())


@contextmanager
def as_found(module: Any) -> Iterator[None]:
    """Afterwards every value, every name and mode in the module, and every generator, is what it was."""
    parts = list({id(part): part for _, part in parts_of(module)}.values())
    names = [(part, dict(vars(part))) for part in parts]
    tables = [(part, {kind: dict(vars(part).get(kind, {})) for kind in TABLES}) for part in parts]
    held = {id(tensor): tensor for tensor in tensors_of(module)[0].values()}
    values = [(tensor, tensor.detach().to("cpu", copy=True)) for tensor in held.values()]
    generators = _generators()
    try:
        yield
    finally:
        for part, bound in names:
            vars(part).clear()
            vars(part).update(bound)
        for part, bound in tables:
            for kind, entries in bound.items():
                if kind in vars(part):
                    vars(part)[kind].clear()
                    vars(part)[kind].update(entries)
        for tensor, value in values:
            _put_back(tensor, value)
        _restore(generators)


def put(tensor: Any, values: Any) -> None:
    """Write these values into the tensor where it lies: whoever refers to it sees them, and no version counts up."""
    with torch.no_grad():
        tensor.data.copy_(values)


def _put_back(tensor: Any, values: Any) -> None:
    """Its values again, also where it was given memory of another shape meanwhile."""
    with torch.no_grad():
        if tensor.shape == values.shape:
            tensor.data.copy_(values)
        else:
            tensor.data = values.to(tensor.device, tensor.dtype)


def seeded(seed: int) -> None:
    """Dropout and its like draw the same each time."""
    random.seed(seed)
    torch.manual_seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)


def _generators() -> dict[str, Any]:
    states: dict[str, Any] = {"random": random.getstate(), "torch": torch.get_rng_state()}
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        states["cuda"] = torch.cuda.get_rng_state_all()
    if "numpy" in sys.modules:
        states["numpy"] = sys.modules["numpy"].random.get_state()
    return states


def _restore(states: dict[str, Any]) -> None:
    random.setstate(states["random"])
    torch.set_rng_state(states["torch"])
    if "cuda" in states:
        torch.cuda.set_rng_state_all(states["cuda"])
    if "numpy" in states:
        sys.modules["numpy"].random.set_state(states["numpy"])
