"""Puts the signals of torch together: which network took how many updates, and what it was fed.

An update is a change after at least one gradient computation: all optimiser calls between two gradient
computations that reach a network are one update of it. Knows no limit, and judges nothing.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
import weakref
from collections.abc import Sequence
from typing import Any

from . import imports, networks
from .attribution import UNKNOWN, Attribution
from .cells import Cells
from .forwards import Forwards
from .gradients import EngineEntry, functional
from .leaves import Leaves
from .lineage import Lineage
from .losses import Losses
from .networks import Network, Registry
from .optimisers import OptimiserHooks
from .smoke import Allowance, EnoughSeen

FLUSH_NS = 50_000_000


class TorchMeter:
    """Everything counted in this process; one instance, made when torch is imported."""

    def __init__(self, config: dict[str, Any], channel: Any, page: Any) -> None:
        self.channel, self.page = channel, page
        self.allowance = Allowance(config.get("smoke_steps"))
        self.losses = Losses(channel)
        self._lock = threading.RLock()
        self._engine = EngineEntry(self._reached, self.channel.fault)
        self._optimisers = OptimiserHooks(self._stepping, self._stepped)
        self._cells = Cells(channel, self.cell_started, self.flush_all)
        self.channel.faults = 0
        self._start()

    def _start(self) -> None:
        self.registry = Registry()
        self.forwards = Forwards(self.channel, self.registry, self.flush_if_due)
        self._holds: weakref.WeakKeyDictionary[Any, tuple[Any, list[Any]]] = weakref.WeakKeyDictionary()
        self._leaves = Leaves()
        self._lineage = Lineage()
        self._elsewhere = self._functional = 0
        self._attribution = Attribution()
        self._together: dict[tuple[str, ...], int] = {}
        self._flushed_ns = self._compared_ns = time.monotonic_ns()

    def install(self) -> None:
        """Put every hook in place."""
        self._engine.install()
        self._optimisers.install()
        self.forwards.install()
        self.losses.install()
        self._cells.install()
        imports.after_import("torch._dynamo", self._tell_compiler)
        self.channel.before_exit.append(self.flush_all)
        os.register_at_fork(after_in_child=self._forked)
        import torch

        # torch.compile warns about any global module hook; ours steps aside while it compiles.
        warnings.filterwarnings("ignore", message="Using `torch.compile.module.` when there are global hooks")
        self.channel.emit("framework", name="torch", version=str(torch.__version__))

    def _tell_compiler(self, dynamo: Any) -> None:
        self._engine.leave_alone(dynamo.disable)
        self._optimisers.leave_alone(dynamo.disable)

    def cell_started(self) -> None:
        """A new cell may do its steps of a smoke run."""
        self.allowance.new_cell()
        self.forwards.reset_depth()

    def flush(self) -> None:
        """Send what has changed since the last time."""
        with self._lock:
            self._flushed_ns = time.monotonic_ns()
            self._look_for_unstepped()
            self._compare_unstepped()
            for network in self.registry.networks:
                if network.dirty:
                    network.dirty = False
                    self.channel.emit("counts", **network.counts(self._attribution.used_by(network.number)))
            if self._together or self._elsewhere:
                together = [[list(names), n] for names, n in self._together.items()][:100]
                said = {"elsewhere": self._elsewhere, "functional": self._functional}
                self.channel.emit("reach", together=together, **said)
            self.forwards.flush()

    def flush_all(self) -> None:
        """The end of a cell or of the process: send everything that can be known."""
        with self._lock:
            self.flush()
            self.compare_unstepped()
            for network in self.registry.networks:
                self._lineage.remember(network)
            self.flush()

    def flush_if_due(self) -> None:
        """Send at most every 50 ms."""
        if time.monotonic_ns() - self._flushed_ns > FLUSH_NS:
            self.flush()

    def _forked(self) -> None:
        """The child of a fork has counted nothing yet; its parent keeps its own counts."""
        self._lock = threading.RLock()
        self.forwards.remove()
        self._start()
        self.forwards.install()

    def _reached(self, leaves: list[Any], outputs: Sequence[Any]) -> None:
        with self._lock:
            self.forwards.reset_depth()
            reached: dict[int, Network] = {}
            unknown = []
            for leaf in leaves:
                network = self.registry.owner(leaf)
                if network is not None:
                    reached[network.number] = network
                elif getattr(leaf, "requires_grad", False):
                    unknown.append(leaf)
                    self._leaves.reached(leaf)
            self._attribution.computed(frozenset(reached) | ({UNKNOWN} if unknown else frozenset()))
            for network in reached.values():
                self._gradient(network)
            if len(reached) > 1:
                names = tuple(sorted(network.name for network in reached.values()))
                self._together[names] = self._together.get(names, 0) + 1
            if not reached and not any(type(leaf).__name__ == "Parameter" for leaf in unknown):
                self._elsewhere += 1
                self._functional += functional(leaves)
            self.losses.seen(outputs, tuple(sorted(reached)))

    def _gradient(self, network: Network) -> None:
        network.gradients += 1
        network.fresh = network.dirty = True
        network.called_since_gradient.clear()
        self.page.write(network.slot, network.updates, network.gradients, network.calls)

    def _stepping(self, optimiser: Any) -> None:
        try:
            with self._lock:
                self._held(optimiser)
        except Exception as error:
            self.channel.fault("optimiser", error)

    def _stepped(self, optimisers: list[Any]) -> None:
        enough = False
        try:
            with self._lock:
                for network in self._stepped_networks(optimisers):
                    self._update(network, optimisers)
                enough = self.allowance.use_one()
                self.flush() if enough else self.flush_if_due()
        except Exception as error:
            self.channel.fault("optimiser", error)
        if enough:
            raise EnoughSeen("the smoke run has seen enough optimiser steps of this cell")

    def _stepped_networks(self, optimisers: list[Any]) -> list[Network]:
        stepped: dict[int, Network] = {}
        for optimiser in optimisers:
            for network, tensors in self._held(optimiser):
                if any(tensor.grad is not None for tensor in tensors):
                    stepped[network.number] = network
        return list(stepped.values())

    def _held(self, optimiser: Any) -> list[tuple[Network, list[Any]]]:
        """The networks this optimiser steps, with their tensors; looked up again only when its groups change."""
        tensors = [tensor for group in optimiser.param_groups for tensor in group["params"]]
        key = tuple(map(id, tensors))
        known = self._holds.get(optimiser)
        if known is not None and known[0] == key:
            return [(network, alive) for network, held in known[1] if (alive := _alive(held))]
        unknown = [tensor for tensor in tensors if self.registry.owner(tensor) is None]
        if unknown:
            self._adopt(unknown)
            self._attribution.stepped(UNKNOWN)
        by_network: dict[int, tuple[Network, list[Any]]] = {}
        for tensor in tensors:
            network = self.registry.owner(tensor)
            if network is not None:
                by_network.setdefault(network.number, (network, []))[1].append(weakref.ref(tensor))
        self._holds[optimiser] = (key, list(by_network.values()))
        return [(network, _alive(held)) for network, held in by_network.values()]

    def _update(self, network: Network, optimisers: list[Any]) -> None:
        network.calls += 1
        self._attribution.stepped(network.number)
        if network.fresh:
            network.updates += 1
            network.fresh = False
        elif any(id(optimiser) in network.called_since_gradient for optimiser in optimisers):
            network.repeats += 1
        network.called_since_gradient.update(map(id, optimisers))
        self.forwards.stepped(network)
        network.updated_ns = time.monotonic_ns()
        network.dirty = True
        self.page.write(network.slot, network.updates, network.gradients, network.calls)
        self.losses.stepped(network)

    def _adopt(self, tensors: list[Any]) -> Network:
        network, new = self.registry.adopt(tensors)
        before, first_values = self._leaves.claim(network.live_tensors())
        network.gradients += before
        network.gradients_before += before
        network.fresh = network.fresh or before > 0
        network.first_values.update(first_values)
        network.dirty = True
        if new:
            network.slot = self.page.slot(network.number)
            network.continues = self._lineage.ancestor(network, self.registry.networks)
        self.page.write(network.slot, network.updates, network.gradients, network.calls)
        self.channel.emit("net", **networks.describe(network, self.registry.networks))
        return network

    def _look_for_unstepped(self) -> None:
        """Parameters without an optimiser become networks too, each module for itself."""
        waiting = self._leaves.often_reached()
        while waiting:
            network = self._adopt(waiting[:1])
            waiting = [tensor for tensor in waiting if self.registry.owner(tensor) is not network]

    def _compare_unstepped(self) -> None:
        """Once a second: have parameters changed that no optimiser holds?"""
        if self._flushed_ns - self._compared_ns < 20 * FLUSH_NS:
            return
        self._compared_ns = self._flushed_ns
        self.compare_unstepped()

    def compare_unstepped(self) -> None:
        """Say of each network without optimiser calls whether its values have changed."""
        for network in self.registry.networks:
            if network.calls == 0 and network.gradients and not network.changed:
                network.changed = network.has_moved()
                network.dirty = True


def _alive(references: list[Any]) -> list[Any]:
    return [tensor for reference in references if (tensor := reference()) is not None]
