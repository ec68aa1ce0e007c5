"""Which modules and which optimisers hold a tensor; knows live objects, nothing of networks or counts.

Looking at every object of the process costs tens of milliseconds: it is done for new tensors only, and less and less
often when new ones keep coming.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator
from typing import Any

import torch

WRAPPERS = {
    "OptimizedModule": "_orig_mod",
    "DataParallel": "module",
    "DistributedDataParallel": "module",
    "_FabricModule": "_forward_module",
}
"""Classes of torch.compile, of data-parallel training and of Lightning Fabric, to where they keep what they wrap."""
FREE_SCANS = 60
MOST_HELD = 200
SHARE = 0.02
"""Of the time since the first scan, what scans may take once the free ones are used."""


class Scans:
    """All live modules and optimisers, as far as the time for looking allows."""

    def __init__(self) -> None:
        self._scans = 0
        self._spent = 0.0
        self._began = time.monotonic()

    def look(self) -> tuple[list[Any], list[Any]] | None:
        """Every live module, and every live optimiser; None when too much time went into looking already."""
        now = time.monotonic()
        if self._scans >= FREE_SCANS and self._spent > SHARE * (now - self._began):
            return None
        found_modules, optimisers = [], []
        for thing in gc.get_objects():
            kind = type(thing)
            if issubclass(kind, torch.nn.Module):
                found_modules.append(thing)
            elif issubclass(kind, torch.optim.Optimizer):
                optimisers.append(thing)
        self._scans += 1
        self._spent += time.monotonic() - now
        return found_modules, optimisers


def unwrapped(module: Any) -> Any:
    """The module inside torch.compile, DataParallel and their like."""
    for _ in range(4):
        kept_as = WRAPPERS.get(type(module).__name__)
        if kept_as is None or kept_as not in module._modules:
            return module
        module = module._modules[kept_as]
    return module


def class_name(module: Any) -> str:
    """The student's name for it, also where it was scripted."""
    name = getattr(module, "original_name", None) if isinstance(module, torch.jit.ScriptModule) else None
    return str(name or type(module).__name__)


def tensors_of(root: Any) -> list[Any]:
    """The parameters of a module, and those of its buffers that are trained like parameters."""
    return [*root.parameters(), *(buffer for buffer in root.buffers() if buffer.requires_grad)]


def held_plainly(root: Any) -> Iterator[Any]:
    """Tensors in plain lists and dictionaries of a module, and those of modules there: torch does not know of them."""
    for name, value in list(root.__dict__.items()):
        if type(value) in (list, tuple, dict) and not name.startswith("_"):
            for thing in list(value.values() if type(value) is dict else value)[:MOST_HELD]:
                if isinstance(thing, torch.nn.Module):
                    yield from thing.parameters()
                elif isinstance(thing, torch.Tensor):
                    yield thing


def roots_of(wanted: set[int], everything: list[Any], called: Any) -> dict[int, Any]:
    """For each of these tensors that a module holds: the whole module around it, frozen parts included."""
    parents: dict[int, list[Any]] = {}
    for module in everything:
        for child in module.__dict__.get("_modules", {}).values():
            parents.setdefault(id(child), []).append(module)
    roots: dict[int, Any] = {}
    for module in everything:
        held = own_tensors(module)
        found = [id(tensor) for tensor in held if id(tensor) in wanted and id(tensor) not in roots]
        if found:
            root = unwrapped(_network_above(module, parents, called))
            roots.update(dict.fromkeys(found, root))
    return roots


def roots_called(wanted: set[int], called: Iterable[Any]) -> dict[int, Any]:
    """The same, of modules that were called as a whole: found without looking at every object."""
    roots: dict[int, Any] = {}
    sizes: dict[int, int] = {}
    for module in list(called):
        whole = unwrapped(module)
        if not whole._modules:
            continue
        held = tensors_of(whole)
        for tensor in held:
            name = id(tensor)
            if name in wanted and len(held) >= sizes.get(name, 0):
                roots[name], sizes[name] = whole, len(held)
    return roots


def held_by(optimiser: Any) -> list[Any]:
    """The tensors in the groups of an optimiser."""
    return [tensor for group in optimiser.param_groups for tensor in group["params"]]


def own_tensors(module: Any) -> list[Any]:
    """The tensors a module holds itself, not through its children."""
    held = module.__dict__
    return [t for kind in ("_parameters", "_buffers") for t in held.get(kind, {}).values() if t is not None]


def _network_above(module: Any, parents: dict[int, list[Any]], called: Any) -> Any:
    """The top of the tree, unless it is only a box: then the highest module below it that is called as a whole.

    A box is never called itself (a trainer that holds generator and discriminator). A layer of torch.nn that is
    called alone does not make its owner a box: `model.encode(x)` does that too.
    """
    chain, seen = [module], {id(module)}
    while above := [parent for parent in parents.get(id(chain[-1]), []) if id(parent) not in seen]:
        chain.append(above[0])
        seen.add(id(above[0]))
    whole = [link for link in chain if unwrapped(link) in called and link._modules]
    return whole[-1] if whole else chain[-1]
