"""Stops a cell after a few optimiser steps, when the configuration asks for it; knows nothing of networks."""

from __future__ import annotations

from collections.abc import Callable

PATIENCE = 10


class EnoughSeen(BaseException):
    """Raised out of `optimizer.step` once enough steps of the cell were seen. `except Exception` lets it through."""


class Allowance:
    """How many optimiser steps the current cell may still do; no number means no end."""

    def __init__(self, steps: int | None) -> None:
        self._steps = steps
        self._used = self._gradients = 0

    def new_cell(self) -> None:
        """Start to count again."""
        self._used = self._gradients = 0

    def use_gradient(self, *, alive: Callable[[], bool]) -> bool:
        """Count one gradient computation; True when a cell without optimiser steps has done enough of them.

        An optimiser that is alive may be waiting for more gradients (accumulation): it has ten times as many.
        """
        if self._steps is None or self._used:
            return False
        self._gradients += 1
        enough = PATIENCE * self._steps
        if self._gradients < enough or self._gradients % enough:
            return False
        return self._gradients >= PATIENCE * enough or not alive()

    def use_one(self, *, waiting: Callable[[], bool] = lambda: False) -> bool:
        """Count one step; True when it was the last that the cell may do.

        While another optimiser is still `waiting` for its first step (a generator whose critic goes first), the cell
        may do ten times as many.
        """
        if self._steps is None:
            return False
        self._used += 1
        return self._used >= self._steps and (self._used >= PATIENCE * self._steps or not waiting())


def new_cell() -> None:
    """For drivers without IPython events: the next steps belong to a new cell."""
    from . import Running

    if Running.meter is not None:
        Running.meter.cell_started()
