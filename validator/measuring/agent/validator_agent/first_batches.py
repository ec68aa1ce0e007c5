"""How well a network does before its first update: the accuracy of the first batches that a loss is computed of.

Stands before torch's cross-entropy, and looks only while a network is new. Knows logits and labels; judges nothing.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import FunctionType
from typing import Any

import torch

from .leaves import leaves_of

MOST_WAITING = 8
LOOKS = 32
"""Calls that are looked at after something new was seen; after that a call costs one comparison."""
MOST_LOOKS = 3000


class FirstBatches:
    """Batches seen since something new appeared, until the network they went through is known."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._left, self._budget = LOOKS, MOST_LOOKS
        self._waiting: list[tuple[list[Any], dict[str, Any]]] = []
        self.scored: Callable[[Any, Any], None] | None = None
        """Called with scores and labels of every loss; never raises."""
        self._begun: dict[int, weakref.ref[Any]] = {}

    def arm(self) -> None:
        """A tensor was initialised, or weights were loaded: a new network may come."""
        self._left = min(LOOKS, self._budget)

    def install(self) -> None:
        """Stand before the functions; `CrossEntropyLoss` and `NLLLoss` call them too."""
        for name in ("cross_entropy", "nll_loss"):
            setattr(torch.nn.functional, name, self._around(getattr(torch.nn.functional, name)))

    def attribute(self, network: Any) -> None:
        """This network is about to take its first update: what was seen of it is told."""
        tensors = network.live_tensors()
        own = {id(tensor) for tensor in tensors}
        mine = [said for held, said in self._waiting if self._is_first(held, own)]
        self._begun.update({id(tensor): weakref.ref(tensor) for tensor in tensors})
        self._waiting = []
        if mine:
            self._tell(network, mine)

    def _is_first(self, held: list[Any], own: set[int]) -> bool:
        """Whether this batch went through the network, and through nothing whose training had begun before."""
        tensors = [tensor for ref in held if (tensor := ref()) is not None]
        begun = any((ref := self._begun.get(id(tensor))) is not None and ref() is tensor for tensor in tensors)
        return not begun and any(id(tensor) in own for tensor in tensors)

    def _tell(self, network: Any, mine: list[dict[str, Any]]) -> None:
        counts: dict[int, int] = {}
        for said in mine:
            for label, count in said["labels"].items():
                counts[label] = counts.get(label, 0) + count
        images, correct = sum(said["images"] for said in mine), sum(said["correct"] for said in mine)
        self._channel.emit(
            "first_batch",
            net=network.number,
            name=network.name,
            images=images,
            correct=correct,
            accuracy=correct / images,
            classes=max(said["classes"] for said in mine),
            most_frequent=max(counts.values()),
            loss=mine[0]["loss"],
        )

    def _around(self, function: Any) -> Any:
        import functools

        is_compiling = torch.compiler.is_compiling

        def loss(*args: Any, **kwargs: Any) -> Any:
            outcome = function(*args, **kwargs)
            if is_compiling():
                return outcome
            if self.scored is not None and len(args) > 1:
                self.scored(*args[:2])
            if not self._left:
                return outcome
            self._left, self._budget = self._left - 1, self._budget - 1
            try:
                self._look(outcome, *args, **kwargs)
            except Exception:
                return outcome  # a strange loss tells nothing
            return outcome

        # TorchScript reads the source of what is wrapped, and looks its names up where the wrapper is at home.
        at_home = FunctionType(loss.__code__, function.__globals__, function.__name__, None, loss.__closure__)
        return functools.update_wrapper(at_home, function)

    def _look(self, outcome: Any, logits: Any, target: Any, *args: Any, **kwargs: Any) -> None:
        plain = isinstance(logits, torch.Tensor) and logits.dim() == 2 and logits.requires_grad
        if not plain or torch._C._functorch.is_functorch_wrapped_tensor(logits):
            return
        if target.is_floating_point():
            target = target.argmax(1) if target.dim() == 2 else target
        if target.dim() != 1 or target.shape[0] != logits.shape[0] or len(logits) == 0:
            return
        held = [weakref.ref(leaf) for leaf in leaves_of([logits])]
        with torch.no_grad():
            target = target.long()
            correct = int((logits.argmax(1) == target).sum())
            labels, counts = torch.unique(target, return_counts=True)
        said = {
            "images": len(logits),
            "correct": correct,
            "classes": logits.shape[1],
            "labels": dict(zip(labels.tolist(), counts.tolist(), strict=True)),
            "loss": float(outcome.detach().mean()),
        }
        self._waiting = [*self._waiting, (held, said)][-MOST_WAITING:]
