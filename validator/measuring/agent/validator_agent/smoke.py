"""Stops a cell after a few optimiser steps, when the configuration asks for it; knows nothing of networks."""

from __future__ import annotations


class EnoughSeen(BaseException):
    """Raised out of `optimizer.step` once enough steps of the cell were seen. `except Exception` lets it through."""


class Allowance:
    """How many optimiser steps the current cell may still do; no number means no end."""

    def __init__(self, steps: int | None) -> None:
        self._steps = steps
        self._used = 0

    def new_cell(self) -> None:
        """Start to count again."""
        self._used = 0

    def use_one(self) -> bool:
        """Count one step; True when it was the last that the cell may do."""
        if self._steps is None:
            return False
        self._used += 1
        return self._used >= self._steps


def new_cell() -> None:
    """For drivers without IPython events: the next steps belong to a new cell."""
    from . import Running

    if Running.meter is not None:
        Running.meter.cell_started()
