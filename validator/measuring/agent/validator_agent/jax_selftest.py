"""Tries the meter on two tiny trainings before it counts anything: constants only, no random numbers, nothing kept.

Knows what the counts must be. The private names of JAX that the meter stands on may change with any version.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np

from . import jax_values
from .jax_mark import EVALUATION, FORWARD

STEPS = 3
MOST_SECONDS = 30.0


def tried(entries: Any) -> dict[str, Any]:
    """The fields of a `selftest` record: whether the counts came out right, and what was wrong.

    In a thread of its own: whatever the student's program is being traced for is not in force there.
    """
    began = time.perf_counter()
    told: list[str] = []
    thread = threading.Thread(target=_try, args=(entries, told), name="jax-selftest", daemon=True)
    thread.start()
    thread.join(MOST_SECONDS)
    what = told[0] if told else f"not finished within {MOST_SECONDS:g} s"
    return {"ok": not what, "what": what, "milliseconds": round((time.perf_counter() - began) * 1e3, 1)}


def _try(entries: Any, told: list[str]) -> None:
    faults: list[str] = []
    words: list[Any] = []
    own = type(entries)(
        lambda site, told, stream, copies: words.append((site.kind, told.tobytes())),
        lambda where, error: faults.append(repr(error)),
    )
    entries.lent = (threading.get_ident(), own)
    try:
        what = _wrong(words)
    except Exception as error:
        what = repr(error)
    finally:
        entries.lent = None
    told.append((what or "; ".join(faults))[:300])


def _wrong(words: list[Any]) -> str:
    """One compiled program with a loop of three steps, then one gradient by each other entry at the first value."""
    import jax

    start = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)

    def program(start: Any) -> Any:
        final, _ = jax.lax.scan(
            lambda weights, _: (weights - jax.grad(_loss)(weights), None), start, None, length=STEPS
        )
        return final, jax.linearize(_loss, start)[1](start), jax.jvp(_loss, (start,), (start,))[1]

    jax.block_until_ready(jax.jit(program)(start))
    _wait(words, STEPS + 2)
    told = sorted(kind for kind, _ in words)
    if told != sorted([EVALUATION] * (STEPS + 1) + [FORWARD]):
        return f"a loop of {STEPS} steps, one linearize, one jvp: {told}"
    if len({value for _, value in words}) != STEPS:
        return f"a loop of {STEPS} steps: {len({value for _, value in words})} values"
    if jax_values.host_words(start).tobytes() not in {value for _, value in words}:
        return "the same value has other words inside a program and outside"
    return ""


def _loss(weights: Any) -> Any:
    return (weights * weights).sum() / 8


def _wait(words: list[Any], wanted: int) -> None:
    until = time.monotonic() + 1
    while len(words) < wanted and time.monotonic() < until:
        time.sleep(0.001)
