"""Ways to ask a trained network of JAX about images: its evaluation as the student called it, else by its convention.

Knows calls that were seen, what the notebook holds, and how flax, equinox and haiku apply a network. Scores nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import jax_conventions, jax_names, jax_summaries
from .jax_forwards import Call
from .jax_held import Held
from .jax_networks import Network
from .jax_templates import Template, filled, is_array, parameters_or_none, shapes_of
from .jax_trained import STRANGER_BELOW, begins, holders, likeness, matching

TRAINING = "as in training: no evaluation of it was seen"
FEWEST_ROWS = 32


@dataclass(frozen=True, kw_only=True)
class Way:
    """One function of a prepared batch, what it was fed, and a word on it."""

    call: Callable[[Any], Any]
    fed: dict[str, Any] | None
    note: str = ""


class Ways:
    """The ways to ask one network, likeliest first."""

    def __init__(self, network: Network, calls: list[Call], held: list[Held]) -> None:
        self._network, self._calls, self._held = network, calls, held
        self._holders = holders(network, held)

    def __iter__(self) -> Iterator[Way]:
        about = [call for call in self._calls if self._is_about(call)]
        yield from (way for call in about if call.quiet and (way := self._as_called(call)) is not None)
        yield from self._by_convention(about)
        yield from (way for call in about if not call.quiet and (way := self._as_called(call, TRAINING)) is not None)

    @property
    def why_none(self) -> str:
        """Why there may be none."""
        if not self._holders:
            return "its parameters are no longer held by any name of the notebook"
        return "no function was found that makes (images, classes) of its parameters and images"

    def _is_about(self, call: Call) -> bool:
        """Whether the network's parameters were among its arguments, or are among what the function holds."""
        shapes = self._network.family.shapes
        if any(begins(template.parameters, shapes) for template in call.templates):
            return True
        around = jax_names.around(call.find())
        return any(begins(shapes_of(parameters_or_none(thing)), shapes) for thing in around)

    def _as_called(self, call: Call, note: str = "") -> Way | None:
        if not call.fed or call.find() is None:
            return None
        place = max(call.fed, key=lambda place: int(np.prod(call.fed[place]["shape"][1:])))
        filling = _Filling(self, call, place)
        return Way(call=filling, fed=call.fed[place], note=note)

    def _by_convention(self, about: list[Call]) -> Iterator[Way]:
        if not self._holders:
            return
        fed = self._fed(about)
        for holder, _ in self._holders[:3]:
            for words, call in jax_conventions.ways(holder, self._held):
                yield Way(call=call, fed=fed, note=words)

    def _fed(self, about: list[Call]) -> dict[str, Any] | None:
        """What it was fed, or any other function was; else the largest array of pictures that the notebook holds."""
        ranked = [*(c for c in about if c.quiet), *(c for c in about if not c.quiet), *self._calls]
        for call in ranked:
            if call.fed:
                return max(call.fed.values(), key=lambda said: int(np.prod(said["shape"][1:])))
        arrays = [held.thing for held in self._held if _is_many_pictures(held.thing)]
        best = max(arrays, key=lambda array: (array.ndim > 2, int(array.shape[0])), default=None)
        return jax_summaries.summary_of(best) if best is not None else None

    def tree(self, template: Template, near: list[tuple[str, ...]]) -> Any:
        """The argument as the notebook holds it now. Raises ValueError where it does not."""
        if template.hint is None and any(child.hint is not None and child.shapes for child in template.children):
            return self._joined(template, near)  # it was put together for the call
        trained = self.is_trained(template)
        found = self._best(template, near, trained=trained) if template.shapes else None
        if found is not None:
            near[:] = near or ([found.path] if trained else [])
            return filled(template, found.arrays)
        if template.children:
            return self._joined(template, near)
        if all(leaf.is_kept for leaf in template.leaves):
            return template.rebuild([leaf.value for leaf in template.leaves])
        raise ValueError(f"nothing held by the notebook has the arrays {template.shapes[:3]}... of an argument")

    def is_trained(self, template: Template) -> bool:
        """Whether the network's parameters are in it."""
        return bool(begins(template.parameters, self._network.family.shapes))

    def _joined(self, template: Template, near: list[tuple[str, ...]]) -> Any:
        """A container of what the notebook holds, the network's parameters looked for first."""
        made = {}
        for child in sorted(template.children, key=lambda child: not self.is_trained(child)):
            made[id(child)] = self.tree(child, near)
        return template.join([made[id(child)] for child in template.children]) if template.join is not None else None

    def _best(self, template: Template, near: list[tuple[str, ...]], *, trained: bool) -> Held | None:
        found = matching(template.shapes, self._held)
        if not trained:
            kept = all(leaf.is_kept for leaf in template.leaves)
            found = [one for one in found if one.path == template.hint or not kept]
            return max(found, key=lambda one: (one.path == template.hint, _common(one.path, near)), default=None)
        alike = [(one, likeness(self._network, one.parameters)) for one in found]
        fit = [(one, like) for one, like in alike if like is not None and like.cosine >= STRANGER_BELOW]
        hinted = [one for one, _ in fit if one.path == template.hint]
        return hinted[0] if hinted else min(fit, key=lambda pair: pair[1].distance, default=(None, None))[0]


