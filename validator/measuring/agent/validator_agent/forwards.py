"""Tallies the networks that are called directly: how often, on how many images, and what they were fed.

Knows calls and inputs; nothing of steps. Tensors are looked at now and then only, and only without gradients.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from .keeping import Kept
from .networks import Network, Registry, unwrapped
from .summaries import merged_summary, summary_of
from .verdicts import original

FIRST_SUMMARIES = 5
SUMMARY_PAUSE_NS = 500_000_000
MAX_TALLIES = 2000


class Tally:
    """Running totals of one module that was called directly."""

    def __init__(self, module: Any, name: str) -> None:
        self.module = weakref.ref(module)
        self.name = name
        self.network: Network | None = None
        self.copy_of: Network | None = None
        self.images_after = self.updates_before = self.quiet_ns = 0
        """Images judged since the last update of any network, that update's number, and when it judged last."""
        self.calls = self.images = self.quiet_calls = self.quiet_images = 0
        """`quiet` counts calls without gradients, which judge or sample; the others train."""
        self.summary: dict[str, Any] | None = None
        self.training_summary: dict[str, Any] | None = None
        self.summaries = 0
        self.summary_ns = 0
        self.dirty = False


class Forwards:
    """Global forward hooks: one depth for each thread, one tally for each module called from outside any module."""

    def __init__(self, channel: Any, registry: Registry, flush_if_due: Callable[[], None]) -> None:
        self._channel, self._registry, self._flush_if_due = channel, registry, flush_if_due
        self._local = threading.local()
        self._names: dict[str, int] = {}
        self._windows: dict[str, dict[int, int]] = {}
        self.tallies: dict[int, Tally | None] = {}
        self._watch: dict[int, weakref.ref[Any]] = {}
        self._handles: list[Any] = []
        self._paused = False
        self._kept = Kept()
        self._updates = 0

    def install(self) -> None:
        """Watch every module of the process."""
        is_compiling, local = torch.compiler.is_compiling, self._local

        def before(module: Any, args: Any) -> None:
            if is_compiling():
                return
            depth = getattr(local, "depth", 0)
            local.depth = depth + 1
            if depth == 0 and not self._paused:
                self._called(module, args)

        def after(module: Any, args: Any, output: Any) -> None:
            if is_compiling():
                return
            local.depth = max(0, getattr(local, "depth", 0) - 1)

        self._handles = [register_module_forward_pre_hook(before), register_module_forward_hook(after)]

    def remove(self) -> None:
        """Take the hooks away."""
        for handle in self._handles:
            handle.remove()

    def reset_depth(self) -> None:
        """A forward that raised has left its depth behind."""
        self._local.depth = 0

    def flush(self) -> None:
        """Send the totals that have changed."""
        for tally in list(self.tallies.values()):
            if tally is not None and tally.dirty:
                tally.dirty = False
                self._send(tally)

    def stepped(self, network: Network) -> None:
        """An update: whoever judged images before it judged another state."""
        network.images_since_update = 0
        self._updates += 1
        if network.calls == 1:
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
        tallies = [tally for tally in self.tallies.values() if tally is not None and tally.module() is module]
        summaries = [tally.summary or tally.training_summary for tally in tallies]
        return next((summary for summary in summaries if summary is not None), None)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What the harness itself asks of a network is not tallied."""
        self._paused = True
        try:
            yield
        finally:
            self._paused = False

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
        if torch._C._get_tracing_state() is not None:
            return  # a look at a shape would be traced, and warned of
        try:
            tally = self._tally(module)
            if tally is not None:
                self._count(tally, module, args)
                self._flush_if_due()
        except Exception:
            return  # a strange module is not tallied; its training is counted elsewhere

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

    def _count(self, tally: Tally, module: Any, args: Any) -> None:
        batch = next((arg for arg in args if isinstance(arg, torch.Tensor)), None)
        images = int(batch.shape[0]) if batch is not None and batch.dim() > 0 else 1
        if tally.network is None:
            first = next(unwrapped(module).parameters(), None)
            tally.network = self._registry.owner(first) if first is not None else None
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
            tally.copy_of = original(module, self._registry) if tally.network is None else None
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

    def _send(self, tally: Tally) -> None:
        network = tally.network or tally.copy_of
        self._channel.emit(
            "forward",
            name=tally.name,
            net=network.number if network else None,
            calls=tally.calls,
            images=tally.images,
            quiet_calls=tally.quiet_calls,
            quiet_images=tally.quiet_images,
            images_since_update=network.images_since_update if network else None,
            input=tally.summary,
        )
