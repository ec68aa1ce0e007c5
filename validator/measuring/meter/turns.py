"""Trainings that may be part of a counted one though they are networks of their own: steps in doubt, never counted.

Parts of one model that were trained in turn; the same design trained on in another process. They are added into the
largest number that the steps can be read as. Knows networks and calls; no limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from validator.measuring.meter.lineages import Line
from validator.measuring.meter.trained import Looked


def at_most(counted: Sequence[Line], others: Iterable[Line], looked: Sequence[Looked]) -> int:
    """Steps if every training that may belong to a counted one did, and every change that could not be told was one."""
    rest = list(others)
    return max((_with_turns(line, rest, looked) for line in counted if line.head.trained), default=0)


def _with_turns(line: Line, others: Sequence[Line], looked: Sequence[Looked]) -> int:
    beside = [other for other in others if other.pid == line.pid and other.images_after == line.images_after > 0]
    chained = any(_fed_differently(line, other, looked) for other in beside)
    mine = [other for other in others if (chained and other in beside) or _in_turn(line, other)]
    return sum(one.updates + sum(net.unverified for net in one.nets) for one in [line, *mine])


def _in_turn(line: Line, other: Line) -> bool:
    """Whether they hold tensors in common, or one went on in another process."""
    if line.pid != other.pid:
        return _handed_on(line, other)
    names, theirs = {net.name for net in line.nets}, {net.name for net in other.nets}
    return any(names & set(net.shared) for net in other.nets) or any(theirs & set(net.shared) for net in line.nets)


def _handed_on(line: Line, other: Line) -> bool:
    """Whether one design was trained in one process and then, from values no longer fresh, in another."""
    if not line.signature or line.signature != other.signature or line.overlaps(other):
        return False
    later = max(line, other, key=lambda one: one.began_ns)
    return any(net.worn for net in later.nets)


def _fed_differently(line: Line, other: Line, looked: Sequence[Looked]) -> bool:
    """Of two that judged as many images last: one may take what the other gives."""
    one, two = _shapes(line, looked), _shapes(other, looked)
    return bool(one and two and one.isdisjoint(two))


def _shapes(line: Line, looked: Sequence[Looked]) -> set[tuple[int, ...]]:
    keys = {net.key for net in line.nets}
    return {tally.shape[1:] for tally in looked if (tally.pid, tally.net) in keys and tally.shape}
