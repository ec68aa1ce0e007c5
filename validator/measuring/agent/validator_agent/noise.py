"""Whether values look like draws from a prior, and how to draw more of the same. Knows tensors; keeps none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LOOKED_AT = 4096
FEWEST = 32
SLACK = 0.03
SPREADS = 5.0
"""How many standard errors a moment may lie off: one true prior in a million is missed."""


@dataclass(frozen=True)
class Noise:
    """Independent values of one law, of this shape for each image."""

    family: str
    """`normal` with mean 0 and variance 1, or `uniform` between `low` and `high`."""
    low: float
    high: float
    shape: tuple[int, ...]
    dtype: Any
    device: Any

    def draw(self, count: int) -> Any:
        """A tensor `(count, *shape)`."""
        import torch

        size = (count, *self.shape)
        if self.family == "normal":
            return torch.randn(size, dtype=self.dtype, device=self.device)
        return torch.rand(size, dtype=self.dtype, device=self.device) * (self.high - self.low) + self.low

    @property
    def words(self) -> str:
        """The law and the shape."""
        law = "standard normal" if self.family == "normal" else f"uniform on [{self.low:g}, {self.high:g}]"
        return f"{law} noise {self.shape}"


def noise_of(tensor: Any) -> Noise | None:
    """The law that a tensor `(n, ...)` looks drawn from, or None.

    Standard normal: the first four moments are 0, 1, 0, 3 within the error of so many values. Uniform: variance and
    fourth moment are those of a uniform law between -1 and 1 or 0 and 1. And no value is like the one beside it.
    """
    if tensor.dim() < 2 or not tensor.is_floating_point() or tensor.numel() < FEWEST:
        return None
    values = tensor.detach().reshape(-1)[:LOOKED_AT].double().cpu()
    count = len(values)
    if _neighbours_alike(values, count):
        return None
    shape, dtype, device = tuple(tensor.shape[1:]), tensor.dtype, tensor.device
    if _has_moments(values, count, mean=0.0, spread=1.0, fourth=3.0, noise_of_fourth=96.0):
        return Noise("normal", 0.0, 0.0, shape, dtype, device)
    for low, high in ((-1.0, 1.0), (0.0, 1.0)):
        spread = (high - low) / 12**0.5
        inside = bool(values.min() >= low) and bool(values.max() <= high)
        if inside and _has_moments(
            values, count, mean=(low + high) / 2, spread=spread, fourth=1.8, noise_of_fourth=5.76
        ):
            return Noise("uniform", low, high, shape, dtype, device)
    return None


def _has_moments(values: Any, count: int, *, mean: float, spread: float, fourth: float, noise_of_fourth: float) -> bool:
    standard = (values - mean) / spread
    error = SPREADS / count**0.5
    moments = [float((standard**power).mean()) for power in (1, 2, 4)]
    expected = (0.0, 1.0, fourth)
    errors = (error + SLACK, error * (fourth - 1) ** 0.5 + SLACK, error * noise_of_fourth**0.5 + 10 * SLACK)
    return all(abs(found - true) < slack for found, true, slack in zip(moments, expected, errors, strict=True))


def _neighbours_alike(values: Any, count: int) -> bool:
    """Correlation of each value with the next: about 0 in noise, about 0.9 in pictures."""
    left, right = values[:-1] - values.mean(), values[1:] - values.mean()
    norm = float((left.norm() * right.norm()).item())
    return norm == 0 or abs(float((left * right).sum()) / norm) > SPREADS / count**0.5 + SLACK
