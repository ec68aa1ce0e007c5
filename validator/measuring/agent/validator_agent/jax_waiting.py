"""Waits until what JAX has been asked to compute has been computed, and told. Knows arrays and the clock."""

from __future__ import annotations

import time
from collections.abc import Callable

QUIET_SECONDS = 0.003
MOST_SECONDS = 0.25


def until_arrived(arrivals: Callable[[], int]) -> None:
    """Programs are computed behind the student's back: wait for every array there is, then for a moment's silence.

    A program none of whose results is held any more shows only in the count of arrivals.
    """
    import jax

    try:
        for array in jax.live_arrays():
            if not array.is_deleted():
                array.block_until_ready()
        jax.effects_barrier()
    except Exception:  # a computation that failed raises here as well as where the student will see it
        return
    began = time.monotonic()
    before = -1
    while before != (now := arrivals()) and time.monotonic() - began < MOST_SECONDS:
        before = now
        time.sleep(QUIET_SECONDS)
