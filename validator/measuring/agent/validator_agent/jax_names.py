"""What a function to be differentiated is about: which model it calls, what else it holds. Looks, and changes nothing.

Knows closures, partials, and the classes of flax, equinox and haiku by their modules' names; imports none of them.
"""

from __future__ import annotations

import functools
import types
from collections import Counter
from typing import Any

from .jax_values import is_inexact, scalars

MOST = 400
DEEP = 6
WEIGHT_NAMES = {"params", "kernel", "weight", "weights", "embedding", "embeddings", "w"}
"""Names that only parameters have, whatever the library; a batch of images has none of them."""
NOT_TRAINED = {"batch_stats", "mean", "var", "average", "hidden", "mu", "nu", "opt_state"}
"""Names of running statistics and optimiser states."""


def around(fun: Any) -> list[Any]:
    """The objects that the function holds: its fixed arguments, closures, and the globals it names."""
    found: list[Any] = []
    seen: set[int] = set()
    waiting = [(fun, 0)]
    while waiting and len(seen) < MOST:
        thing, depth = waiting.pop(0)
        if thing is None or id(thing) in seen or depth > DEEP:
            continue
        seen.add(id(thing))
        held = _held(thing)
        if held is None:
            found.append(thing)
        else:
            waiting += [(inner, depth + 1) for inner in held]
    return found


def _held(thing: Any) -> list[Any] | None:
    """What a function-like thing holds; None for an object of its own."""
    if isinstance(thing, functools.partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    if isinstance(thing, types.MethodType):
        return [thing.__self__, thing.__func__]
    if isinstance(thing, types.FunctionType):
        cells = [cell.cell_contents for cell in thing.__closure__ or () if _filled(cell)]
        names = [thing.__globals__[name] for name in thing.__code__.co_names if name in thing.__globals__]
        known = [value for value in names if not isinstance(value, (types.ModuleType, type))]
        wrapped = getattr(thing, "__wrapped__", None)
        return [*cells, *known, *([wrapped] if wrapped is not None else [])]
    kind = type(thing).__name__
    if kind == "WrappedFun":
        return [getattr(thing, "f", None), *(arg for _, args in thing.transforms for arg in args)]
    if kind in ("Unhashable", "Hashable"):
        return [getattr(thing, "val", None)]
    if kind == "PjitFunction":
        return [getattr(thing, "__wrapped__", None)]
    if kind in ("Transformed", "TransformedWithState"):
        return None
    if hasattr(thing, "opt_state"):
        return [getattr(thing, "apply_fn", None)]
    if type(thing) in (list, tuple) and any(callable(item) or not is_inexact(item) for item in thing):
        return list(thing)
    return None


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def label(primals: tuple[Any, ...], held: list[Any]) -> tuple[str, tuple[str, ...]]:
    """A name for the network: the class of the tree itself, of a flax module the function calls, or the haiku scope."""
    for primal in primals:
        kind = _model_class(primal)
        if kind is not None:
            return kind.__name__[:60], (f"{kind.__module__}.{kind.__qualname__}"[:160],)
    for thing in held:
        kind = type(thing)
        if _comes_from(kind, "flax.linen"):
            return kind.__name__[:60], (f"{kind.__module__}.{kind.__qualname__}"[:160],)
    for primal in primals:
        if isinstance(primal, dict) and primal and all(isinstance(key, str) for key in primal):
            scope = str(next(iter(primal))).split("/")[0]
            if any("/" in key for key in primal) and scope:
                return scope[:60], ()
    return "jax", ()


def _model_class(primal: Any) -> Any:
    """The class of an equinox or nnx module, also where the tree only carries its definition."""
    kind = type(primal)
    if _comes_from(kind, "equinox"):
        return kind
    if _comes_from(kind, "flax.nnx"):
        if hasattr(kind, "__call__") and kind.__name__ not in ("State", "NodeStates"):  # noqa: B004
            return kind
        definition = getattr(primal, "graphdef", None)
        inner = getattr(definition, "type", None) or _first_type(definition)
        return inner if isinstance(inner, type) else None
    return None


def _first_type(definition: Any) -> Any:
    nodes = getattr(definition, "nodes", None)
    first = nodes[0] if isinstance(nodes, (list, tuple)) and nodes else None
    return getattr(first, "type", None)


def _comes_from(kind: type, library: str) -> bool:
    return any(f"{base.__module__}.".startswith(f"{library}.") for base in kind.__mro__)


def signatures(held: list[Any]) -> frozenset[Any]:
    """Shapes of the containers of arrays among these: a network whose input is differentiated is one of them."""
    found = set()
    for thing in held:
        leaves = _leaves(thing)
        if len(leaves) > 1:
            found.add(tuple(tuple(int(side) for side in leaf.shape) for _, leaf in leaves))
    return frozenset(found)


def frozen(primals: tuple[Any, ...], held: list[Any]) -> frozenset[tuple[Any, int]]:
    """Parameters the function uses and no gradient is taken at, as shapes and scalars: by their class, or their names.

    Copies of what is differentiated are left out (averages, targets, optimiser states). So that a critic is not
    taken for a part of its generator, whoever asks leaves out what is trained elsewhere.
    """
    classes = {type(primal) for primal in primals if _model_class(primal) is not None}
    own = {id(leaf) for primal in primals for _, leaf in _leaves(primal)}
    shapes = Counter(tuple(leaf.shape) for primal in primals for _, leaf in _leaves(primal))
    found = set()
    for thing in held:
        leaves = _leaves(thing)
        if type(thing) not in classes and not any(_is_weight(path) for path, _ in leaves):
            continue
        some = [leaf for path, leaf in leaves if id(leaf) not in own and not _words(path) & NOT_TRAINED]
        copied = Counter(tuple(leaf.shape) for leaf in some) >= shapes
        if some and not copied:
            signature = tuple(tuple(int(side) for side in leaf.shape) for leaf in some)
            found.add((signature, sum(scalars(leaf.shape, leaf.dtype) for leaf in some)))
    return frozenset(found)


def _is_weight(path: Any) -> bool:
    return bool(_words(path) & WEIGHT_NAMES)


def _words(path: Any) -> set[str]:
    return {str(getattr(key, "key", getattr(key, "name", ""))) for key in path}


def _leaves(tree: Any) -> list[tuple[Any, Any]]:
    """Inexact arrays of a tree with their paths; nothing for what is no tree."""
    import jax

    if isinstance(tree, (str, bytes, int, float, type)) or is_inexact(tree):
        return []
    try:
        found = jax.tree_util.tree_flatten_with_path(tree)[0]
    except Exception:
        return []
    return [(path, leaf) for path, leaf in found if is_inexact(leaf)]
