"""Which trainings belong to one another: a line of copies trained on, ranks of one training, trials of one design.

Knows networks and moments; nothing of roles. A line's counts are those of all its networks together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from validator.measuring.meter.trained import Trained

CHURN_NETWORKS = 20
CHURN_UPDATES = 3
"""So many networks of one design, each updated no more often than this, are one training under many identities."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One training: its newest network, and those it continues, newest first."""

    nets: tuple[Trained, ...]
    churned: bool = False
    """Whether the networks are one model that was copied for each step."""
    images_elsewhere: int = 0
    """Images that a module of another process saw, to which its values were handed."""

    @property
    def head(self) -> Trained:
        """The network that the training ended with."""
        return self.nets[0]

    @property
    def pid(self) -> int:
        """The process it ended in."""
        return self.head.pid

    @property
    def signature(self) -> str:
        """The design of its network."""
        return self.head.signature

    @property
    def updates(self) -> int:
        """Updates over the whole line."""
        return sum(net.updates for net in self.nets)

    @property
    def images_after(self) -> int:
        """Images that any of its networks, or a copy, saw without gradients after its last update."""
        return max(self.images_elsewhere, *(net.images_after for net in self.nets))

    @property
    def ended_ns(self) -> int:
        """When any of its networks was last updated."""
        return max(net.ended_ns for net in self.nets)

    @property
    def began_ns(self) -> int:
        """When its newest network was first seen: a line that continues another did not overlap with it."""
        return min(net.began_ns for net in self.nets) if self.churned else self.head.began_ns

    def overlaps(self, other: Line) -> bool:
        """Whether both were in training at the same time."""
        return self.began_ns <= other.ended_ns and other.began_ns <= self.ended_ns

    def with_images(self, elsewhere: int) -> Line:
        """The same training, whose values another process used."""
        return replace(self, images_elsewhere=elsewhere)


@dataclass(frozen=True, kw_only=True)
class Lineages:
    """All trainings of a run, sorted."""

    lines: tuple[Line, ...] = ()
    """Those that may be part of the model, oldest first."""
    repeated: tuple[Line, ...] = ()
    """Other trainings of a design that one of the lines has: trials, seeds, folds."""
    ranks: tuple[Trained, ...] = ()
    """Further processes of one training: what they counted, another one counted too."""
    unproven_ranks: tuple[Trained, ...] = ()
    """The same, but that their values agreed at the end is not known."""


def lineages(networks: Iterable[Trained]) -> Lineages:
    """Sort the trained networks of all processes into trainings."""
    single, ranks, unproven = _without_ranks(sorted(networks, key=_age))
    lines = _lines(single)
    kept, repeated = _without_repeats(lines)
    return Lineages(lines=tuple(kept), repeated=tuple(repeated), ranks=tuple(ranks), unproven_ranks=tuple(unproven))


def _age(net: Trained) -> tuple[int, int, str, int, int]:
    """The same order however the records of processes that ran side by side arrived."""
    return net.ended_ns, net.began_ns, net.name, net.net, net.pid


def _without_ranks(networks: list[Trained]) -> tuple[list[Trained], list[Trained], list[Trained]]:
    """Processes that train one model together count the same thing: one of them stands for all."""
    single: list[Trained] = []
    ranks: list[Trained] = []
    unproven: list[Trained] = []
    for net in networks:
        lead = next((other for other in single if _rank_of(net, other)), None)
        if lead is None:
            single.append(net)
            continue
        first = max(lead, net, key=lambda one: (one.images_after, one.updates, _age(one)))
        second = net if first is lead else lead
        single[single.index(lead)] = first
        (ranks if first.digest and first.digest == second.digest else unproven).append(second)
    return single, ranks, unproven


def _rank_of(net: Trained, other: Trained) -> bool:
    """Whether two networks of two processes are one model: side by side, update for update, with the same values."""
    if net.pid == other.pid or net.signature != other.signature or not net.signature:
        return False
    parted = _after(net) == _after(other) != "" and net.digest != other.digest
    return not parted and net.overlaps(other) and abs(net.updates - other.updates) <= 1


def _after(net: Trained) -> str:
    """After how many updates its digest was taken; that of another moment says nothing of this one."""
    return net.digest.partition(":")[0]


def _lines(networks: list[Trained]) -> list[Line]:
    """One line for each network that no other continues; identities that lived a step or two are one line."""
    churned = _churned(networks)
    apart = {net.key for line in churned for net in line.nets}
    rest = [net for net in networks if net.key not in apart]
    continued = {(net.pid, net.continues) for net in rest if net.continues}
    named = {(net.pid, net.name): net for net in rest}
    heads = [net for net in rest if (net.pid, net.name) not in continued] or rest[-1:]
    lines = [Line(nets=tuple(_back(net, named))) for net in heads]
    return sorted([*lines, *churned], key=lambda line: _age(line.head))


def _back(net: Trained, named: Mapping[tuple[int, str], Trained]) -> Iterable[Trained]:
    """The network and those it continues, newest first; a circle, which no agent says, ends where it closes."""
    seen: dict[tuple[int, str], Trained] = {}
    earlier: Trained | None = net
    while earlier is not None and (earlier.pid, earlier.name) not in seen:
        seen[earlier.pid, earlier.name] = earlier
        earlier = named.get((earlier.pid, earlier.continues)) if earlier.continues else None
    return seen.values()


def _churned(networks: Sequence[Trained]) -> list[Line]:
    alike: dict[tuple[int, str], list[Trained]] = {}
    for net in networks:
        if net.signature and net.updates <= CHURN_UPDATES:
            alike.setdefault((net.pid, net.signature), []).append(net)
    many = [group for group in alike.values() if len(group) > CHURN_NETWORKS]
    return [Line(nets=tuple(reversed(group)), churned=True) for group in many]


def _without_repeats(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Of several trainings of one design, one after the other, the submission's is the one that was used at the end.

    That is the one which judged most images after its last update; where these are about as many, the last one. Of
    other designs it is the one that was trained beside it: the generator of the third trial has the third critic.
    """
    anchor = used_last(lines)
    kept: list[Line] = []
    repeated: list[Line] = []
    for line in sorted(lines, key=lambda line: _preference(line, anchor), reverse=True):
        rivals = [other for other in kept if other.signature == line.signature and line.signature]
        at_once = any(other.pid == line.pid and other.overlaps(line) for other in rivals)
        (kept if not rivals or at_once else repeated).append(line)
    order = {id(line): number for number, line in enumerate(lines)}
    return sorted(kept, key=lambda line: order[id(line)]), sorted(repeated, key=lambda line: order[id(line)])


def _preference(line: Line, anchor: Line | None) -> tuple[bool, bool, int, tuple[int, int, str, int, int]]:
    return line is anchor, anchor is not None and line.overlaps(anchor), line.ended_ns, _age(line.head)


def used_last(lines: Sequence[Line]) -> Line | None:
    """The training that judged most images after its last update; of those with about as many, the last one."""
    most = max((line.images_after for line in lines), default=0)
    near = [line for line in lines if line.images_after * 3 >= most * 2]
    return max(near, key=lambda line: (line.ended_ns, _age(line.head)), default=None)
