"""The networks of JAX: parameters of one shape are a family, a line of values within it is a network.

Knows sites, chains of values and what a record says; no program.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from .jax_chains import Chain, Chains, Value
from .jax_mark import Site

FIRST_NUMBER = 1_000_001
"""Networks of torch in the same process are numbered from 1."""
Shapes = tuple[tuple[int, ...], ...]


class Network:
    """One line of parameter values with its counts."""

    def __init__(self, number: int, name: str, family: Family, chain: Chain) -> None:
        self.number, self.name = number, name
        self.family, self.chain = family, chain
        self.slot = self.updates = 0
        self.described_as: dict[str, Any] = {}
        self.counted_as: dict[str, Any] = {}

    def count(self, *, at_end: bool = False) -> None:
        """Bring the number of updates up to date: values that a gradient was taken at and that were left."""
        self.updates = self.chain.left(at_end=at_end)

    @property
    def gradients(self) -> int:
        """Evaluations that arrived."""
        return self.chain.evaluations

    @property
    def calls(self) -> int:
        """Calls of an optimiser's `apply_updates` with parameters of these shapes."""
        return self.chain.calls

    def counts(self) -> dict[str, Any]:
        """What a `counts` record says."""
        return {
            "net": self.number,
            "name": self.name,
            "updates": self.updates,
            "gradients": self.gradients,
            "own_gradients": self.gradients,
            "calls": self.calls,
            "repeats": 0,
            "updated_ns": self.chain.changed_ns,
            "unverified": int(self.chain.values == 1 and self.chain.result is None),
            "widest": self.chain.widest(),
            "by": {"key": 0, "content": 0, "slot": self.updates},
            "restarts": self.chain.restarts,
            "free_writes": 0,
        }

    def described(self, trained: dict[Shapes, Network]) -> dict[str, Any]:
        """What a `net` record says; parameters held constant count, unless they are a network of their own."""
        family = self.family
        apart = {shapes: size for shapes, size in family.frozen.items() if shapes not in trained}
        copies = self.chain.copies
        trainable = family.scalars * copies
        if self.updates:
            moved = zip(family.sizes, self.chain.changes, strict=True)
            trainable = sum(size for size, changes in moved if changes) * copies
        return {
            "net": self.number,
            "name": self.name,
            "class": list(family.classes),
            "variable": None,
            "elements": family.scalars * copies + sum(apart.values()),
            "trainable": trainable,
            "frozen": sum(apart.values()),
            "tensors": [[list(shape), True] for shape in family.shapes[:400]],
            "tensor_count": len(family.shapes),
            "signature": hashlib.sha256(repr((family.label, family.shapes)).encode()).hexdigest()[:16],
            "shared": {},
            "continues": None,
            "copies": copies,
            "fed": family.is_input(trained),
            "of": "jax",
        }

    def partners(self, trained: dict[Shapes, Network]) -> set[str]:
        """Networks that take part in the same evaluations: differentiated too, or held constant."""
        used = self.family.partners | set(self.family.frozen)
        return {trained[shapes].name for shapes in used if shapes in trained and trained[shapes] is not self}


class Family:
    """All that is known of parameters of one shape."""

    def __init__(self, site: Site) -> None:
        self.shapes, self.scalars = site.shapes, site.scalars
        self.sizes: tuple[int, ...] = site.sizes
        self.label, self.classes = site.label, site.classes
        self.frozen: dict[Shapes, int] = {}
        self.partners: set[Shapes] = set()
        self.context: set[Shapes] = set()
        self.bare = site.bare
        self.chains = Chains()
        self._learned: set[int] = set()
        self.forward = 0
        self.stream: int | None = None

    def learn(self, site: Site) -> None:
        """Another place in the program meets them too."""
        if id(site) in self._learned:
            return
        self._learned.add(id(site))
        self.frozen.update(site.frozen)
        self.partners |= site.partners
        self.context |= site.context
        if self.label == "jax":
            self.label, self.classes = site.label, site.classes

    def is_counted_stream(self, stream: int) -> bool:
        """Of several devices that each run the program, the first one speaks for all."""
        if self.stream is None:
            self.stream = stream
        return stream == self.stream

    def is_input(self, trained: dict[Shapes, Any]) -> bool:
        """Whether it is one array given to a network that is trained itself."""
        return self.bare and len(self.shapes) == 1 and any(shapes in trained for shapes in self.context)


class Networks:
    """All families and networks of the process."""

    def __init__(self) -> None:
        self.families: dict[Shapes, Family] = {}
        self._all: list[Network] = []
        self._names: dict[str, int] = {}

    def family(self, site: Site) -> Family:
        """The family of these shapes."""
        family = self.families.get(site.shapes)
        if family is None:
            family = self.families[site.shapes] = Family(site)
        family.learn(site)
        return family

    def evaluated(self, family: Family, site: Site, words: Any, copies: int) -> Network | None:
        """A gradient was taken at this value. None while it is not clear whose value it is."""
        chain = family.chains.evaluated(Value(words, site.places), inner=site.inner)
        if copies > chain.copies and not site.inner:
            chain.copies = copies
        if chain.network is None and (chain.values > 1 or len(family.chains.all) == 1):
            self._named(family, chain)
        network: Network | None = chain.network
        return network

    def called(self, site: Site, words: Any, stream: int) -> Network | None:
        """An optimiser made these values."""
        family = self.families.get(site.shapes)
        if family is None or not family.is_counted_stream(stream):
            return None
        chain = family.chains.made(Value(words, site.places))
        return chain.network if chain is not None else None

    def trained(self) -> dict[Shapes, Network]:
        """Networks whose values were left, by their shapes: the first of each family."""
        return {network.family.shapes: network for network in reversed(self._all) if network.updates}

    def known(self) -> list[Network]:
        """Networks met so far."""
        return list(self._all)

    def everything(self) -> list[Network]:
        """All networks; also lines that never went beyond their first value."""
        for family in self.families.values():
            for chain in family.chains.all:
                if chain.network is None:
                    self._named(family, chain)
        return list(self._all)

    def _named(self, family: Family, chain: Chain) -> None:
        label = family.label
        self._names[label] = self._names.get(label, 0) + 1
        # Torch numbers its networks by class too: where both are loaded, these say whose they are.
        number = f"{'j' if 'torch' in sys.modules else ''}{self._names[label]}"
        chain.network = Network(FIRST_NUMBER + len(self._all), f"{label}#{number}", family, chain)
        self._all.append(chain.network)
