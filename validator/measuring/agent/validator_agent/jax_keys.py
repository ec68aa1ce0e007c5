"""Gives the keys of JAX among a notebook's names values that follow from a seed. Knows keys; draws nothing."""

from __future__ import annotations

import sys
from typing import Any


def reseeded(space: dict[str, Any], seed: int) -> dict[str, Any]:
    """New values of the names that hold one key, typed or `(2,)` uint32 numbers of JAX; empty without JAX."""
    jax = sys.modules.get("jax")
    if jax is None:
        return {}
    found: dict[str, Any] = {}
    for number, (name, value) in enumerate(sorted(space.items())):
        fresh = _fresh(jax, value, seed % 2**31)
        if fresh is not None:
            found[name] = jax.random.fold_in(fresh, number)
    return found


def _fresh(jax: Any, value: Any, seed: int) -> Any:
    if not isinstance(value, jax.Array) or isinstance(value, jax.core.Tracer) or value.is_deleted():
        return None
    if jax.dtypes.issubdtype(value.dtype, jax.dtypes.prng_key):
        return jax.random.key(seed, impl=jax.random.key_impl(value)) if value.shape == () else None
    return jax.random.PRNGKey(seed) if value.shape == (2,) and str(value.dtype) == "uint32" else None
