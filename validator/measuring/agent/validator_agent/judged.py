"""Keeps what modules were fed when they judged last, so that the harness can ask the same once more with other weights.

A call counts as judging when it ran without gradients or in evaluation mode. Of each module the calls since its
network's last update are kept, the last ones where there are too many. Knows calls and arguments; nothing of files.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from typing import Any

import torch

from .answers import shares
from .leaves import outside_of_modes
from .served import Served, tensors_in

MOST_BYTES = 48 << 20
"""Of one module's arguments; a single call that is larger is kept by its first rows."""
MOST_BYTES_OF_ALL = 160 << 20
MOST_MODULES = 16
MOST_CALLS = 4000
FREE_SECONDS, SHARE = 20.0, 0.02
"""Of the time of the process, what copying arguments may take once the free seconds are used."""
DEEPEST = 3
SIMPLE = (bool, int, float, str, type(None), torch.dtype, torch.device)


class Unkept(Exception):
    """An argument that cannot be given again."""


class Fed:
    """One call: its arguments on the CPU, its mode and, where they are known, the labels `(n,)` or `(n, classes)`."""

    __slots__ = ("args", "keywords", "labels", "rows", "size", "source", "training")

    def __init__(self, args: Any, keywords: Any, *, rows: int, training: bool, labels: Any) -> None:
        self.args, self.keywords, self.rows, self.training = args, keywords, rows, training
        self.labels = labels
        self.source: Any = None
        """Where a loader took it from, where that is known."""
        self.size = sum(tensor.numel() * tensor.element_size() for tensor in tensors_in([args, keywords]))


class Pile:
    """What one module was fed while its network was in one state."""

    def __init__(self, state: int) -> None:
        self.state = state
        self.calls: list[Fed] = []
        self.size = self.dropped = 0

    def add(self, fed: Fed) -> None:
        """One call more; the oldest make room."""
        self.calls.append(fed)
        self.size += fed.size
        while len(self.calls) > 1 and (self.size > MOST_BYTES or len(self.calls) > MOST_CALLS):
            self.size -= self.calls.pop(0).size
            self.dropped += 1


class Judged:
    """The piles of the modules that judged, the last one at the end."""

    def __init__(self, tally_of: Callable[[Any], Any], keywords: Callable[[], dict[str, Any]], served: Served) -> None:
        self._tally_of, self._keywords, self._served = tally_of, keywords, served
        self.piles: dict[str, tuple[Any, Pile]] = {}
        """By the name of a tally: the tally, and what its module was fed."""
        self.unkept: dict[str, str] = {}
        """Names of tallies whose arguments could not be kept, and why."""
        self._latest: tuple[Any, Fed] | None = None
        """What was computed last of those calls, by a weak reference, and the call."""
        self._spent, self._began = 0.0, time.monotonic()

    def left(self, module: Any, args: Any, output: Any) -> None:
        """A module that was called from outside any module is done. Never raises."""
        if torch.is_grad_enabled() and module.training:
            self._trained(args)
            return
        began = time.monotonic()
        if self._spent > FREE_SECONDS + SHARE * (began - self._began):
            return
        try:
            with outside_of_modes():
                self._keep(module, args, output)
        except Exception:
            return  # strange arguments among a student's
        finally:
            self._spent += time.monotonic() - began

    def was_trained_on(self, fed: Fed) -> bool:
        """Whether the loader's data that this call was fed from served training too."""
        return self._served.was_trained_on(fed.source)

    def _trained(self, args: Any) -> None:
        try:
            self._served.trained(args)
        except Exception:
            return  # strange arguments among a student's

    def scored(self, scores: Any, target: Any) -> None:
        """A loss was computed of these scores `(n, classes)` and labels: are they of the call that ended last?

        Never raises.
        """
        if self._latest is None or self._latest[1].labels is not None:
            return
        try:
            output, fed = self._latest[0](), self._latest[1]
            if output is None or not isinstance(target, torch.Tensor) or len(target) < fed.rows:
                return
            if output is scores or shares(output, scores):
                fed.labels = target[: fed.rows].detach().to("cpu", copy=True)
        except Exception:
            return  # wrapped tensors, such as those of torch.func

    def settle(self) -> None:
        """The end of a cell: what loaders gave is let go of."""
        self._served.forget()
        self._latest = None

    def _keep(self, module: Any, args: Any, output: Any) -> None:
        self._latest = None
        tally = self._tally_of(module)
        if tally is None:
            return
        keywords = self._keywords()
        given = list(tensors_in([args, keywords]))
        if not given:
            return
        rows = len(given[0])
        size = sum(tensor.numel() * tensor.element_size() for tensor in given)
        kept = rows if size <= MOST_BYTES else max(1, rows * MOST_BYTES // size)
        labels = self._served.labels(given)
        try:
            fed = Fed(
                _copied(args, rows, kept),
                _copied(keywords, rows, kept),
                rows=kept,
                training=bool(module.training),
                labels=labels[:kept].detach().to("cpu", copy=True) if labels is not None else None,
            )
        except Unkept as why:
            self.unkept[tally.name] = str(why)
            return
        fed.source = self._served.source() if labels is not None else None
        if fed.size > MOST_BYTES:
            self.unkept[tally.name] = "one row of what it was fed is too large to be kept"
            return
        self._pile(tally).add(fed)
        self._make_room()
        if isinstance(output, torch.Tensor):
            self._latest = (weakref.ref(output), fed)

    def _pile(self, tally: Any) -> Pile:
        """Its pile, the newest of all; a new one when its network was updated since."""
        network = tally.network or tally.copy_of
        state = network.updates if network is not None else 0
        known = self.piles.pop(tally.name, None)
        pile = known[1] if known is not None and known[1].state == state else Pile(state)
        self.piles[tally.name] = (tally, pile)
        self.unkept.pop(tally.name, None)
        return pile

    def _make_room(self) -> None:
        """Those that judged longest ago go first; the newest stays."""
        while len(self.piles) > 1 and (
            len(self.piles) > MOST_MODULES or sum(pile.size for _, pile in self.piles.values()) > MOST_BYTES_OF_ALL
        ):
            name = next(iter(self.piles))
            del self.piles[name]
            self.unkept[name] = "what it was fed was not kept: others judged after it"


def _copied(value: Any, rows: int, kept: int, depth: int = 0) -> Any:
    """The same on the CPU and out of the student's hands; of tensors with `rows` rows the first `kept`."""
    if isinstance(value, torch.Tensor):
        if type(value) not in (torch.Tensor, torch.nn.Parameter) or value.layout != torch.strided:
            raise Unkept(f"it was fed a {type(value).__name__} that cannot be copied")
        plain = value.detach()
        return (plain[:kept] if kept < rows and value.dim() and len(value) == rows else plain).to("cpu", copy=True)
    if isinstance(value, SIMPLE):
        return value
    if depth < DEEPEST and type(value) in (list, tuple):
        return type(value)(_copied(one, rows, kept, depth + 1) for one in value)
    if depth < DEEPEST and type(value) is dict:
        return {key: _copied(one, rows, kept, depth + 1) for key, one in value.items()}
    raise Unkept(f"it was fed a {type(value).__name__[:60]}, which cannot be given again")
