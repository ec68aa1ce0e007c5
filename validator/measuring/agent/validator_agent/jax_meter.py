"""Puts the signals of JAX together: which networks there are, and how many updates each took.

Knows sites, words and records; no program and no limit. Nothing here calls JAX while it holds its lock: a program
that waits for a callback would wait for ever.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from typing import Any

from . import jax_selftest, jax_waiting
from .cells import Cells
from .jax_calls import Calls
from .jax_entries import Entries
from .jax_forwards import JaxForwards
from .jax_mark import CALL, FORWARD, Site
from .jax_networks import Network, Networks

FLUSH_NS = 50_000_000


class JaxMeter:
    """Everything counted of JAX in this process; one instance, made when jax is imported."""

    def __init__(self, channel: Any, page: Any) -> None:
        self.channel, self.page = channel, page
        self.entries = Entries(self._arrived, channel.fault)
        self.calls = Calls(self.entries, channel.fault)
        self.forwards = JaxForwards(lambda: self.entries.asked, channel.fault)
        self._cells = Cells(channel, lambda: None, self.flush_all)
        self.refused = self._forked = False
        self._start()

    def _start(self) -> None:
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self.networks = Networks()
        self.arrivals = self._inputs = self._forward = 0
        self._together: dict[tuple[str, ...], int] = {}
        self._flushed_ns = time.monotonic_ns()
        self._said = ""

    def install(self) -> None:
        """Put the hooks in place. Computes nothing: that would fix the devices before the student has chosen them."""
        import jax

        self.channel.emit("framework", name="jax", version=str(jax.__version__))
        self.entries.before_first = self._try
        self.entries.install()
        self.calls.install()
        self.forwards.install()
        self._cells.install()
        self.channel.before_exit.append(self.flush)
        # The channel's own last words come after JAX has cleaned up: what is still on its way must arrive before.
        atexit.register(self.flush_all)
        os.register_at_fork(after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        self._start()
        self._forked = True

    def _try(self) -> None:
        """Before the first gradient; a meter that miscounts counts nothing, and says so."""
        tried = jax_selftest.tried(self.entries)
        self.channel.emit("selftest", framework="jax", **tried)
        if not tried["ok"]:
            self.entries.remove()
            self.refused = True

    def flush_all(self) -> None:
        """The end of a cell or of the process: wait for what is on its way, and say everything."""
        if os.getpid() == self._pid:
            # Where no gradient was asked for there is nothing to wait for; after a fork JAX's own threads are gone.
            if self.entries.met and (self.arrivals or not self._forked):
                jax_waiting.until_arrived(lambda: self.arrivals)
            self.flush(at_end=True)

    def flush(self, *, at_end: bool = False) -> None:
        """Say what has changed since the last time."""
        with self._lock:
            self._flushed_ns = time.monotonic_ns()
            for network in self.networks.everything() if at_end else self.networks.known():
                network.count(at_end=at_end)
                self._write(network)
                self._say(network)
            said = {"elsewhere": 0, "functional": 0, "forward_mode": self._forward_mode(), "inputs": self._inputs}
            together = [[list(names), n] for names, n in self._together.items()][:100]
            if self._said != (words := repr((together, said))) and (together or any(said.values())):
                self._said = words
                self.channel.emit("reach", framework="jax", together=together, **said)

    def _say(self, network: Network) -> None:
        described = network.described(self.networks.trained())
        if described != network.described_as:
            network.described_as = described
            self.channel.emit("net", **described)
        counts = network.counts()
        if counts != network.counted_as:
            network.counted_as = counts
            self.channel.emit("counts", **counts)

    def _forward_mode(self) -> int:
        """Those at parameters: not at an input of a network that is trained by gradients, nor at its parameters."""
        trained = self.networks.trained()
        return sum(
            family.forward
            for family in self.networks.families.values()
            if family.shapes not in trained and not family.is_input(trained)
        )

    def _arrived(self, site: Site, words: Any, stream: int, copies: int) -> None:
        if os.getpid() != self._pid or self.refused:
            return
        with self._lock:
            self.arrivals += 1
            if site.kind == CALL:
                self._called(site, words, stream)
            elif site.kind == FORWARD:
                self._forwarded(site, stream)
            elif site.fed:
                self._inputs += 1
            else:
                self._evaluated(site, words, stream, copies)
            if time.monotonic_ns() - self._flushed_ns > FLUSH_NS:
                self.flush()

    def _forwarded(self, site: Site, stream: int) -> None:
        family = self.networks.family(site)
        family.forward += family.is_counted_stream(stream)

    def _evaluated(self, site: Site, words: Any, stream: int, copies: int) -> None:
        family = self.networks.family(site)
        if not family.is_counted_stream(stream):
            return
        network = self.networks.evaluated(family, site, words, copies)
        if network is None:
            return
        network.count()
        if network.slot == 0:
            network.slot = self.page.slot(network.number) or -1
            self._say(network)
        self._remember_together(network)
        self._write(network)

    def _called(self, site: Site, words: Any, stream: int) -> None:
        network = self.networks.called(site, words, stream)
        if network is not None:
            network.count()
            self._write(network)

    def _write(self, network: Network) -> None:
        if network.slot > 0:
            self.page.write(network.slot, network.updates, network.gradients, network.calls)

    def _remember_together(self, network: Network) -> None:
        family = network.family
        if not family.partners and not family.frozen:
            return
        partners = network.partners(self.networks.trained())
        if partners:
            names = tuple(sorted({network.name, *partners}))
            self._together[names] = self._together.get(names, 0) + 1
