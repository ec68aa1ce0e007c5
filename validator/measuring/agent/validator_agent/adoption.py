"""Makes networks of tensors that nobody knew: by the modules around them and the optimisers that hold them.

What one gradient evaluation reaches of what one optimiser holds is one network: two modules that it reaches in turn
are two. Layers of torch.nn that are trained together outside any module are one.
Knows modules, optimisers and networks; counts nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .leaves import Leaf
from .networks import Network, Registry, fingerprint
from .owners import Scans, class_name, held_by, roots_called, roots_of, tensors_of


class Adoption:
    """Tells `adopted(network, new)` of each network that was made or has grown."""

    def __init__(self, registry: Registry, adopted: Callable[[Network, bool], None]) -> None:
        self._registry, self._adopted = registry, adopted
        self._scans = Scans()

    def of_modules(self, leaves: list[Leaf]) -> list[Any]:
        """Adopt those leaves that modules or optimisers hold; the tensors that then have a network."""
        tensors = [leaf.tensor for leaf in leaves if leaf.tensor.grad_fn is None]  # no module holds what was computed
        if tensors:
            self._adopt(tensors)
        return [tensor for tensor in tensors if self._registry.owner(tensor) is not None]

    def of_optimiser(self, tensors: list[Any], *, all_of_them: bool = False) -> None:
        """An optimiser steps these: those that have gradients belong to networks, with what they are trained with."""
        unknown = self._unknown(tensors)
        stepped = [tensor for tensor in unknown if all_of_them or tensor.grad is not None]
        if stepped:
            roots, _ = self._roots(unknown)
            self._make([_reached(unknown, stepped, roots)], roots)

    def go_on(self, network: Network, tensors: list[Any]) -> bool:
        """A network goes on in a new copy of its module; False without a single one of its class."""
        roots = _distinct(roots_called(set(map(id, tensors)), self._registry.called).values())
        if len(roots) != 1 or class_name(roots[0]) != network.name.rpartition("#")[0]:
            return False
        self._registry.replace(network, tensors_of(roots[0]), roots)
        network.began_at = fingerprint(network.live_tensors())
        network.churn = network.in_place
        return True

    def of_frozen(self, module: Any) -> Network:
        """The network of a module that no gradient reached, and that a trained one works with."""
        network, new = self._registry.adopt(tensors_of(module), [module], "module")
        self._adopted(network, new)
        return network

    def of_raw(self, leaves: list[Leaf], origin: Network | None) -> Network:
        """A network of tensors that no module and no optimiser holds; `origin` is the one they continue."""
        tensors = [leaf.tensor for leaf in leaves]
        network, new = self._registry.adopt(tensors, [], "raw" if origin is None else "slot")
        network.copies = max(leaf.copies for leaf in leaves)
        if origin is not None:
            network.continues = origin.name
        self._adopted(network, new)
        return network

    def _adopt(self, tensors: list[Any]) -> None:
        roots, optimisers = self._roots(tensors)
        wanted = set(map(id, tensors))
        holding = [held_by(optimiser) for optimiser in optimisers]
        holding = [held for held in holding if any(id(tensor) in wanted for tensor in held)]
        missing = [t for t in self._unknown([t for held in holding for t in held]) if id(t) not in roots]
        if missing:
            roots.update(self._roots(missing)[0])
        groups = [_reached(held, [tensor for tensor in held if id(tensor) in wanted], roots) for held in holding]
        together = [tensor for group in groups for tensor in group]
        held_ids = set(map(id, together))
        bare = [tensor for tensor in tensors if id(tensor) not in held_ids and _is_bare(roots.get(id(tensor)))]
        groups.append(bare)
        groups += [[tensor] for tensor in tensors if id(tensor) in roots]
        self._make([group for group in groups if group], roots)

    def _make(self, groups: list[list[Any]], roots: dict[int, Any]) -> None:
        """Groups that share a module or a tensor are one network."""
        clusters: list[tuple[set[int], list[Any]]] = []
        for group in groups:
            tokens = {id(roots.get(id(tensor), tensor)) for tensor in group}
            members = list(group)
            for other in [cluster for cluster in clusters if cluster[0] & tokens]:
                clusters.remove(other)
                tokens |= other[0]
                members = [*other[1], *members]
            clusters.append((tokens, members))
        for _, members in clusters:
            self._one(members, roots)

    def _one(self, members: list[Any], roots: dict[int, Any]) -> None:
        if not self._unknown(members):
            return
        around = _distinct(root for tensor in members if (root := roots.get(id(tensor))) is not None)
        known = next((net for tensor in members if (net := self._registry.owner(tensor)) is not None), None)
        if known is not None and not around:
            around = [root for reference in known.roots if (root := reference()) is not None]
        tensors = _distinct([*(tensor for root in around for tensor in tensors_of(root)), *members])
        network, new = self._registry.adopt(tensors, around, "module" if around else "raw")
        self._adopted(network, new)

    def _roots(self, tensors: list[Any]) -> tuple[dict[int, Any], list[Any]]:
        wanted = set(map(id, tensors))
        called = self._registry.called
        seen = self._scans.look()
        roots = roots_called(wanted, called)
        if seen is None:
            return roots, []
        missing = wanted - set(roots)
        if missing:
            roots.update(roots_of(missing, seen[0], called))
        return roots, seen[1]

    def _unknown(self, tensors: list[Any]) -> list[Any]:
        return [tensor for tensor in tensors if self._registry.owner(tensor) is None]


def _reached(held: list[Any], reached: list[Any], roots: dict[int, Any]) -> list[Any]:
    """Of what an optimiser holds: the modules that were reached whole; layers and tensors outside any, if one was."""
    tops = [roots.get(id(tensor)) for tensor in reached]
    whole, loose = {id(top) for top in tops if top is not None}, any(map(_is_loose, tops))
    around = [roots.get(id(tensor)) for tensor in held]
    return [t for t, top in zip(held, around, strict=True) if id(top) in whole or (loose and _is_loose(top))]


def _is_loose(root: Any) -> bool:
    """Whether a tensor with this module around it has none, or a single layer of torch."""
    return root is None or (_is_bare(root) and not root._modules)


def _is_bare(root: Any) -> bool:
    """Whether this is a layer of torch by itself, not a module that a student wrote."""
    return isinstance(root, torch.nn.Module) and type(root).__module__.startswith("torch.nn")


def _distinct(things: Any) -> list[Any]:
    return list({id(thing): thing for thing in things}.values())
