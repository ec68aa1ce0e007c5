"""What an argument of a call looked like: its structure, its small values, and where the notebook held it then.

Keeps no array of any size alive: the arrays of the end are put in by whoever rebuilds it. Knows trees, not networks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .jax_values import is_inexact

SMALL_BYTES = 1024
MOST_CHILDREN = 64
DEEP = 4
Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One leaf: an array's shape and dtype, or None for what is no array; the value itself where it is small."""

    shape: tuple[int, ...] | None
    dtype: Any = None
    value: Any = None

    @property
    def is_kept(self) -> bool:
        """Whether its value is at hand."""
        return self.shape is None or self.value is not None


@dataclass(frozen=True, kw_only=True)
class Template:
    """One argument or a part of one; `rebuild` makes it anew from all its leaves."""

    leaves: tuple[Leaf, ...]
    rebuild: Callable[[list[Any]], Any]
    parameters: Shapes
    """Shapes of its arrays of real numbers; of a graph of nnx those of its parameters only."""
    hint: tuple[str, ...] | None = None
    """The path by which the notebook held this very object when the call was made."""
    children: tuple[Template, ...] = field(default=(), repr=False)
    join: Callable[[list[Any]], Any] | None = None
    """Makes the argument from its children."""

    @property
    def shapes(self) -> Shapes:
        """Shapes of its arrays, in order."""
        return tuple(leaf.shape for leaf in self.leaves if leaf.shape is not None)

    @property
    def is_array(self) -> bool:
        """Whether it is one bare array."""
        return len(self.leaves) == 1 and self.leaves[0].shape is not None and not self.children


def template_of(thing: Any, hints: dict[int, tuple[str, ...]], depth: int = 0) -> Template:
    """The template of an argument; `hints` says of an object's id where the notebook holds it."""
    import jax

    leaves, rebuild = flattened(thing)
    children: tuple[Template, ...] = ()
    join = None
    if depth < DEEP and not is_array(thing) and not is_graph(thing):
        inner, tree = jax.tree_util.tree_flatten(thing, is_leaf=lambda part: part is not thing)
        if 0 < len(inner) <= MOST_CHILDREN and not (len(inner) == 1 and inner[0] is thing):
            children = tuple(template_of(part, hints, depth + 1) for part in inner)
            join = tree.unflatten
    return Template(
        leaves=tuple(map(_leaf, leaves)),
        rebuild=rebuild,
        parameters=shapes_of(parameters_of(thing)),
        hint=hints.get(id(thing)),
        children=children,
        join=join,
    )


def flattened(thing: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The leaves of a tree or of a graph of nnx, and what makes it anew from leaves: a copy with the same settings."""
    import jax

    if is_graph(thing):
        from flax import nnx

        definition, state = nnx.split(thing)
        inner, tree = jax.tree_util.tree_flatten(state)
        return inner, lambda new: nnx.merge(definition, tree.unflatten(new))
    leaves, tree = jax.tree_util.tree_flatten(thing)
    return leaves, tree.unflatten


def arrays_of(thing: Any) -> list[Any]:
    """The arrays of a tree or graph, in order; none of anything else, or where one was given away to a program."""
    found = [leaf for leaf in flattened(thing)[0] if is_array(leaf)]
    return [] if any(getattr(leaf, "is_deleted", bool)() for leaf in found) else found


def parameters_of(thing: Any) -> list[Any]:
    """The arrays that a gradient may be taken at, in the order in which it is."""
    import jax

    if is_graph(thing):
        from flax import nnx

        return list(jax.tree_util.tree_leaves(nnx.state(thing, nnx.Param)))
    return [leaf for leaf in jax.tree_util.tree_leaves(thing) if is_inexact(leaf)]


def parameters_or_none(thing: Any) -> list[Any]:
    """The same; nothing for what is no tree of arrays at hand."""
    try:
        return parameters_of(thing) if arrays_of(thing) else []
    except Exception:
        return []


def shapes_of(arrays: list[Any]) -> Shapes:
    """The shapes of these."""
    return tuple(tuple(int(side) for side in array.shape) for array in arrays)


def is_array(thing: Any) -> bool:
    """Whether it is an array, of numpy or of JAX."""
    return hasattr(thing, "shape") and hasattr(thing, "dtype") and hasattr(thing, "ndim")


def is_traced(things: Any) -> bool:
    """Whether any of these stands for a value that is not there yet."""
    import jax

    return any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree_util.tree_leaves(things))


def filled(template: Template, arrays: list[Any]) -> Any:
    """The argument with these arrays in the places of its arrays, and everything else as it was."""
    rest: Iterator[Any] = iter(arrays)
    return template.rebuild([leaf.value if leaf.shape is None else next(rest) for leaf in template.leaves])


def _leaf(leaf: Any) -> Leaf:
    if not is_array(leaf):
        return Leaf(shape=None, value=leaf)
    shape = tuple(int(side) for side in leaf.shape)
    size = int(np.prod(shape, dtype=np.int64)) * int(getattr(leaf.dtype, "itemsize", 8))
    value = None
    if size <= SMALL_BYTES and not getattr(leaf, "is_deleted", bool)():
        value = leaf if _is_key(leaf.dtype) else np.array(leaf)
    return Leaf(shape=shape, dtype=leaf.dtype, value=value)


def _is_key(dtype: Any) -> bool:
    return not isinstance(dtype, np.dtype)


def is_graph(thing: Any) -> bool:
    """Whether it is a module of nnx, or another graph of it."""
    nnx: Any = sys.modules.get("flax.nnx")
    kind = getattr(nnx, "Pytree", getattr(nnx, "Object", None))
    return kind is not None and isinstance(thing, kind) and not isinstance(thing, nnx.State)
