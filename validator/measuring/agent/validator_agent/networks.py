"""Which networks exist: a network is its parameter tensors, found from what an optimiser holds.

Knows tensors and modules; knows nothing of records or of how steps are counted.
"""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterable
from typing import Any

import torch

WRAPPED_AS = ("_orig_mod", "module")
"""Attributes under which torch.compile and the data-parallel wrappers keep the module they wrap."""


class Network:
    """One network and its counts. `fresh` says that a gradient reached it since its last update."""

    def __init__(self, number: int, name: str, roots: tuple[Any, ...], tensors: tuple[Any, ...]) -> None:
        self.number = number
        self.name = name
        self.roots = tuple(weakref.ref(root) for root in roots)
        self.tensors = tuple(weakref.ref(tensor) for tensor in tensors)
        self.updates = self.gradients = self.gradients_before = self.calls = self.repeats = 0
        self.fresh = False
        self.called_since_gradient: set[int] = set()
        self.images_since_update = 0
        self.slot = self.updated_ns = 0
        self.dirty = True
        self.first_values: dict[int, float | None] = {}
        self.changed: bool | None = None
        self.continues: str | None = None

    def live_tensors(self) -> list[Any]:
        """The tensors that still exist."""
        return [tensor for reference in self.tensors if (tensor := reference()) is not None]

    def counts(self, used: int) -> dict[str, Any]:
        """What a `counts` record says; computations from before it was known are taken as its own."""
        return {
            "net": self.number,
            "name": self.name,
            "updates": self.updates,
            "gradients": self.gradients,
            "own_gradients": self.gradients_before + used,
            "calls": self.calls,
            "repeats": self.repeats,
            "updated_ns": self.updated_ns,
            "changed": self.changed,
        }

    def has_moved(self) -> bool | None:
        """Whether any tensor differs from what it was when first met; None when none can be compared."""
        firsts = [(tensor, self.first_values.get(id(tensor))) for tensor in self.live_tensors()]
        compared = [value_of(tensor) != first for tensor, first in firsts if first is not None]
        return any(compared) if compared else None


class Registry:
    """All networks of this process, by the identity of their tensors."""

    MAX_NETWORKS = 400

    def __init__(self) -> None:
        self.networks: list[Network] = []
        self._owners: dict[int, tuple[weakref.ref[Any], Network]] = {}
        self._names: dict[str, int] = {}
        self.called: weakref.WeakSet[Any] = weakref.WeakSet()
        """Modules that were called directly, not from within another module."""

    def owner(self, tensor: Any) -> Network | None:
        """The network that this tensor belongs to; None for a tensor not met yet."""
        entry = self._owners.get(id(tensor))
        return entry[1] if entry is not None and entry[0]() is tensor else None

    def adopt(self, tensors: list[Any]) -> tuple[Network, bool]:
        """The network that holds these unknown tensors: a new one, or a known one that has grown."""
        roots = _roots(tensors, self.called)
        members = _distinct([*(p for root in roots for p in root.parameters()), *tensors])
        known = next((net for net in self.networks if _same_roots(net, roots)), None)
        grown = known is not None or len(self.networks) >= self.MAX_NETWORKS
        network = known or (self.networks[-1] if grown else self._new(roots, members))
        self._take(network, members)
        return network, not grown

    def _new(self, roots: tuple[Any, ...], members: list[Any]) -> Network:
        label = "+".join(dict.fromkeys(type(root).__name__ for root in roots))[:80] or "raw"
        self._names[label] = self._names.get(label, 0) + 1
        network = Network(len(self.networks) + 1, f"{label}#{self._names[label]}", roots, tuple(members))
        self.networks.append(network)
        return network

    def _take(self, network: Network, members: list[Any]) -> None:
        own = {id(tensor) for tensor in network.live_tensors()}
        added = [tensor for tensor in members if id(tensor) not in own]
        network.tensors += tuple(weakref.ref(tensor) for tensor in added)
        for tensor in members:
            if self.owner(tensor) is None:
                self._owners[id(tensor)] = (weakref.ref(tensor), network)


