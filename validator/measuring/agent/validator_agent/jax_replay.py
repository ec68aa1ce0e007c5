"""Calls a function of the student's and takes the scores `(n, classes)` out of what it, or anything in it, returns.

An evaluation often returns a mean only: the scores are then what a model's `__call__`, or a function of the student's,
returned on the way. Runs after the student's code, never during it. Knows values and frames, not networks.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

MOST_CLASSES = 1024
MOST_RETURNS = 200
LIBRARIES = (sysconfig.get_paths()["stdlib"], sysconfig.get_paths()["purelib"], "site-packages", "validator_agent")
Build = Callable[[Any], Any]


class Replay:
    """One function of a batch: `run(batch)` gives numpy scores float32 `(n, classes)`, or raises ValueError."""

    def __init__(self, call: Build) -> None:
        self._call = call
        self._compiled: Build | None = None
        self._choice = 0

    def run(self, batch: Any) -> Any:
        """The scores of a batch; every batch must have the same size, so that it is compiled once."""
        if self._compiled is None:
            return self._first(batch)
        return np.asarray(self._compiled(batch)[self._choice], dtype=np.float32)

    def _first(self, batch: Any) -> Any:
        """Compiled where that can be done; of what was returned, the outermost that depends on the images."""
        import jax

        try:
            self._compiled = jax.jit(self._returned)
            returned = self._compiled(batch)
        except Exception:  # what reads values as it goes cannot be compiled
            self._compiled = self._returned
            returned = self._compiled(batch)
        for place, scores in enumerate(np.asarray(part, dtype=np.float32) for part in returned):
            if (scores != scores[:1]).any():
                self._choice = place
                return scores
        raise ValueError("nothing (images, classes) that depends on the images comes out of it")

    def _returned(self, batch: Any) -> list[Any]:
        """Scores by how far out they were returned; the function's own result first."""
        import jax

        rows = int(batch.shape[0])
        with jax.disable_jit(), _returns() as returns:
            result = self._call(batch)
        inner = [value for _, value in sorted(returns, key=lambda pair: pair[0])]
        found = [scores for value in (result, *inner) for scores in _scores(value, rows)]
        return list({id(scores): scores for scores in found}.values())


def _scores(value: Any, rows: int) -> list[Any]:
    """Arrays `(rows, classes)` of real numbers within a value."""
    import jax
    import jax.numpy as jnp

    found = []
    for leaf in jax.tree_util.tree_leaves(value) if not isinstance(value, str) else []:
        whole = batched(leaf)
        shape = tuple(getattr(whole, "shape", ()))
        fits = len(shape) == 2 and shape[0] == rows and 2 <= shape[1] <= MOST_CLASSES
        if fits and jnp.issubdtype(whole.dtype, np.floating):
            found.append(whole)
    return found


def batched(leaf: Any) -> Any:
    """The value behind what `vmap` and gradients put in its place while they run, with the batch first."""
    import jax.numpy as jnp

    for _ in range(8):
        kind = type(leaf).__name__
        if kind == "BatchTracer":
            axis = leaf.batch_dim
            leaf = jnp.moveaxis(leaf.val, axis, 0) if isinstance(axis, int) else leaf.val
        elif hasattr(leaf, "primal") and kind.endswith("Tracer"):
            leaf = leaf.primal
        else:
            break
    return leaf


@contextmanager
def _returns() -> Iterator[list[tuple[int, Any]]]:
    """Collects what student's functions and models return, with their depth, in this thread."""
    found: list[tuple[int, Any]] = []
    depth = 0
    before = sys.getprofile()

    def watch(frame: Any, event: str, value: Any) -> None:
        nonlocal depth
        if event == "call":
            depth += 1
        elif event == "return":
            depth -= 1
            if value is not None and len(found) < MOST_RETURNS and _is_told(frame.f_code):
                sys.setprofile(None)
                try:
                    found.extend((depth, part) for part in _leaves(value))
                finally:
                    sys.setprofile(watch)

    sys.setprofile(watch)
    try:
        yield found
    finally:
        sys.setprofile(before)


def _leaves(value: Any) -> list[Any]:
    """Arrays in a result, looked at one level deep."""
    parts = value if isinstance(value, (tuple, list)) else value.values() if isinstance(value, dict) else [value]
    whole = [batched(part) for part in list(parts)[:16] if hasattr(part, "shape")]
    return [part for part in whole if len(part.shape) == 2]


def _is_told(code: Any) -> bool:
    return code.co_name == "__call__" or not any(place in code.co_filename for place in LIBRARIES)
