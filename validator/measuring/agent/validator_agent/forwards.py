"""Tallies the networks that are called directly: how often, on how many images, and what they were fed.

Knows calls and inputs; nothing of steps. Tensors are looked at now and then only, and only without gradients.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from .evaluations import Evaluations
from .flow import Flow
from .free import FreeWrites
from .inputs import Inputs
from .keeping import Kept
from .networks import Network, Registry
from .owners import held_plainly, unwrapped
from .roots import RootCalls
from .summaries import merged_summary, summary_of
from .tally import Tally
from .verdicts import STRANGER_BELOW, resemblance

FIRST_SUMMARIES = 5
SUMMARY_PAUSE_NS = 500_000_000
MAX_TALLIES = 2000


class Forwards:
    """One tally for each module called from outside any module."""

    def __init__(
        self,
        channel: Any,
        registry: Registry,
        flush_if_due: Callable[[], None],
        inputs: Inputs,
        adopt: Callable[[Any], Network],
    ) -> None:
        self._channel, self._registry, self._flush_if_due = channel, registry, flush_if_due
        self._inputs = inputs
        self._flow = Flow(registry, adopt)
        self.free = FreeWrites(registry)
        self.evaluations = Evaluations()
        self.calls = RootCalls(self._called, self._left)
        self._names: dict[str, int] = {}
        self._windows: dict[str, dict[int, int]] = {}
        self.tallies: dict[int, Tally | None] = {}
        self._watch: dict[int, weakref.ref[Any]] = {}
        self._kept = Kept()
        self._updates = 0

    def in_place(self) -> bool:
        """Whether torch still tells of each call."""
        return self.calls.in_place()

    def flush(self) -> None:
        """Send the totals that have changed."""
        for tally in [tally for tally in list(self.tallies.values()) if tally is not None and tally.dirty]:
            tally.dirty = False
            self._channel.emit("forward", **tally.said())
        for said in self.free.news():
            self._channel.emit("free", **said)

    def stepped(self, network: Network) -> None:
        """An update: whoever judged images before it judged another state."""
        network.images_since_update = 0
        self._updates += 1
        if network.updates == 1:
            for root in network.roots:
                self._kept.keep(root())

    def judges(self, network: Network) -> list[Any]:
        """The modules of this network, and copies of it, that judged images after the last update: most first."""
        own = [
            tally
            for tally in self.tallies.values()
            if tally is not None and network in (tally.network, tally.copy_of) and self._judged_last(tally)
        ]
        ranked = sorted(own, key=lambda tally: (-tally.images_after, -tally.quiet_ns))
        return [module for tally in ranked if (module := tally.module()) is not None]

    def fed(self, module: Any) -> dict[str, Any] | None:
        """Summary of what this module was fed when it judged, else when it trained; None when it never ran."""
        summaries = [tally.summary or tally.training_summary for tally in self._of(module)]
        return next((summary for summary in summaries if summary is not None), None)

    def rows(self, module: Any) -> Any:
        """Images that this module judged last, as they were fed, float32 on the CPU; None when none are kept."""
        return next((rows for tally in self._of(module) if (rows := self.evaluations.rows(tally)) is not None), None)

    def feeder(self, module: Any) -> Any:
        """The only module whose output this one is called with; None where it is called with anything else too."""
        names = {name for tally in self._of(module) for name in tally.fed_by}
        found = [tally.module() for tally in self.tallies.values() if tally is not None and {tally.name} == names]
        return found[0] if found and found[0] is not module else None

    def tally_of(self, module: Any) -> Tally | None:
        """The tally of this module; None where it has no parameters, or never ran."""
        return self.tallies.get(id(module))

    def _of(self, module: Any) -> list[Tally]:
        return [tally for tally in self.tallies.values() if tally is not None and tally.module() is module]

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What the harness itself asks of a network is not tallied."""
        self.pause(True)
        try:
            yield
        finally:
            self.pause(False)

    def pause(self, on: bool) -> None:
        """Tally nothing while this is on."""
        self.calls.paused = on

    def since(self, window: str, *, everything: bool) -> list[tuple[Any, dict[str, Any]]]:
        """Modules that ran since this window was last asked for, with their images; training calls on demand."""
        before = self._windows.get(window, {})
        tallies = {id(tally): tally for tally in self.tallies.values() if tally is not None}
        now = {key: tally.quiet_images + everything * tally.images for key, tally in tallies.items()}
        self._windows[window] = now
        ran = [(tally, now[key] - before.get(key, 0)) for key, tally in tallies.items()]
        return [
            (module, {"name": tally.name, "images": images})
            for tally, images in ran
            if images > 0 and (module := tally.module()) is not None
        ]

    def _called(self, module: Any, args: Any) -> None:
        try:
            self._inputs.given(args, self._registry.owner)
            tally = self._tally(module)
            if tally is not None:
                self._count(tally, module, args)
                self._flow.entered(tally, args)
                self.free.called(unwrapped(module), tally.network, tally.name)
                self._flush_if_due()
                self._judge(tally, module, args)
        except Exception:
            return  # a strange module is not tallied; its training is counted elsewhere

    def _left(self, module: Any, output: Any) -> None:
        tally = self.tallies.get(id(module))
        if tally is not None:
            try:
                self._flow.left(tally, output)
                self.evaluations.left(tally, output)
            except Exception:
                return  # an output without storage, such as one of torch.func

    def _judge(self, tally: Tally, module: Any, args: Any) -> None:
        batch = next((arg for arg in args if isinstance(arg, torch.Tensor)), None)
        if batch is not None and batch.dim() > 1 and len(batch):
            self.evaluations.called(tally, module, batch)

    def _tally(self, module: Any) -> Tally | None:
        watched = self._watch.get(id(module))
        if watched is not None and watched() is module:
            return self.tallies[id(module)]
        if len(self._watch) >= MAX_TALLIES:
            return None
        inner = unwrapped(module)
        self._watch[id(module)] = weakref.ref(module)
        self.tallies[id(module)] = self._new(inner) if next(inner.parameters(), None) is not None else None
        return self.tallies[id(module)]

    def _new(self, inner: Any) -> Tally:
        self._registry.called.add(inner)
        known = self.tallies.get(id(inner))
        if known is not None and known.module() is inner:
            return known
        label = type(inner).__name__[:80]
        self._names[label] = self._names.get(label, 0) + 1
        return Tally(inner, f"{label}@{self._names[label]}")

    def _network_of(self, module: Any) -> Network | None:
        first = next(module.parameters(), None)
        network = self._registry.owner(first) if first is not None else None
        if network is None:
            owners = map(self._registry.owner, held_plainly(module))
            network = next((owner for owner in owners if owner is not None), None)
        return network

    def _count(self, tally: Tally, module: Any, args: Any) -> None:
        batch = next((arg for arg in args if isinstance(arg, torch.Tensor)), None)
        images = int(batch.shape[0]) if batch is not None and batch.dim() > 0 else 1
        if tally.network is None:
            tally.network = self._network_of(unwrapped(module))
        tally.dirty = True
        training = torch.is_grad_enabled() and module.training
        if training:
            tally.calls += 1
            tally.images += images
        else:
            tally.quiet_calls += 1
            tally.quiet_images += images
            self._judged(tally, images)
        if batch is not None:
            self._summarise(tally, batch, training=training)

    def _judged(self, tally: Tally, images: int) -> None:
        """Images of a copy (an average, a reloaded checkpoint) are images of the network it is a copy of."""
        if not self._judged_last(tally):
            tally.images_after, tally.updates_before = 0, self._updates
            module = tally.module()
            self._kept.keep(module)
            similarity, nearest = resemblance(module, self._registry) if tally.network is None else (0.0, None)
            tally.copy_of = nearest if similarity >= STRANGER_BELOW else None
            tally.similarity = round(similarity, 4) if tally.copy_of is not None else None
        tally.images_after += images
        tally.quiet_ns = time.monotonic_ns()
        network = tally.network or tally.copy_of
        if network is not None:
            network.images_since_update += images

    def _judged_last(self, tally: Tally) -> bool:
        return tally.images_after > 0 and tally.updates_before == self._updates

    def _summarise(self, tally: Tally, batch: Any, *, training: bool) -> None:
        """Now and then: a look at the values makes a GPU wait."""
        now = time.monotonic_ns()
        first = not training and tally.summary is None
        if not first and tally.summaries >= FIRST_SUMMARIES and now - tally.summary_ns < SUMMARY_PAUSE_NS:
            return
        tally.summaries += 1
        tally.summary_ns = now
        if training:
            tally.training_summary = merged_summary(tally.training_summary, summary_of(batch))
        else:
            tally.summary = merged_summary(tally.summary, summary_of(batch))
