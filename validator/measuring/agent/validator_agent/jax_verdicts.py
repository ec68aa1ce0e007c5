"""Says of samples whose parameters made them: a network that was trained, an average of one, or one that never was.

Knows the arguments of calls and the values that the meter met. Used by the harness's own cells only.
"""

from __future__ import annotations

import sys
from typing import Any

from . import jax_names
from .jax_templates import is_array, is_traced, parameters_or_none, shapes_of
from .jax_trained import begins, likeness

FUNCTION = "generate_samples"
MOST_SEEN = 512
Named = tuple[str, str]


class Verdicts:
    """Whose parameters were used since this was made."""

    def __init__(self, meter: Any) -> None:
        self._networks = [network for network in meter.networks.everything() if network.updates]
        self._found: dict[tuple[str, str], dict[str, Any]] = {}
        self._functions: dict[int, Any] = {}
        self._of_function: dict[int, set[Named]] = {}
        self._seen: dict[tuple[int, ...], tuple[list[Any], Named | None]] = {}
        self._images: dict[Named, int] = {}

    def told(self, call: Any) -> None:
        """A compiled call, or an eager application: a function and its arguments; None for a library's own."""
        if call is None or str(getattr(call[0], "__module__", "")).startswith("validator_agent."):
            return
        function, args, kwargs = call
        given = [*args, *kwargs.values()]
        if id(function) not in self._functions and len(self._functions) < MOST_SEEN:
            self._functions[id(function)] = function
            self._of_function[id(function)] = self._held(jax_names.around(function))
        rows = max((int(one.shape[0]) for one in given if is_array(one) and one.ndim > 1), default=0)
        for named in self._held(given) or self._of_function.get(id(function), set()):
            self._images[named] = self._images.get(named, 0) + rows

    def said(self) -> list[dict[str, Any]]:
        """The networks as in `samples.json`; where no call was seen, those that the sampler holds."""
        if not self._found:
            self._held(jax_names.around(getattr(sys.modules.get("__main__"), FUNCTION, None)))
        return [
            {"name": named[0], "images": self._images.get(named, 0), **found}
            for named, found in sorted(self._found.items())
        ]

    def _held(self, things: list[Any]) -> set[Named]:
        """The names under which the networks among these things are told of."""
        told: set[Named] = set()
        for thing in things:
            arrays = [] if is_traced(thing) else parameters_or_none(thing)
            shapes = shapes_of(arrays)
            known = [network for network in self._networks if begins(shapes, network.family.shapes)]
            key = tuple(map(id, arrays))
            if known and key not in self._seen and len(self._seen) < MOST_SEEN:
                # The arrays are held, so that no other array gets the number of one of these.
                self._seen[key] = (arrays, self._named(known, arrays))
            _, named = self._seen.get(key, (None, None))
            told |= {named} if named is not None else set()
        return told

    def _named(self, known: list[Any], arrays: list[Any]) -> Named | None:
        """Judge arrays that were not seen before."""
        alike = [(network, like) for network in known if (like := likeness(network, arrays)) is not None]
        if not alike:
            return None
        network, like = min(alike, key=lambda pair: pair[1].distance)
        verdict: dict[str, Any] = {"verdict": like.word, "network": network.name}
        if like.word != "trained":
            verdict["cosine"] = round(like.cosine, 4)
        named = (f"{network.family.label}@jax", f"{like.word} {network.name}")
        self._found[named] = verdict
        return named


def drawn_since(meter: Any) -> list[dict[str, Any]]:
    """The networks of JAX that were used since this was last asked, none at first; then it watches anew.

    From then on every call of a compiled function is seen. Asked by the harness's cells only.
    """
    meter.flush_all()
    forwards = meter.forwards
    found = [watcher.__self__.said() for watcher in forwards.watchers]
    forwards.watch(Verdicts(meter).told)
    return found[0] if found else []
