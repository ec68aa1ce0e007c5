"""Stands where JAX takes gradients: `vjp`, `linearize` and `jvp`, by the names that everything above them resolves.

Tells of each evaluation the leaves it is taken at, by marking them. Knows programs, not what is counted of them.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from . import jax_names
from .jax_mark import EVALUATION, FORWARD, Site, mark
from .jax_values import is_inexact, scalars

REVERSE_NAMES = ("_vjp", "vjp")
"""The first that exists is what grad, value_and_grad and jax.vjp call: `_vjp` until it was folded into `vjp`."""


class Entries:
    """Wraps the three entries of one process; `arrived` gets a site and words at run time."""

    def __init__(self, arrived: Callable[..., None], fault: Callable[..., None]) -> None:
        self._arrived, self._fault = arrived, fault
        self._local = threading.local()
        self._sites: dict[Any, Site] = {}
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self.before_first: Callable[[], None] | None = None
        """Called once, before the first gradient of the process."""
        self.asked = 0
        """How many gradients were asked for; a compiled program asks once."""
        self.lent: tuple[int, Entries] | None = None
        """A thread whose gradients are told to another instance."""

    def install(self) -> None:
        """Replace the entries, also where a module of JAX holds one under its own name."""
        from jax._src import api

        reverse = next(name for name in REVERSE_NAMES if hasattr(api, name))
        self._replace(api, reverse, self._wrapped_reverse(getattr(api, reverse)))
        self._replace(api, "linearize", self._wrapped_reverse(api.linearize))
        self._replace(api, "_jvp", self._wrapped_forward(api._jvp))

    def remove(self) -> None:
        """Put back what was there."""
        for module, name, original, wrapper in self._replaced:
            if getattr(module, name, None) is wrapper:
                setattr(module, name, original)
        self._replaced.clear()

    def in_place(self) -> bool:
        """Whether nobody has replaced the entries since."""
        return all(getattr(module, name, None) is wrapper for module, name, _, wrapper in self._replaced[:3])

    @property
    def met(self) -> bool:
        """Whether any gradient was asked for."""
        return bool(self._sites)

    def site(self, **facts: Any) -> Site:
        """The site of these facts, the same object for the same facts."""
        key = tuple(facts.items())
        found = self._sites.get(key)
        if found is None:
            found = self._sites[key] = Site(self._arrived, self._fault, **facts)
        return found

    def _replace(self, api: Any, name: str, wrapper: Any) -> None:
        original = getattr(api, name)
        wrapper.__wrapped__ = original
        for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
            setattr(wrapper, attribute, getattr(original, attribute, None))
        holders = [api, *(m for n, m in list(sys.modules.items()) if n == "__main__" or n.split(".")[0] == "jax")]
        for module in dict.fromkeys(m for m in holders if isinstance(m, type(sys))):
            for held in [key for key, value in vars(module).items() if value is original]:
                setattr(module, held, wrapper)
                self._replaced.append((module, held, original, wrapper))

    def _wrapped_reverse(self, original: Any) -> Any:
        def entry(fun: Any, *primals: Any, **options: Any) -> Any:
            own = self._own()
            frame: dict[str, Any] | None = None
            try:
                frame, primals = own._entered(fun, primals)
            except Exception as error:
                self._fault("jax", error)
            try:
                return original(fun, *primals, **options)
            finally:
                own._left(frame)

        return entry

    def _wrapped_forward(self, original: Any) -> Any:
        def entry(fun: Any, primals: Any, tangents: Any, *args: Any, **options: Any) -> Any:
            own = self._own()
            frame: dict[str, Any] = {"signatures": (), "reverse": 0}
            outermost = not own._frames()
            own._frames().append(frame)
            try:
                results = original(fun, primals, tangents, *args, **options)
            finally:
                own._left(frame)
            if outermost and not frame["reverse"]:
                # A Hessian-vector product has a reverse pass inside, which is the gradient evaluation.
                try:
                    return own._mark_forward(fun, tuple(primals), results)
                except Exception as error:
                    self._fault("jax", error)
            return results

        return entry

    def _own(self) -> Entries:
        if self.lent is not None and self.lent[0] == threading.get_ident():
            return self.lent[1]
        first, self.before_first = self.before_first, None
        if first is not None:
            first()
        return self

    def _frames(self) -> list[dict[str, Any]]:
        if not hasattr(self._local, "frames"):
            self._local.frames = []
        frames: list[dict[str, Any]] = self._local.frames
        return frames

    def _left(self, frame: dict[str, Any] | None) -> None:
        frames = self._frames()
        if frame is not None and frame in frames:
            del frames[frames.index(frame) :]

    def _entered(self, fun: Any, primals: tuple[Any, ...]) -> tuple[dict[str, Any], tuple[Any, ...]]:
        frames = self._frames()
        self.asked += 1
        for outer in frames:
            outer["reverse"] += 1
        groups = _groups(primals)
        frame: dict[str, Any] = {"signatures": tuple(_signature(group) for _, group in groups), "reverse": 0}
        replaced: dict[int, Any] = {}
        for bare, group in groups:
            facts = self._facts(fun, primals, bare, group, frames)
            facts["partners"] = frozenset(frame["signatures"]) - {facts["shapes"]}
            for place, leaf in zip(group, mark([leaf for _, leaf in group], self.site(**facts)), strict=True):
                replaced[place[0]] = leaf
        frames.append(frame)
        return frame, _with_leaves(primals, replaced)

    def _facts(self, fun: Any, primals: Any, bare: bool, group: list[Any], frames: list[Any]) -> dict[str, Any]:
        signature = _signature(group)
        # Frames of forward mode have no signature: the gradient in a Hessian-vector product is no inner one.
        outer = [frame for frame in frames if frame["signatures"]]
        around = jax_names.around(fun)
        label, classes = jax_names.label(primals, around)
        inner = bool(outer)
        return {
            "kind": EVALUATION,
            "shapes": signature,
            "sizes": _sizes(group),
            "bare": bare,
            "label": label,
            "classes": classes,
            "inner": inner,
            "fed": bare and inner and not any(signature in frame["signatures"] for frame in outer),
            "context": jax_names.signatures(around) if bare else frozenset(),
            "frozen": jax_names.frozen(primals, around),
        }

    def _mark_forward(self, fun: Any, primals: tuple[Any, ...], results: Any) -> Any:
        groups = _groups(primals)
        if not groups:
            return results
        import jax

        leaves, tree = jax.tree_util.tree_flatten(results[1])
        carrier = next((index for index, leaf in enumerate(leaves) if is_inexact(leaf)), None)
        if carrier is None:
            return results
        for bare, group in groups:
            around = jax_names.around(fun)
            label, classes = jax_names.label(primals, around)
            site = self.site(
                kind=FORWARD,
                shapes=_signature(group),
                sizes=_sizes(group),
                bare=bare,
                label=label,
                classes=classes,
                context=jax_names.signatures(around) if bare else frozenset(),
            )
            *_, leaves[carrier] = mark([*(leaf for _, leaf in group), leaves[carrier]], site)
        return (results[0], jax.tree_util.tree_unflatten(tree, leaves), *results[2:])


def _groups(primals: tuple[Any, ...]) -> list[tuple[bool, list[tuple[int, Any]]]]:
    """Leaves that belong together, with their places: each container for itself, all bare arrays as one."""
    import jax

    groups: list[tuple[bool, list[tuple[int, Any]]]] = []
    bare: list[tuple[int, Any]] = []
    place = 0
    for primal in primals:
        leaves = jax.tree_util.tree_leaves(primal)
        found = [(place + index, leaf) for index, leaf in enumerate(leaves) if is_inexact(leaf)]
        place += len(leaves)
        if len(leaves) == 1 and leaves[0] is primal:
            bare += found
        elif found:
            groups.append((False, found))
    return [*groups, *([(True, bare)] if bare else [])]


def _signature(group: list[tuple[int, Any]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(side) for side in np.shape(leaf)) for _, leaf in group)


def _sizes(group: list[tuple[int, Any]]) -> tuple[int, ...]:
    return tuple(scalars(np.shape(leaf), leaf.dtype) for _, leaf in group)


def _with_leaves(primals: tuple[Any, ...], replaced: dict[int, Any]) -> tuple[Any, ...]:
    import jax

    leaves, tree = jax.tree_util.tree_flatten(primals)
    if all(leaves[place] is leaf for place, leaf in replaced.items()):
        return primals
    for place, leaf in replaced.items():
        leaves[place] = leaf
    result: tuple[Any, ...] = jax.tree_util.tree_unflatten(tree, leaves)
    return result
