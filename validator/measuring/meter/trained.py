"""One network and one called module as the records tell them: plain data, and what each alone can answer.

Knows no other network; decides nothing about which one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from validator.evidence import Optimiser

Record = dict[str, Any]
Key = tuple[int, int]
"""Process and number of a network."""

FREE_WRITES = 20
"""More changes without any gradient than this are training by other means, not a load or a swap of averages."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """One network of one process with everything the agent said about it, trained or not."""

    pid: int
    net: int
    name: str
    kind: str = "module"
    """`module`, `raw` (tensors without one), `slot` (functional, no lasting tensor) or `jax`."""
    label: str = ""
    """The variable name where there is one, for people."""
    classes: frozenset[str] = frozenset()
    signature: str = ""
    parameters: int = 0
    trainable: int = 0
    tensors: int = 0
    stacked: int = 1
    """Models that lie in one stacked tensor, where that is known."""
    fed: bool = False
    """Whether its only tensor was given to a network as input."""
    shared: Mapping[str, int] = field(default_factory=dict)
    """Elements it has in common with other networks of its process, by their names."""
    continues: str | None = None
    updates: int = 0
    unverified: int = 0
    """Gradient computations after which a change could not be told: there are at most so many updates more."""
    widest: int | None = None
    """Updates of the tensor that was updated most often."""
    gradients: int = 0
    own_gradients: int = 0
    """Those its updates rest on."""
    calls: int = 0
    repeats: int = 0
    worn: bool = False
    """Whether its first gradient was taken at values that no initialiser left so."""
    restarts: int = 0
    since_restart: int | None = None
    """Updates since it was last initialised in place, as far as the records tell."""
    free_writes: int = 0
    noticed: Mapping[str, int] = field(default_factory=dict)
    """How its changes were noticed: by `key`, `content` or `slot`."""
    digest: str = ""
    """Of its last values, where the agent said it."""
    began_ns: int = 0
    ended_ns: int = 0
    images_after: int = 0
    """Images that it, or a copy of it, saw without gradients after its last update."""
    twins: tuple[str, ...] = ()
    """Modules that are copies of it (averages, reloaded checkpoints) and saw images."""
    on_page: bool = False
    shapes: Mapping[str, int] = field(default_factory=dict)
    """How many of its tensors have which shape; empty where not every one is known."""
    optimisers: tuple[Optimiser, ...] = ()

    @property
    def key(self) -> Key:
        """Process and number."""
        return self.pid, self.net

    @property
    def moved(self) -> bool:
        """Whether it was updated, or may have been."""
        return self.updates > 0 or self.unverified > 0

    @property
    def unseen(self) -> bool:
        """Whether an optimiser steps it and no gradient computation was seen to reach it."""
        return self.calls > 0 and not self.gradients

    @property
    def by_hand(self) -> bool:
        """Whether its values changed so often without a gradient that it may have been trained so."""
        return self.free_writes > FREE_WRITES and self.free_writes * 4 > self.updates

    @property
    def trained(self) -> bool:
        """Whether anything that may be training happened to it."""
        return self.moved or self.unseen or self.by_hand

    @property
    def why_uncounted(self) -> str:
        """Why its updates are no number; empty when they are."""
        if self.by_hand:
            return (
                f"{self.name} changed {self.free_writes:,} times without any gradient computation: "
                "trained by other means than gradients, which cannot be counted"
            )
        if self.unseen:
            return f"no gradient computation of {self.name} was seen: what its optimiser steps are is not known"
        if not self.updates and self.unverified:
            return (
                f"whether {self.unverified:,} gradient computations of {self.name} changed it could not be told: "
                "how often it was updated is not known"
            )
        return ""

    def overlaps(self, other: Trained) -> bool:
        """Whether both were in training at the same time."""
        return self.began_ns <= other.ended_ns and other.began_ns <= self.ended_ns


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One module that was called from outside any module."""

    pid: int
    name: str
    net: int | None
    """Number of the network it belongs to or is a copy of."""
    copy: float | None
    """Cosine to the network it is a copy of; None when it is no copy, or when that is not known."""
    images: int
    quiet_images: int
    """Images seen without gradients, ever."""
    images_after: int
    """Of these, after the last update of its network; of any network where it has none."""
    shape: tuple[int, ...] = ()
    """Of what it was fed without gradients."""
    free_writes: int = 0
    """Changes of its values between calls, though no gradient ever reached it."""
    quiet_calls: int = 0
    calls: int = 0
    """Calls in training mode with gradients on, with `images` together."""
    fed_by: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Called modules whose output it was called with: how often with gradients, and how often without."""
    output: tuple[int, ...] = ()
    """Shape of what it computed last."""

    @property
    def label(self) -> str:
        """The name of its class."""
        return self.name.rpartition("@")[0] or self.name


def whole(value: Any) -> int:
    """A count as an agent can have counted it; anything else is 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0


def pid_of(record: Mapping[str, Any]) -> int:
    """As the kernel attests it; the process's own word where the system does not tell."""
    return whole(record.get("peer")) or whole(record.get("pid"))


def text(value: Any, most: int = 200) -> str:
    """The words of a record, cut; nothing for nothing. Half a character is no text."""
    return "" if value is None else str(value)[:most].encode("utf-8", "replace").decode("utf-8")
