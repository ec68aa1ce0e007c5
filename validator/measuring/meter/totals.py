"""What the counted trainings come to: parameters added, shared ones once; steps the largest, added along one line.

Arithmetic only: knows no role and no limit.
"""

from __future__ import annotations

from collections.abc import Sequence

from validator.measuring.meter.lineages import Line
from validator.measuring.meter.trained import Trained

UNITS = {
    "parameters": "parameters",
    "trainable_parameters": "parameters",
    "steps": "steps",
    "gradient_computations": "gradient computations",
    "optimiser_calls": "optimiser calls",
    "steps_at_most": "steps",
    "steps_of_one_tensor": "steps",
}
"""Name of each total to its unit."""


def totals(lines: Sequence[Line]) -> dict[str, int | None]:
    """Each total of these trainings; None where the records do not tell."""
    heads = [line.head for line in lines]
    covered = _covered(heads)
    widest = [_widest(line) for line in lines]
    known = [number for number in widest if number is not None]
    return {
        "parameters": sum(net.parameters for net in heads) - sum(covered),
        "trainable_parameters": sum(max(0, net.trainable - shared) for net, shared in zip(heads, covered, strict=True)),
        "steps": max((line.updates for line in lines), default=0),
        "gradient_computations": _largest(lines, "own_gradients"),
        "optimiser_calls": _largest(lines, "calls"),
        "steps_at_most": max((line.updates + sum(net.unverified for net in line.nets) for line in lines), default=0),
        "steps_of_one_tensor": max(known, default=0) if len(known) == len(widest) else None,
    }


def _largest(lines: Sequence[Line], name: str) -> int:
    return max((sum(getattr(net, name) for net in line.nets) for line in lines), default=0)


def _widest(line: Line) -> int | None:
    numbers = [net.widest for net in line.nets]
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _covered(nets: Sequence[Trained]) -> list[int]:
    """For each network, how many of its elements the ones before it have already.

    Elements that three have in common appear in every pair: they are taken off once for each network after the first.
    """
    found = []
    for number, net in enumerate(nets):
        covered = 0
        for place, other in enumerate(nets[:number]):
            common = _common(net, other)
            again = max((min(common, _common(net, third), _common(other, third)) for third in nets[:place]), default=0)
            covered += common - again
        found.append(min(covered, net.parameters))
    return found


def _common(net: Trained, other: Trained) -> int:
    if net.pid != other.pid:
        return 0
    return max(net.shared.get(other.name, 0), other.shared.get(net.name, 0))
