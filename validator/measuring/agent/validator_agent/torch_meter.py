"""Puts the signals of torch together and sends what they say; installs every hook.

What counts as an update is `counting`'s to know. Knows no limit, and judges nothing.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from . import compiled, first_weights, imports, owning
from .cells import Cells
from .counting import Counting
from .forward_mode import ForwardMode
from .forwards import Forwards
from .free import watch_loads
from .gradients import EngineEntry, Evaluation
from .graphs import Graphs
from .judged import Judged
from .losses import Losses
from .networks import Network, Registry
from .optimisers import OptimiserHooks
from .restarts import Restarts
from .samplers import Seen
from .served import Served
from .smoke import Allowance, EnoughSeen
from .steps import Steps

FLUSH_NS = 200_000_000


class TorchMeter:
    """Everything counted in this process; one instance, made when torch is imported."""

    def __init__(self, config: dict[str, Any], channel: Any, page: Any) -> None:
        self.channel, self.page = channel, page
        self.allowance = Allowance(config.get("smoke_steps"))
        self.losses = Losses(channel)
        self._handed = config.get("handed")
        self._lock = threading.RLock()
        self._engine = EngineEntry(self._entering, self._left, self.channel.fault)
        self._optimisers = OptimiserHooks(self._stepping, self._stepped)
        self._graphs = Graphs(self._replaying, self._pause)
        self._restarts = Restarts(lambda: self.counting)
        self._forward_mode = ForwardMode(lambda: self.counting)
        self._cells = Cells(channel, self.cell_started, self.flush_all)
        self.channel.faults = 0
        self._served = Served()
        self._will_ask_again = bool(config.get("weights_handed_in"))
        """Else what networks are fed is copied for nothing."""
        self._start()

    def _start(self) -> None:
        self._forward_mode.calls = 0
        self.counting = Counting(self.channel, self.page, self._updated, self._restarts, self._forward_mode)
        frozen = self.counting.adoption.of_frozen
        self.forwards = Forwards(self.channel, self.registry, self.flush_if_due, self.counting.inputs, frozen)
        self.forwards.evaluations.passes.rank = owning.rank_of(self.channel)
        self.samplers = Seen()
        self.judged = Judged(self.forwards.tally_of, self.forwards.calls.keywords, self._served)
        self.forwards.calls.listeners.append(self.samplers.left)
        if self._will_ask_again:
            first_weights.tell_losses(self.judged.scored)
            self.forwards.calls.listeners.append(self.judged.left)
        self.forwards.evaluations.before_naming = lambda: self.counting.settle_all(updated=True)
        self._steps = Steps(self.counting, self._called)
        self._flushed_ns = time.monotonic_ns()

    @property
    def registry(self) -> Registry:
        """The networks met so far."""
        return self.counting.registry

    def install(self) -> None:
        """Put every hook in place."""
        self._engine.install()
        self._optimisers.install()
        self.forwards.calls.install()
        self.losses.install()
        if self._will_ask_again:
            imports.after_import("torch.utils.data.dataloader", self._served.install)
        self._cells.install()
        self._graphs.install()
        watch_loads(lambda: self.forwards.free)
        self._restarts.install()
        self._forward_mode.install()
        imports.after_import("torch._dynamo", self._tell_compiler)
        self.channel.before_exit.append(self.flush_all)
        os.register_at_fork(after_in_child=self._forked)
        import torch

        # torch.compile warns about any global module hook; ours steps aside while it compiles.
        warnings.filterwarnings("ignore", message="Using `torch.compile.module.` when there are global hooks")
        self.channel.emit("framework", name="torch", version=str(torch.__version__))

    def missing(self) -> list[str]:
        """Which of its hooks somebody has taken away, by name."""
        hooks = {
            "engine entry": self._engine.in_place(),
            "optimiser hooks": self._optimisers.in_place(),
            "forward hooks": self.forwards.in_place(),
        }
        return [name for name, there in hooks.items() if not there]

    def _tell_compiler(self, dynamo: Any) -> None:
        compiled.install(self._executing, self.channel.fault)
        self._engine.leave_alone(compiled.left_alone)
        self._optimisers.leave_alone(compiled.left_alone)

    def cell_started(self) -> None:
        """A new cell may do its steps of a smoke run."""
        self.allowance.new_cell()
        self.forwards.calls.reset()

    def flush(self) -> None:
        """Send what has changed since the last time."""
        if self._graphs.capturing is not None:
            return
        with self._lock:
            self._flushed_ns = time.monotonic_ns()
            self.counting.settle_all(updated=True)
            for network in self.registry.networks:
                if network.dirty:
                    network.dirty = False
                    used = self.counting.attribution.used_by(network.number)
                    self.channel.emit("counts", **network.counts(used))
            reach = self.counting.reach()
            if reach is not None:
                self.channel.emit("reach", **reach)
            self.forwards.flush()

    def flush_all(self) -> None:
        """The end of a cell or of the process: send everything that can be known."""
        with self._lock:
            self.counting.settle_all()
            self.flush()
            self._steps.regimes.tell(self.channel)
            for network in self.registry.networks:
                self.counting.lineage.remember(network)
                first_weights.remember(network)
            self.forwards.evaluations.settle()
            self.judged.settle()
            self.forwards.evaluations.write(self._handed)

    def flush_if_due(self) -> None:
        """Send at most five times a second: the page has every count in between."""
        if time.monotonic_ns() - self._flushed_ns > FLUSH_NS:
            self.flush()

    def _forked(self) -> None:
        """The child of a fork has counted nothing yet; its parent keeps its own counts."""
        self._lock = threading.RLock()
        self.forwards.calls.remove()
        self._start()
        self.forwards.calls.install()

    def _entering(self, leaves: list[Any], outputs: Sequence[Any], evaluation: Evaluation, given: bool) -> None:
        if self._graphs.capturing is not None:
            self._graphs.capturing.append([weakref.ref(leaf) for leaf in leaves])
            return
        with self._lock:
            outermost = not evaluation.counted
            if outermost:
                self.forwards.calls.reset()
            reached = self.counting.evaluate(leaves, outputs, evaluation, given=given)
            if outermost:
                self.forwards.evaluations.gradient(reached)
                self.losses.seen(outputs, tuple(reached))

    @contextmanager
    def _executing(self, leaves: list[Any], more: int) -> Iterator[None]:
        """A graph of the compiler that takes gradients by these is about to run."""
        with self._engine.evaluation() as evaluation:
            try:
                self._entering(leaves, (), evaluation, True)
                with self._lock:
                    self.counting.within(evaluation.counted, more)
            except Exception as error:
                self.channel.fault("compiled", error)
            yield

    def _pause(self, on: bool) -> None:
        self.forwards.pause(on)

    def _replaying(self, captured: list[Any]) -> None:
        """A CUDA graph repeats the evaluations that it captured."""
        try:
            outer = self._engine.current()
            for references in captured:
                leaves = [leaf for reference in references if (leaf := reference()) is not None]
                self.counting.watch(leaves)  # a replay moves no version counter
                if outer is not None:
                    self._entering(leaves, (), outer, True)
                    continue
                with self._engine.evaluation() as evaluation:
                    self._entering(leaves, (), evaluation, True)
        except Exception as error:
            self.channel.fault("graphs", error)

    def _left(self, evaluation: Evaluation) -> None:
        if self.allowance.use_gradient(alive=self._optimisers.any_alive):
            self.flush()
            raise EnoughSeen("the smoke run has seen enough gradient computations of this cell")

    def _stepping(self, optimiser: Any) -> None:
        if self._graphs.capturing is not None:
            return
        try:
            with self._lock:
                self._steps.before(optimiser)
        except Exception as error:
            self.channel.fault("optimiser", error)

    def _stepped(self, optimisers: list[Any]) -> None:
        enough = False
        if self._graphs.capturing is not None:
            return
        try:
            with self._lock:
                self._steps.after(optimisers)
                enough = self.allowance.use_one(waiting=self._optimisers.any_unused)
                self.flush() if enough else self.flush_if_due()
        except Exception as error:
            self.channel.fault("optimiser", error)
        if enough:
            raise EnoughSeen("the smoke run has seen enough optimiser steps of this cell")

    def _updated(self, network: Network) -> None:
        self.forwards.stepped(network)
        self.losses.stepped(network)

    def _called(self, network: Network) -> None:
        self.flush_if_due()
