"""Which networks exist: a network is its tensors, found from what gradients reach and what an optimiser holds.

Knows tensors and modules; knows nothing of records' order or of how steps are counted.
"""

from __future__ import annotations

import hashlib
import sys
import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import torch

from .owners import class_name, unwrapped
from .sizes import elements
from .values import Values

__all__ = ["Network", "Registry", "describe", "elements", "fingerprint", "unwrapped", "value_of"]

MAX_TENSORS = 24
"""Of a network, those that tell whether two hold the same."""


class Network:
    """One network and its counts."""

    def __init__(self, number: int, name: str, roots: Iterable[Any], tensors: Iterable[Any], kind: str) -> None:
        self.number, self.name, self.kind = number, name, kind
        self.roots = tuple(weakref.ref(root) for root in roots)
        self.tensors = tuple(weakref.ref(tensor) for tensor in tensors)
        self.values = Values()
        self.updates = self.gradients = self.gradients_before = self.calls = self.repeats = 0
        self.restarts = self.free_writes = self.churn = 0
        """`churn`: how often it had been updated in place when it went on in other tensors last."""
        self.by: Counter[str] = Counter()
        """How its updates were noticed: `key`, `content` or `slot`."""
        self.ahead = False
        """Whether the last value evaluated in a slot was counted as left, before anybody saw it leave."""
        self.updated_in = 0
        """Serial number of the evaluation inside which it was updated last."""
        self.called_since_gradient: set[int] = set()
        self.images_since_update = 0
        self.slot = self.updated_ns = 0
        self.dirty = True
        self.fed = False
        self.copies = 1
        self.began_at: tuple[float, ...] = ()
        """What its first values came to, of those tensors that it has now: copies of one origin are siblings."""
        self.has_siblings = False
        self.digest = ""
        """Of its values after a certain update: the ranks of one training agree in it."""
        self.continues: str | None = None

    @property
    def trained(self) -> bool:
        """Whether it was ever updated, or an optimiser called for it."""
        return self.updates > 0 or self.calls > 0

    @property
    def in_place(self) -> int:
        """Updates of tensors that stayed the same objects."""
        return self.by["key"] + self.by["content"]

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
            "unverified": self.values.unverified,
            "widest": self.updates if self.churn else max(self.values.widest(), self.by["slot"]),
            "by": {how: self.by[how] for how in ("key", "content", "slot")},
            "restarts": self.restarts,
            "free_writes": self.free_writes,
            "digest": self.digest,
        }


class Registry:
    """All networks of this process, by the identity of their tensors."""

    MAX_NETWORKS = 400

    def __init__(self) -> None:
        self.networks: list[Network] = []
        self._owners: dict[int, tuple[weakref.ref[Any], Network]] = {}
        self._names: Counter[str] = Counter()
        self.called: weakref.WeakSet[Any] = weakref.WeakSet()
        """Modules that were called directly, not from within another module."""
        self.deaths = 0
        """Tensors of networks that are gone: what is remembered by identity before a death may be of another."""
        self._died: Callable[[Any], None] = self._on_death

    def owner(self, tensor: Any) -> Network | None:
        """The network that this tensor belongs to; None for a tensor not met yet."""
        entry = self._owners.get(id(tensor))
        return entry[1] if entry is not None and entry[0]() is tensor else None

    def adopt(self, tensors: list[Any], roots: list[Any], kind: str) -> tuple[Network, bool]:
        """The network of these modules, with these tensors: a new one, or a known one that has grown."""
        known = next((net for net in self.networks if _same_roots(net, roots)), None)
        full = len(self.networks) >= self.MAX_NETWORKS
        network = known or (self.networks[-1] if full else self._new(roots, tensors, kind))
        self._take(network, tensors)
        return network, known is None and not full

    def replace(self, network: Network, tensors: list[Any], roots: list[Any]) -> None:
        """The network goes on in other tensors and modules, its copies."""
        network.roots = tuple(weakref.ref(root) for root in roots)
        network.tensors = ()
        self._take(network, tensors)

    def _on_death(self, reference: Any) -> None:
        self.deaths += 1

    def _new(self, roots: list[Any], members: list[Any], kind: str) -> Network:
        label = "+".join(dict.fromkeys(class_name(root) for root in roots))[:80] or "raw"
        self._names[label] += 1
        network = Network(len(self.networks) + 1, f"{label}#{self._names[label]}", roots, members, kind)
        self.networks.append(network)
        return network

    def _take(self, network: Network, members: list[Any]) -> None:
        own = {id(tensor) for tensor in network.live_tensors()}
        added = [tensor for tensor in members if id(tensor) not in own]
        network.tensors += tuple(weakref.ref(tensor) for tensor in added)
        for tensor in members:
            if self.owner(tensor) is None:
                self._owners[id(tensor)] = (weakref.ref(tensor, self._died), network)


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
        "of": network.kind,
        "fed": network.fed,
        "copies": network.copies,
    }


def value_of(tensor: Any) -> float:
    """A sum over the first elements: differs when a loop without optimiser has changed the tensor."""
    return float(tensor.detach().flatten()[:256].abs().double().sum())


def fingerprint(tensors: Iterable[Any]) -> tuple[float, ...]:
    """What tells values apart cheaply: of tensors with two or more dimensions, in no order."""
    return tuple(sorted(map(value_of, [tensor for tensor in tensors if tensor.dim() >= 2][:MAX_TENSORS])))


def _same_roots(network: Network, roots: list[Any]) -> bool:
    held = [reference() for reference in network.roots]
    return bool(roots) and any(root is other for root in roots for other in held)


def _variable(roots: list[Any]) -> str | None:
    main = sys.modules.get("__main__")
    for name, value in list(getattr(main, "__dict__", {}).items()):
        if not name.startswith("_") and issubclass(type(value), torch.nn.Module):
            inner = unwrapped(value)
            if any(inner is root for root in roots):
                return str(name)[:80]
    return None


def _signature(roots: list[Any], shapes: list[Any]) -> str:
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
