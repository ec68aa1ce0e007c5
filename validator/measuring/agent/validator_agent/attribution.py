"""Attributes each gradient computation to the networks that used it; knows network numbers only.

A generator's loss sends gradients through the discriminator too, where nobody uses them. A computation belongs to
the networks it reached that are stepped before the next one; while nobody is stepped it waits.
"""

from __future__ import annotations

MAX_WAITING = 4096
UNKNOWN = 0
"""Stands for whichever networks are not known yet."""


class Attribution:
    """Counts, for each network, the gradient computations that its updates rest on."""

    def __init__(self) -> None:
        self._used: dict[int, int] = {}
        self._waiting: list[frozenset[int]] = []
        self._stepped: set[int] = set()

    def computed(self, reached: frozenset[int]) -> None:
        """A gradient computation reached these networks."""
        if self._stepped:
            self._settle()
        if reached and len(self._waiting) < MAX_WAITING:
            self._waiting.append(reached)
        else:
            self._use(reached)

    def stepped(self, network: int) -> None:
        """An optimiser stepped this network."""
        self._stepped.add(network)

    def used_by(self, network: int) -> int:
        """Computations used so far; those nobody has claimed yet count for all they reached."""
        open_ones = sum(network in (reached & self._stepped or reached) for reached in self._waiting)
        return self._used.get(network, 0) + open_ones

    def _settle(self) -> None:
        for reached in self._waiting:
            self._use(reached & self._stepped)
        self._waiting = [reached for reached in self._waiting if not reached & self._stepped]
        self._stepped.clear()

    def _use(self, networks: frozenset[int]) -> None:
        for network in networks:
            self._used[network] = self._used.get(network, 0) + 1