def unwrapped(module: Any) -> Any:
    """The module inside torch.compile, DataParallel and their like."""
    for _ in range(4):
        wrapper = type(module).__name__ in ("OptimizedModule", "DataParallel", "DistributedDataParallel")
        inner = next((module._modules[name] for name in WRAPPED_AS if name in module._modules), None)
        if not wrapper or inner is None:
            return module
        module = inner
    return module


def modules() -> list[Any]:
    """Every live module of the process."""
    return [thing for thing in gc.get_objects() if issubclass(type(thing), torch.nn.Module)]


def describe(network: Network, others: Iterable[Network]) -> dict[str, Any]:
    """What a `net` record says of a network: sizes, shapes, and what it shares with networks met before."""
    tensors = network.live_tensors()
    roots = [root for reference in network.roots if (root := reference()) is not None]
    shapes = [[list(tensor.shape), bool(tensor.requires_grad)] for tensor in tensors]
    return {
        "net": network.number,
        "name": network.name,
        "class": [f"{type(root).__module__}.{type(root).__qualname__}"[:160] for root in roots],
        "variable": _variable(roots),
        "elements": elements(tensors),
        "trainable": elements([tensor for tensor in tensors if tensor.requires_grad]),
        "tensors": shapes[:400],
        "tensor_count": len(shapes),
        "signature": _signature(roots, shapes),
        "shared": _shared(network, tensors, others),
        "continues": network.continues,
    }


def elements(tensors: Iterable[Any]) -> int:
    """Scalars in distinct storage: tied tensors and views once, a complex number as two."""
    spans: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
    apart = 0
    for tensor in tensors:
        if "Uninitialized" in type(tensor).__name__:
            continue
        span = _span(tensor)
        if span is None:
            apart += tensor.numel() * (2 if tensor.is_complex() else 1)
        else:
            spans.setdefault((str(tensor.device), tensor.untyped_storage().data_ptr()), []).append(span)
    return apart + sum(_merged(ranges) for ranges in spans.values())


def value_of(tensor: Any) -> float:
    """A sum over the first elements: differs when a loop without optimiser has changed the tensor."""
    return float(tensor.detach().flatten()[:256].abs().double().sum())


def _span(tensor: Any) -> tuple[int, int, int] | None:
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


def _distinct(tensors: Iterable[Any]) -> list[Any]:
    return list({id(tensor): tensor for tensor in tensors}.values())


def _same_roots(network: Network, roots: tuple[Any, ...]) -> bool:
    held = [reference() for reference in network.roots]
    return bool(roots) and any(root is other for root in roots for other in held)


def _roots(tensors: list[Any], called: Any) -> tuple[Any, ...]:
    """The whole modules around these tensors: frozen parts of a network belong to it."""
    wanted = {id(tensor) for tensor in tensors}
    everything = modules()
    parents: dict[int, list[Any]] = {}
    for module in everything:
        for child in module.__dict__.get("_modules", {}).values():
            parents.setdefault(id(child), []).append(module)
    owners = [
        module for module in everything if any(id(p) in wanted for p in module.__dict__.get("_parameters", {}).values())
    ]
    return tuple(_distinct(unwrapped(_network_above(owner, parents, called)) for owner in owners))


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


def _variable(roots: list[Any]) -> str | None:
    main = sys.modules.get("__main__")
    for name, value in list(getattr(main, "__dict__", {}).items()):
        if not name.startswith("_") and issubclass(type(value), torch.nn.Module):
            inner = unwrapped(value)
            if any(inner is root for root in roots):
                return str(name)[:80]
    return None


def _signature(roots: list[Any], shapes: list[Any]) -> str:
    import hashlib

    words = repr((sorted(type(root).__qualname__ for root in roots), sorted(map(repr, shapes))))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _shared(network: Network, tensors: list[Any], others: Iterable[Network]) -> dict[str, int]:
    own = {id(tensor) for tensor in tensors}
    shared = {}
    for other in others:
        common = [tensor for tensor in other.live_tensors() if id(tensor) in own]
        if other is not network and common:
            shared[other.name] = elements(common)
    return shared
