"""Says of a module that produced samples whether it was trained here; knows parameters and the registry only."""

from __future__ import annotations

from typing import Any

import torch

from .networks import Network, Registry

TWIN_ABOVE = 0.95
STRANGER_BELOW = 0.5


def ran_since(meter: Any, window: str, *, everything: bool) -> list[dict[str, Any]]:
    """The networks that ran since this window was last asked for; calls that train on demand only."""
    ran = meter.forwards.since(window, everything=everything)
    return [{**said, **verdict(module, meter.registry)} for module, said in ran]


def verdict(module: Any, registry: Registry) -> dict[str, Any]:
    """`trained`, `ema-twin` of a trained network, `untrained` or `unclear`, with the cosine it rests on."""
    owned = [net for tensor in module.parameters() if (net := registry.owner(tensor)) is not None]
    stepped = next((net for net in owned if net.trained), None)
    if stepped is not None:
        return {"verdict": "trained", "network": stepped.name}
    similarity, nearest = _nearest(module, registry)
    if nearest is None:
        return {"verdict": "unclear", "network": None, "why": "never stepped here, and like no network that was"}
    word = "ema-twin" if similarity > TWIN_ABOVE else "untrained" if similarity < STRANGER_BELOW else "unclear"
    return {"verdict": word, "network": nearest.name, "cosine": round(similarity, 4)}


def resemblance(module: Any, registry: Registry) -> tuple[float, Network | None]:
    """The trained network of the same shapes that this module is most like, with the cosine."""
    return _nearest(module, registry)


def _nearest(module: Any, registry: Registry) -> tuple[float, Network | None]:
    """The stepped network of the same shapes with the largest cosine."""
    best: tuple[float, Network | None] = (-2.0, None)
    for net in registry.networks:
        similarity = _cosine(list(module.parameters()), net.live_tensors()) if net.trained else None
        if similarity is not None and similarity > best[0]:
            best = (similarity, net)
    return best


def _cosine(ours: list[Any], theirs: list[Any]) -> float | None:
    """Cosine over all tensors of two or more dimensions (biases and scales start alike); None for other shapes."""
    if [tensor.shape for tensor in ours] != [tensor.shape for tensor in theirs]:
        return None
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.dim() >= 2]
    if not pairs:
        return None
    left, right = (torch.cat([_flat(pair[side]) for pair in pairs]) for side in (0, 1))
    norm = float(left.norm() * right.norm())
    return float(left @ right) / norm if norm else None


def _flat(tensor: Any) -> Any:
    return tensor.detach().reshape(-1).to("cpu", torch.float64)
