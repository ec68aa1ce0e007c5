"""The shape of a tensor's values in a few numbers: quantiles, distinct values, and its largest singular value.

Knows one tensor; nothing of networks, and nothing of what the numbers mean.
"""

from __future__ import annotations

from typing import Any

import torch

QUANTILES = 256
LARGEST = 200_000
"""Elements that are sorted; of larger tensors every k-th."""
MATRIX_LARGEST = 2_000_000
ROUNDS = 30


def tensor_facts(tensor: Any) -> dict[str, Any]:
    """What a `weights` record says of one tensor `(n, m, ...)`; zeros are counted apart and left out of the rest."""
    values = tensor.detach().reshape(-1)
    step = -(-values.numel() // LARGEST)
    # An even step would see every second column only; an odd one sees all.
    values = values[:: step | 1 if step > 1 else 1].to(device="cpu", dtype=torch.float32)
    values = values[torch.isfinite(values)]
    ordered = values[values != 0].sort().values
    facts = {
        "shape": list(tensor.shape)[:8],
        "elements": tensor.numel(),
        "looked_at": values.numel(),
        "zeros": values.numel() - ordered.numel(),
        "distinct": int((ordered[1:] != ordered[:-1]).sum()) + 1 if ordered.numel() else 0,
    }
    if tensor.numel() > MATRIX_LARGEST or tensor.shape[0] < 2:
        return {**facts, "quantiles": _quantiles(ordered), "repeated": 1.0, "largest": None}
    matrix = tensor.detach().reshape(tensor.shape[0], -1).to(device="cpu", dtype=torch.float32)
    return {**facts, "quantiles": _quantiles(ordered), "repeated": _repeated(matrix), "largest": _largest(matrix)}


def _repeated(matrix: Any) -> float:
    """How often each row, or each column, is there on average: kernels are repeated for upsampling and for time."""
    rows, columns = (len(torch.unique(matrix.double().sum(dim))) for dim in (1, 0))
    return float(round(max(matrix.shape[0] / rows, matrix.shape[1] / columns), 3))


def _quantiles(ordered: Any) -> list[float]:
    """256 values from the lowest to the highest, evenly spaced in rank."""
    if ordered.numel() < QUANTILES:
        return []
    ranks = torch.arange(QUANTILES, device="cpu", dtype=torch.float64) * (ordered.numel() - 1) / (QUANTILES - 1)
    return [float(f"{value:.7g}") for value in ordered[ranks.round().long()].tolist()]


def _largest(matrix: Any) -> float | None:
    """The square of the largest singular value of the centred matrix `(n, m)`, over the variance of its elements.

    By power iteration, hence from below: what has not converged looks more like noise, never less.
    """
    matrix = matrix - matrix.mean()
    variance = float(matrix.square().mean())
    if not variance > 0:
        return None
    vector = torch.sin(torch.arange(1, matrix.shape[1] + 1, device="cpu", dtype=torch.float32) * 12.9898)
    for _ in range(ROUNDS):
        vector = matrix.T @ (matrix @ vector)
        vector = vector / vector.norm().clamp(min=1e-30)
    return round(float((matrix @ vector).square().sum()) / variance, 3)
