"""Which of the trees that a notebook holds are a network as it was updated last, or a copy or an average of it.

Knows values of leaves, as the meter met them; calls nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .jax_chains import Value, places_to_compare
from .jax_held import Held
from .jax_networks import Network
from .jax_templates import Shapes, shapes_of
from .jax_values import WORDS, host_words

STRANGER_BELOW, TWIN_ABOVE = 0.5, 0.95
SAME = 1e-6


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How like the network's last values some arrays are."""

    distance: float
    cosine: float

    step: float
    """How far it went in one step lately."""

    @property
    def word(self) -> str:
        """The verdict on whoever holds them."""
        if self.distance <= max(SAME, self.step * 1.5):
            return "trained"
        if self.cosine > TWIN_ABOVE:
            return "ema-twin"
        return "untrained" if self.cosine < STRANGER_BELOW else "unclear"


def begins(shapes: Shapes, wanted: Shapes) -> list[int]:
    """Where in these shapes the wanted ones follow one another."""
    count = len(wanted)
    return [first for first in range(len(shapes) - count + 1) if shapes[first : first + count] == wanted]


def likeness(network: Network, arrays: list[Any]) -> Likeness | None:
    """Of the run of arrays with the network's shapes that is most like it; None where there is none."""
    shapes = network.family.shapes
    places = places_to_compare(shapes, WORDS)
    chain = network.chain
    references = [(chain.result, 0.0)] if chain.result is not None else [(chain.value, chain.usual_step)]
    best: Likeness | None = None
    for first in begins(shapes_of(arrays), shapes):
        value = Value(host_words(*arrays[first : first + len(shapes)]), places)
        for reference, step in references:
            if reference is None:
                continue
            found = Likeness(distance=value.distance(reference), cosine=_cosine(value, reference), step=step)
            if best is None or found.distance < best.distance:
                best = found
    return best


def holders(network: Network, held: list[Held]) -> list[tuple[Held, Likeness]]:
    """Those that hold nothing but the network's parameters, the most like it first; strangers are left out."""
    found = []
    for one in held:
        alike = likeness(network, one.parameters) if one.parameter_shapes == network.family.shapes else None
        if alike is not None and alike.cosine >= STRANGER_BELOW:
            found.append((one, alike))
    return sorted(found, key=lambda pair: pair[1].distance)


def matching(shapes: Shapes, held: list[Held]) -> list[Held]:
    """Those whose arrays have just these shapes."""
    return [one for one in held if one.shapes == shapes]


def _cosine(one: Value, other: Value) -> float:
    if len(one.samples) != len(other.samples):
        return 0.0
    size = (one.square * other.square) ** 0.5
    return float(one.samples.dot(other.samples)) / size if size else 0.0
