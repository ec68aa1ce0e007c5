"""Looks at the weights of a network when its training begins: are they as an initialiser leaves them?

Sends quantiles and a few facts of the largest tensors, and what is known of where their values come from: from an
initialiser, from training in this process, from a file. Judges nothing. `look(network)` is all a meter need call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch

from .first_batches import FirstBatches
from .initialisers import Initialisers, is_real, values_at
from .tensor_facts import tensor_facts

SMALLEST = 1000
"""Elements; the values of fewer say little about where they come from."""
MOST_TENSORS = 12
PLACES = 256
MOST_SHAPES = 2000
MOST_OF_A_SHAPE = 100
ALIKE = 0.9
"""Correlation: an average of trained weights, or a rounded copy, is alike; two fresh tensors never are."""
MAX_LOADED = 2000


class FirstWeights:
    """What this process knows of where weights come from; it survives a fork, as the weights do."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self.batches = FirstBatches(channel)
        self.initialisers = Initialisers(self.batches.arm)
        self._origins: dict[tuple[int, ...], dict[Any, tuple[str, Any]]] = {}
        self._remembered: dict[int, int] = {}

    def install(self) -> None:
        """Watch initialisers and losses."""
        self.initialisers.install()
        self.batches.install()

    def look(self, network: Any, others: Iterable[Any]) -> None:
        """Before the first update of `network`; `others` are the networks known so far."""
        if network.updates:
            return
        for other in others:
            if other is not network:
                self.remember(other)
        tensors = [(index, t) for index, t in enumerate(network.live_tensors()) if _telling(t)]
        tensors.sort(key=lambda pair: -pair[1].numel())
        with torch.no_grad(), torch.autocast("cpu", enabled=False):
            for index, tensor in tensors[:MOST_TENSORS]:
                said = {
                    "net": network.number,
                    "name": network.name,
                    "tensor": index,
                    "frozen": not tensor.requires_grad,
                }
                fresh = self.initialisers.fresh(tensor)
                origin = "" if fresh else self._origin(tensor)
                self._channel.emit("weights", **said, fresh=fresh, origin=origin, **tensor_facts(tensor))
        self.batches.attribute(network)

    def remember(self, network: Any) -> None:
        """Weights trained in this process may turn up in another network."""
        if network.updates and self._remembered.get(network.number) != network.updates:
            self._remembered[network.number] = network.updates
            for index, tensor in enumerate(network.live_tensors()):
                self._keep(tensor, f"trained as {network.name}", key=(network.number, index))

    def loaded(self, outcome: Any, label: str) -> None:
        """Whatever tensors a loader returned carry its label from now on."""
        self.batches.arm()
        for index, tensor in enumerate(list(_tensors(outcome))[:MAX_LOADED]):
            self._keep(tensor, label, key=(label, index))

    def _keep(self, tensor: Any, label: str, *, key: Any) -> None:
        if not _telling(tensor) or len(self._origins) >= MOST_SHAPES:
            return
        known = self._origins.setdefault(tuple(tensor.shape), {})
        known[key] = (label, _centred(tensor))
        if len(known) > MOST_OF_A_SHAPE:
            del known[next(iter(known))]

    def _origin(self, tensor: Any) -> str:
        """The label of what these values are, or are nearly; empty when nothing known."""
        own = _centred(tensor)
        for label, other in reversed(self._origins.get(tuple(tensor.shape), {}).values()):
            if float(own @ other) > ALIKE:
                return label
        return ""


_this: FirstWeights | None = None


def install(channel: Any) -> FirstWeights:
    """Start to watch; once a process."""
    global _this  # noqa: PLW0603  one process, one memory: loaders and meters share it
    _this = FirstWeights(channel)
    _this.install()
    return _this


def look(network: Any, others: Iterable[Any] = ()) -> None:
    """Look at a network before its first update; never raises."""
    _safely("look", network, list(others))


def remember(network: Any) -> None:
    """The network has been trained: its weights are this process's own. Never raises."""
    _safely("remember", network)


def loaded(outcome: Any, label: str) -> None:
    """A loader returned this; never raises."""
    _safely("loaded", outcome, label)


def tell_losses(scored: Callable[[Any, Any], None]) -> None:
    """From now on call this with the scores and labels of every loss; it never raises."""
    if _this is not None:
        _this.batches.scored = scored


def _safely(what: str, *args: Any) -> None:
    if _this is None:
        return
    try:
        getattr(_this, what)(*args)
    except Exception as error:
        _this._channel.fault("first_weights", error)


def _telling(tensor: Any) -> bool:
    return isinstance(tensor, torch.Tensor) and is_real(tensor) and tensor.dim() >= 2 and tensor.numel() >= SMALLEST


def _centred(tensor: Any) -> Any:
    """Values at 256 places, less their mean, of length one; zeros for a constant."""
    values = values_at(tensor, PLACES).double()
    values = values - values.mean()
    length = values.norm()
    return values / length if float(length) > 1e-12 else values * 0


def _tensors(outcome: Any, depth: int = 0) -> Iterator[Any]:
    """Every tensor in what a loader returned: dictionaries, lists, modules, arrays."""
    if isinstance(outcome, torch.Tensor):
        yield outcome
    elif isinstance(outcome, torch.nn.Module):
        yield from outcome.parameters()
    elif type(outcome).__name__ == "ndarray" and outcome.dtype.kind == "f" and outcome.ndim >= 2:
        yield torch.tensor(outcome)
    elif depth < 6 and isinstance(outcome, dict):
        for value in list(outcome.values())[:MAX_LOADED]:
            yield from _tensors(value, depth + 1)
    elif depth < 6 and isinstance(outcome, list | tuple):
        for value in outcome[:MAX_LOADED]:
            yield from _tensors(value, depth + 1)
