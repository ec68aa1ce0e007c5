"""How each library applies a network, in evaluation mode: flax, equinox, haiku, and functions written by hand.

Knows the libraries' conventions and signatures. What does not fit raises, and the next one is tried.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

from .jax_held import Held
from .jax_templates import is_graph

OFF = ("train", "training", "is_training", "train_mode", "is_train")
ON = ("deterministic", "inference", "eval_mode", "use_running_average", "evaluate")
MOST_FUNCTIONS = 60
Calling = Callable[[Any], Any]


def ways(holder: Held, held: list[Held]) -> Iterator[tuple[str, Calling]]:
    """Words and a function of a batch, for parameters that somebody holds."""
    parameters = holder.thing
    if is_graph(parameters):
        yield "called in evaluation mode", lambda batch: _graph(parameters, batch)
        return
    equinox = sys.modules.get("equinox")
    if equinox is not None and isinstance(parameters, equinox.Module) and callable(parameters):
        yield from _equinox(parameters, held)
        return
    for one in held:
        if _is_linen(one.thing):
            yield "applied in evaluation mode", _linen(one.thing, holder, held)
        elif type(one.thing).__name__ in ("Transformed", "TransformedWithState"):
            yield from _haiku(one.thing, holder, held)
    for one in [one for one in held if _is_function(one.thing)][:MOST_FUNCTIONS]:
        yield from _by_hand(one, parameters)


def evaluating(function: Any) -> dict[str, Any]:
    """The named arguments that put a function into evaluation mode, by its signature."""
    try:
        names = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}
    return {name: name in ON for name in names if name in OFF or name in ON}


def _graph(model: Any, batch: Any) -> Any:
    from flax import nnx

    copy = nnx.merge(*nnx.split(model))
    copy.eval()
    return copy(batch, **evaluating(type(model).__call__))


def _equinox(model: Any, held: list[Held]) -> Iterator[tuple[str, Calling]]:
    import equinox
    import jax

    still = equinox.nn.inference_mode(model)
    settings = evaluating(type(model).__call__)
    yield "vmapped in inference mode", jax.vmap(lambda image: still(image, **settings))
    yield "called in inference mode", lambda batch: still(batch, **settings)
    for one in held:
        if type(one.thing).__name__ == "State" and type(one.thing).__module__.startswith("equinox"):
            yield "vmapped in inference mode with its state", _stateful(still, one.thing, settings)


def _stateful(model: Any, state: Any, settings: dict[str, Any]) -> Calling:
    import jax

    mapped: Calling = jax.vmap(lambda image: model(image, state, **settings)[0])
    return mapped


def _linen(module: Any, holder: Held, held: list[Held]) -> Calling:
    """The module on the parameters and on collections that are held beside them."""
    others = _beside(holder, held)
    settings = evaluating(type(module).__call__)

    def call(batch: Any) -> Any:
        return module.apply({"params": holder.thing, **others}, batch, **settings)

    return call


def _beside(holder: Held, held: list[Held]) -> dict[str, Any]:
    """Collections of running statistics: those held closest to the parameters, by the name they must have."""
    found: dict[str, tuple[int, Any]] = {}
    for one in held:
        name = "batch_stats" if one.path[-1] in ("stats", "state", "model_state") else one.path[-1]
        if name != "batch_stats" or not (isinstance(one.thing, dict) or type(one.thing).__name__ == "FrozenDict"):
            continue
        inner = one.thing.get("batch_stats", one.thing)
        closeness = sum(a == b for a, b in zip(one.path, holder.path, strict=False)) * 10 - len(one.path)
        if "batch_stats" not in found or closeness > found["batch_stats"][0]:
            found["batch_stats"] = (closeness, inner)
    return {name: thing for name, (_, thing) in found.items()}


def _haiku(transformed: Any, holder: Held, held: list[Held]) -> Iterator[tuple[str, Calling]]:
    import jax

    key = jax.random.PRNGKey(0)
    states: list[tuple[Any, ...]] = [()]
    if type(transformed).__name__ == "TransformedWithState":
        states = [(one.thing,) for one in held if isinstance(one.thing, dict) and one.thing is not holder.thing]
    for state in states[:6]:
        for flags in ((), (False,)):
            yield "applied by haiku", _applied(transformed.apply, (holder.thing, *state, key), flags)


def _applied(apply: Any, before: tuple[Any, ...], after: tuple[Any, ...]) -> Calling:
    return lambda batch: apply(*before, batch, *after)


def _by_hand(one: Held, parameters: Any) -> Iterator[tuple[str, Calling]]:
    import jax

    function, settings = one.thing, evaluating(one.thing)
    words = f"called as {one.name}"
    yield f"{words}(parameters, images)", lambda batch: function(parameters, batch, **settings)
    yield f"{words}(images, parameters)", lambda batch: function(batch, parameters, **settings)
    each = jax.vmap(lambda image: function(parameters, image, **settings))
    yield f"{words}(parameters, image) for each image", each
    yield f"{words}(image, parameters) for each image", jax.vmap(lambda image: function(image, parameters, **settings))


def _is_linen(thing: Any) -> bool:
    linen = sys.modules.get("flax.linen")
    return linen is not None and isinstance(thing, linen.Module) and thing.scope is None


def _is_function(thing: Any) -> bool:
    """A function of the student's, compiled or mapped or as it is."""
    if not callable(thing) or isinstance(thing, type):
        return False
    inner = thing
    for _ in range(6):
        inner = getattr(inner, "__wrapped__", inner)
    return getattr(inner, "__module__", None) == "__main__" and hasattr(inner, "__code__")
