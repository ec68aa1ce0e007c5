"""Keeps what networks answered when they judged images: outputs, signatures of the images, mode. Judges nothing.

A call is looked at when the same module is called again, or at the end of a cell: by then a gradient evaluation has
told whether it belonged to training, and such a call is forgotten without a look. So training pays for a note of each
call, and no more. What is kept lies in the memory of the CPU, within fixed limits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch._C._functorch import is_functorch_wrapped_tensor

from .answers import is_scores, noisy_layers, parts_of, shares, version_of
from .leaves import outside_of_modes
from .passes import Passes
from .signatures import as_images, signatures
from .tally import Tally

MAX_WAITING = 8
MAX_HELD = 8
"""Calls of one module in training mode, with gradients on, whose losses may still be summed before one gradient."""
DEEPEST = 3
"""Modules that feed each other in turn, as in a loop, are followed no further."""
FREE_SECONDS = 20.0
SHARE = 0.02
"""Of the time of the process, what looking at calls may take once the free seconds are used."""
ROWS_KEPT, VALUES_KEPT = 64, 1_000_000
"""Of the images fed first, those kept as they are: how many, and numbers in them at most."""


class Call:
    """One call of a module from outside any module, not looked at yet."""

    __slots__ = (
        "batch",
        "depth",
        "feeder",
        "first",
        "output",
        "recorded",
        "signatures",
        "tally",
        "training",
        "version",
    )

    def __init__(self, tally: Tally, batch: Any, *, training: bool) -> None:
        self.tally, self.batch, self.training = tally, batch, training
        self.version = version_of(batch)
        self.output: Any = None
        """What may be `(n, classes)`, once it is there, without its graph."""
        self.first: Any = None
        """What it computed first, without its graph: another module may be fed that."""
        self.feeder: Call | None = None
        """The call that computed this batch."""
        self.depth = 0
        self.recorded = False
        """Whether a gradient may still come of it."""
        self.signatures: Any = None


class Evaluations:
    """Calls that no gradient followed, by module and by the state of its network."""

    def __init__(self) -> None:
        self.before_naming: Callable[[], None] = _nothing
        """Called before a state is named by its network's updates: one by hand is noticed late."""
        self._waiting: dict[str, Call] = {}
        self._held: dict[str, list[Call]] = {}
        """Calls before those that wait, which a sum of losses may still belong to."""
        self._evaluating: set[str] = set()
        """Modules of which there were more than one gradient can be of."""
        self._layers: dict[tuple[str, bool], list[str]] = {}
        self._looked: set[str] = set()
        """Modules of which a call was looked at since the last gradient."""
        self._settled = True
        self._spent = 0.0
        self._began = time.monotonic()
        self.passes = Passes()
        self._rows: dict[str, tuple[int, Any]] = {}

    def called(self, tally: Tally, module: Any, batch: Any) -> None:
        """A module is called with this batch; its call before, if it still waits, was no training."""
        if is_functorch_wrapped_tensor(batch):
            return
        waiting = self._waiting.pop(tally.name, None)
        if waiting is not None:
            self._hold_or_look(waiting)
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        training = bool(module.training)
        if (tally.name, training) not in self._layers:
            self._layers[tally.name, training] = noisy_layers(module)
        call = Call(tally, batch, training=training)
        if tally.came_from is not None:
            feeder = self._waiting.get(tally.came_from.name)
            if feeder is not None and feeder.depth < DEEPEST and shares(feeder.first, batch):
                call.feeder, call.depth = feeder, feeder.depth + 1
        self._waiting[tally.name] = call

    def left(self, tally: Tally, output: Any) -> None:
        """That call has computed this."""
        call = self._waiting.get(tally.name)
        if call is None:
            return
        if isinstance(output, torch.Tensor):
            call.recorded = call.training and output.requires_grad
            call.first = call.output = output.detach()
            return
        first = output[0] if isinstance(output, (tuple, list)) and output else None
        call.first = first.detach() if isinstance(first, torch.Tensor) else None
        found = next((part for part in parts_of(output) if is_scores(part, len(call.batch))), None)
        call.output = found.detach() if found is not None else None
        call.recorded = call.training and found is not None and found.requires_grad

    def gradient(self, reached: list[int]) -> None:
        """A gradient evaluation reached the networks of these numbers: what waits belongs to training.

        Except the last call of an evaluation by another network, whose calls before were looked at.
        """
        self._held_after(reached)
        if self._looked:
            for call in self._waiting.values():
                network = call.tally.network or call.tally.copy_of
                if call.tally.name in self._looked and network is not None and network.number not in reached:
                    self._look(call)
            self._looked.clear()
        self._settled = False
        self._waiting.clear()

    def settle(self) -> None:
        """The end of a cell, or of the process: nothing waits longer, and nothing on a device is held."""
        for call in [*(call for held in self._held.values() for call in held), *self._waiting.values()]:
            self._look(call)
        self._held.clear()
        self._waiting.clear()

    def write(self, folder: str | None) -> None:
        """Everything so far to files in this folder, if there is anything new."""
        if folder is not None and self.passes.changed:
            self.passes.write(folder)

    def rows(self, tally: Tally) -> Any:
        """The first images this module judged last, float32 on the CPU, as they were fed; None when it never did."""
        return self._rows.get(tally.name, (0, None))[1]

    def _hold_or_look(self, call: Call) -> None:
        """Another call of its module came with no gradient between: an evaluation, or several losses before one."""
        name = call.tally.name
        if not call.recorded or name in self._evaluating:
            self._look(call)
            return
        held = self._held.setdefault(name, [])
        held.append(call)
        if len(held) > MAX_HELD:
            self._evaluating.add(name)
            for one in self._held.pop(name):
                self._look(one)
        elif len(self._held) > MAX_WAITING:
            self._held.pop(next(iter(self._held)))

    def _held_after(self, reached: list[int]) -> None:
        """A gradient of these networks was of what is held of them; of others nothing is known."""
        for held in self._held.values():
            network = held[0].tally.network or held[0].tally.copy_of
            if network is not None and network.number not in reached:
                for call in held:
                    self._look(call)
        self._held.clear()
        self._evaluating.clear()

    def _look(self, call: Call) -> None:
        began = time.monotonic()
        self._looked.add(call.tally.name)
        if self._spent > FREE_SECONDS + SHARE * (began - self._began):
            self.passes.skipped += 1
            return
        try:
            with outside_of_modes():
                self._keep(call)
        except Exception:
            self.passes.skipped += 1
        finally:
            self._spent += time.monotonic() - began

    def _keep(self, call: Call) -> None:
        tally = call.tally
        if not self._settled:
            self._settled = True
            self.before_naming()
        if call.version != version_of(call.batch):  # the student filled the same memory anew
            self.passes.skipped += 1
            return
        judged = is_scores(call.output, len(call.batch))
        if not judged and call.first is not None and call.first.dim() == 4:
            return  # a step of a sampler, or features: whoever is fed those has the images signed
        found = self._signed(call)
        if not judged:
            return
        network = tally.network or tally.copy_of
        self.passes.add(
            module=tally.name,
            network=network,
            copy=tally.network is None and network is not None,
            outputs=call.output.to("cpu", torch.float32).numpy(),
            signatures=found,
            training=call.training,
            layers=self._layers.get((tally.name, call.training), []),
            shape=tuple(_first(call).batch.shape[1:]),
            through=call.feeder.tally.name if call.feeder is not None else "",
        )

    def _signed(self, call: Call) -> Any:
        """The signatures of the images behind a call: its own batch, or that of the call which computed its batch."""
        if call.signatures is None and call.version == version_of(call.batch):
            images = as_images(call.batch)
            if images is not None:
                call.signatures = signatures(images).to("cpu", torch.float32).numpy()
                self._keep_rows(call)
            elif call.feeder is not None:
                call.signatures = self._signed(call.feeder)
        if call.signatures is None or len(call.signatures) != len(call.batch):
            return None
        return call.signatures

    def _keep_rows(self, call: Call) -> None:
        count = min(ROWS_KEPT, VALUES_KEPT // max(1, call.batch[0].numel()))
        network = call.tally.network or call.tally.copy_of
        state = network.updates if network is not None else 0
        known = self._rows.get(call.tally.name)
        if count < 1 or (known is not None and known[0] == state):
            return
        if known is None and len(self._rows) >= MAX_WAITING:
            self._rows.pop(next(iter(self._rows)))
        self._rows[call.tally.name] = (state, call.batch[:count].detach().to("cpu", torch.float32).clone())


def _first(call: Call) -> Call:
    """The call that was fed the images behind this one."""
    while call.feeder is not None and as_images(call.batch) is None:
        call = call.feeder
    return call


def _nothing() -> None:
    """Nobody is asked."""
