"""Continues a network whose tensors live for one evaluation only: each step makes new ones, of the same shapes.

Knows tensors and the values that networks keep; nothing of modules or optimisers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import torch

from .leaves import outside_of_modes
from .networks import Network, fingerprint

NEAR = 0.5
"""Cosine above which new values continue earlier ones; two initialisations have about 0."""
OUR_REFERENCES = 3
"""The agent's own, the name in the call, and the argument of the count."""
FEW = 2
"""Updates in place of a copy that lives for one step only."""
MAX_COMPARED = 4096
MAX_CANDIDATES = 24


def continued(tensors: Sequence[Any], networks: Sequence[Network]) -> Network | None:
    """The network that was last evaluated at values near these, and whose own tensors were never updated in place."""
    return _nearest(tensors, [net for net in networks if net.in_place == 0 and net.values.kept() is not None])


def reborn(tensors: Sequence[Any], networks: Sequence[Network]) -> Network | None:
    """The network whose modules are gone, updated little since it was last made anew, that these values lie near.

    One that began at these very values does not go on in them, nor later in others: copies of one origin, trained one
    after the other, are several.
    """
    gone = [
        net
        for net in networks
        if net.roots and net.in_place - net.churn <= FEW and all(_gone(reference()) for reference in net.roots)
    ]
    kept = [net for net in gone if net.values.kept() is not None]
    values = fingerprint(tensors) if kept else ()
    for net in kept:
        net.has_siblings |= bool(values) and net.began_at == values
    return _nearest(tensors, [net for net in kept if not net.has_siblings])


def parent(tensors: Sequence[Any], networks: Sequence[Network]) -> Network | None:
    """The network, updated in place, that these values lie near: they were computed from it."""
    return _nearest(tensors, networks)


def _gone(module: Any) -> bool:
    """Whether nobody but the agent, which keeps what was trained for later questions, holds this module."""
    return module is None or sys.getrefcount(module) <= OUR_REFERENCES


def _nearest(tensors: Sequence[Any], networks: Sequence[Network]) -> Network | None:
    shapes = [tensor.shape for tensor in tensors]
    best: tuple[float, Network | None] = (NEAR, None)
    checked = 0
    for network in reversed(networks):
        held = network.values.last_values()
        if [tensor.shape for tensor in held] != shapes or checked >= MAX_CANDIDATES:
            continue
        checked += 1
        similarity = _similarity(held, tensors)
        if similarity > best[0]:
            best = (similarity, network)
    return best[1]


def _similarity(ours: Iterable[Any], theirs: Iterable[Any]) -> float:
    """Of the largest matrix, else of the largest vector: biases and scales start alike in every network."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.is_floating_point() or a.is_complex()]
    wide = [pair for pair in pairs if pair[0].dim() >= 2] or pairs
    if not wide:
        return -1.0
    one, other = max(wide, key=lambda pair: pair[0].numel())
    with outside_of_modes():
        left, right = _flat(one), _flat(other)
        norm = float(left.norm() * right.norm())
        return float(left @ right) / norm if norm else 1.0


def _flat(tensor: Any) -> Any:
    flat = tensor.detach().reshape(-1)[:MAX_COMPARED]
    flat = torch.view_as_real(flat).reshape(-1) if flat.is_complex() else flat
    return flat.to("cpu", torch.float32)