class _Filling:
    """A call that was seen, with today's parameters and a batch in the place of its images."""

    def __init__(self, ways: Ways, call: Call, place: int) -> None:
        self._ways, self._seen, self._place = ways, call, place
        self._rows = int(call.fed[place]["shape"][0])
        self._dtype = call.fed[place]["dtype"]

    def __call__(self, batch: Any) -> Any:
        near: list[tuple[str, ...]] = []
        places, first = {}, 0
        for index, template in enumerate(self._seen.templates):
            places[index] = first
            first += len(template.leaves)
        order = sorted(places, key=lambda index: not self._ways.is_trained(self._seen.templates[index]))
        made = {index: self._value(self._seen.templates[index], places[index], batch, near) for index in order}
        values = [made[index] for index in sorted(made)]
        count = len(self._seen.arguments)
        return self._seen.find()(*values[:count], **dict(zip(self._seen.named, values[count:], strict=True)))

    def _value(self, template: Template, first: int, batch: Any, near: list[tuple[str, ...]]) -> Any:
        has_images = first <= self._place < first + len(template.leaves)
        rows = {leaf.shape[0] if leaf.shape else 0 for leaf in template.leaves if leaf.shape is not None}
        if has_images or (rows == {self._rows} and (template.is_array or template.hint is None)):
            leaves = [self._leaf(leaf, first + offset, batch) for offset, leaf in enumerate(template.leaves)]
            return template.rebuild(leaves)
        return self._ways.tree(template, near)

    def _leaf(self, leaf: Any, place: int, batch: Any) -> Any:
        import jax
        import jax.numpy as jnp

        if place == self._place:
            return batch.astype(jax.dtypes.canonicalize_dtype(self._dtype))
        if leaf.shape is not None and leaf.shape[:1] == (self._rows,):
            kind = jax.dtypes.canonicalize_dtype(leaf.dtype)
            return jnp.zeros((batch.shape[0], *leaf.shape[1:]), kind)  # the labels, which nobody knows here
        if leaf.is_kept:
            return leaf.value
        raise ValueError("an argument holds a large array beside the images")


def _common(path: tuple[str, ...], near: list[tuple[str, ...]]) -> int:
    """How long the notebook's path to it is the same as that to the parameters; nearer names first."""
    if not near:
        return -len(path)
    same = 0
    for one, other in zip(path, near[0], strict=False):
        if one != other:
            break
        same += 1
    return same * 10 - len(path)


def _is_many_pictures(thing: Any) -> bool:
    return is_array(thing) and jax_summaries.may_be_pictures(tuple(thing.shape)) and thing.shape[0] >= FEWEST_ROWS
