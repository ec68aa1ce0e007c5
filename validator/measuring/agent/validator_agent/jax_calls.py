"""Counts calls of optimisers where they make new parameters, and sees what they made; knows optax's and equinox's.

A second signal only: training by hand has no such call. A call from within the library itself is part of another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from . import imports
from .jax_entries import Entries
from .jax_mark import CALL, mark
from .jax_values import is_inexact, scalars


class Calls:
    """Wraps `apply_updates` of the libraries once they are imported."""

    def __init__(self, entries: Entries, fault: Callable[..., None]) -> None:
        self._entries, self._fault = entries, fault

    def install(self) -> None:
        """Wait for the libraries."""
        for library in ("optax", "equinox"):
            imports.after_import(library, self._wrap)

    def _wrap(self, library: Any) -> None:
        original = getattr(library, "apply_updates", None)
        if original is None:
            return
        inside = f"{library.__name__}."

        def apply_updates(params: Any, updates: Any) -> Any:
            made = original(params, updates)
            try:
                caller = str(sys._getframe(1).f_globals.get("__name__", ""))
                return made if caller.startswith(inside) else self._marked(made)
            except Exception as error:
                self._fault("jax-calls", error)
                return made

        apply_updates.__wrapped__ = original  # type: ignore[attr-defined]
        apply_updates.__doc__ = original.__doc__
        library.apply_updates = apply_updates

    def _marked(self, made: Any) -> Any:
        import jax

        leaves, tree = jax.tree_util.tree_flatten(made)
        places = [place for place, leaf in enumerate(leaves) if is_inexact(leaf)]
        if not places:
            return made
        arrays = [leaves[place] for place in places]
        site = self._entries.site(
            kind=CALL,
            shapes=tuple(tuple(int(side) for side in np.shape(leaf)) for leaf in arrays),
            sizes=tuple(scalars(np.shape(leaf), leaf.dtype) for leaf in arrays),
        )
        marked = mark(arrays, site)
        if all(one is other for one, other in zip(marked, arrays, strict=True)):
            return made
        for place, leaf in zip(places, marked, strict=True):
            leaves[place] = leaf
        return jax.tree_util.tree_unflatten(tree, leaves)
