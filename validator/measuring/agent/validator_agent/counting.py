"""Counts, for each network, the gradient evaluations that reach it and the updates that follow them.

An update is a new value of any of its tensors after at least one gradient evaluation reached them; all changes between
two evaluations are one. Knows networks and values; nothing of hooks, sockets or limits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from . import digests, first_weights
from . import networks as describing
from .adoption import Adoption
from .attribution import UNKNOWN, Attribution
from .forward_mode import ForwardMode
from .gradients import Evaluation
from .identity import Identity, Part
from .inputs import Inputs
from .leaves import Leaf, outside_of_modes
from .lineage import Lineage
from .networks import Network, Registry
from .restarts import Restarts


class Counting:
    """The counts of this process; `updated(network)` is told of each update."""

    def __init__(
        self,
        channel: Any,
        page: Any,
        updated: Callable[[Network], None],
        restarts: Restarts,
        forward_mode: ForwardMode,
    ) -> None:
        self._channel, self._page, self._updated = channel, page, updated
        self.restarts, self.forward_mode = restarts, forward_mode
        self.registry = Registry()
        self.inputs = Inputs()
        self.adoption = Adoption(self.registry, self._adopted)
        self.attribution = Attribution()
        self.lineage = Lineage()
        self._identity = Identity(self.registry, self.inputs, self.adoption)
        self._together: dict[tuple[str, ...], int] = {}
        self._elsewhere = self._functional = self._only_inputs = 0
        self._serial = 0

    def evaluate(self, leaves: list[Any], outputs: Sequence[Any], evaluation: Evaluation, *, given: bool) -> list[int]:
        """A gradient evaluation is about to reach these leaves; the numbers of the networks that they belong to."""
        self._serial = evaluation.serial
        parts = self._identity.parts(leaves, outputs, given=given)
        for part in parts:
            self.restarts.begin(part.network)
            self._arrive(part, evaluation)
        fresh = [part.network for part in parts if part.network.number not in evaluation.counted]
        reached = frozenset(network.number for network in fresh)
        if fresh or not evaluation.counted:
            self.attribution.computed(reached or frozenset({UNKNOWN}))
        evaluation.counted |= reached
        for network in fresh:
            network.gradients += 1
            network.dirty = True
            network.called_since_gradient.clear()
            self.write(network)
        if len(fresh) > 1:
            names = tuple(sorted(network.name for network in fresh))
            self._together[names] = self._together.get(names, 0) + 1
        if not parts and leaves and self._identity.only_inputs:
            self._only_inputs += 1
        elif not parts and leaves:
            self._elsewhere += 1
            self._functional += any(Leaf(leaf).wrapped for leaf in leaves)
        return sorted(reached)

    def within(self, numbers: set[int], more: int) -> None:
        """Inside a compiled graph, gradients followed at values that only the graph knows."""
        for network in [network for network in self.registry.networks if network.number in numbers]:
            for _ in range(more):
                network.gradients += 1
                self._count(network, "slot")

    def watch(self, tensors: list[Any]) -> None:
        """The networks of these are about to change without a trace in their keys."""
        for tensor in tensors:
            network = self.registry.owner(tensor)
            if network is not None:
                network.values.watch()

    def reached_before(self, network: Network) -> None:
        """A gradient evaluation reached it when nobody knew that it is one; its values are those of then."""
        tensors = network.live_tensors()
        network.values.arrive(tuple(map(id, tensors)), tensors)
        network.gradients += 1

    def settle(self, network: Network) -> None:
        """Count what has changed of this network since an evaluation reached it."""
        self._noticed(network, network.values.settle())

    def settle_all(self, *, updated: bool = False) -> None:
        """The same of every network, or of those only that were `updated` before: a gradient may be checked first."""
        for network in self.registry.networks:
            if network.values.pending and (network.updates or not updated):
                self.settle(network)

    def reach(self) -> dict[str, Any] | None:
        """What a `reach` record says; None when there is nothing to say."""
        if not (self._together or self._elsewhere or self._only_inputs or self.forward_mode.calls):
            return None
        return {
            "together": [[list(names), n] for names, n in self._together.items()][:100],
            "elsewhere": self._elsewhere,
            "functional": self._functional,
            "inputs": self._only_inputs,
            "forward_mode": self.forward_mode.calls,
        }

    def looks_like_parameter(self, tensor: Any) -> bool:
        """Whether this tensor, or one that shares its storage, belongs to a module."""
        return self.registry.owner(tensor) is not None or self._identity.is_alias(tensor)

    def write(self, network: Network) -> None:
        """Put the counts of this network on the page."""
        self._page.write(network.slot, network.updates, network.gradients, network.calls)

    def _arrive(self, part: Part, evaluation: Evaluation) -> None:
        network = part.network
        if part.slot:
            self._arrive_in_slot(part)
        elif evaluation.keys and evaluation.reaches_again(part.key):
            by = network.values.arrive(part.key, part.tensors)
            network.gradients += by is not None  # a training inside an evaluation: each of its gradients is one
            self._noticed(network, by)
        elif network.updated_in != evaluation.serial:
            self._noticed(network, network.values.arrive(part.key, part.tensors))
        evaluation.keys.append(part.key)

    def _arrive_in_slot(self, part: Part) -> None:
        network = part.network
        self._noticed(network, network.values.settle())
        first, left = network.values.kept() is None, not network.values.open
        differs = network.values.replace(part.key, part.tensors)
        if first or (differs and not left):
            if not network.ahead and not first:
                self._count(network, "slot")
            network.ahead = True
            self._count(network, "slot")

    def _noticed(self, network: Network, by: str | None) -> None:
        if by is None:
            return
        if network.ahead:
            # The value evaluated last was counted as left already: this is where it is left.
            network.ahead = False
            network.by[by] += 1
            network.by["slot"] -= 1
            return
        self._count(network, by)

    def _count(self, network: Network, by: str) -> None:
        network.updates += 1
        network.by[by] += 1
        network.updated_in = self._serial
        if digests.due(network.updates):
            network.digest = digests.digest(network.live_tensors(), network.updates)
        network.updated_ns = time.monotonic_ns()
        network.dirty = True
        self.attribution.stepped(network.number)
        self.write(network)
        self._updated(network)

    def _adopted(self, network: Network, new: bool) -> None:
        network.dirty = True
        if new:
            network.slot = self._page.slot(network.number)
            network.continues = network.continues or self.lineage.ancestor(network, self.registry.networks)
        network.fed = network.fed or (len(network.tensors) == 1 and self.inputs.holds(network.tensors[0]()))
        self.write(network)
        self._channel.emit("net", **describing.describe(network, self.registry.networks))
        if new:
            with outside_of_modes():
                first_weights.look(network, self.registry.networks)
