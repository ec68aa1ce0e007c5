"""Samples the training loss now and then, for a curve; knows scalars and step counts, nothing of optimisers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import torch

from .channel import finite
from .networks import Network

FIRST = 20
PAUSE_NS = 200_000_000


class Losses:
    """At most a few losses a second, so that a GPU is not made to wait for each step."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._taken: dict[tuple[int, ...], tuple[int, int]] = {}
        self._pending: tuple[float, tuple[int, ...]] | None = None
        self._scaled: tuple[int, Any] | None = None

    def install(self) -> None:
        """Remember what a GradScaler scaled: the curve shows the loss, not the scaled loss."""
        original = torch.amp.GradScaler.scale

        def scale(scaler: Any, outputs: Any) -> Any:
            scaled = original(scaler, outputs)
            if isinstance(outputs, torch.Tensor):
                self._scaled = (id(scaled), outputs.detach())
            return scaled

        torch.amp.GradScaler.scale = scale  # type: ignore[method-assign, assignment]

    def seen(self, outputs: Sequence[Any], reached: tuple[int, ...]) -> None:
        """A gradient was computed of these outputs; keep the loss if it is time for one."""
        if len(outputs) != 1 or not isinstance(outputs[0], torch.Tensor) or outputs[0].numel() != 1:
            return
        if torch._C._functorch.is_functorch_wrapped_tensor(outputs[0]):
            return  # inside a transformation there is no number to look at
        taken, last_ns = self._taken.get(reached, (0, 0))
        now = time.monotonic_ns()
        if taken >= FIRST and now - last_ns < PAUSE_NS:
            return
        self._taken[reached] = (taken + 1, now)
        loss = outputs[0].detach()
        if self._scaled is not None and self._scaled[0] == id(outputs[0]):
            loss = self._scaled[1]
        self._scaled = None
        self._pending = (float(loss), reached)

    def stepped(self, network: Network) -> None:
        """The network took an update: the loss kept last is its loss at this step."""
        if self._pending is None or (self._pending[1] and network.number not in self._pending[1]):
            return
        loss, self._pending = self._pending[0], None
        self._channel.emit("loss", net=network.number, name=network.name, step=network.updates, loss=finite(loss))
