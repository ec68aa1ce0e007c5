"""A primitive that returns what it is given and tells the host its words when the program runs.

It has no effect in JAX's sense: compiled functions keep their fast dispatch, and scan, while, remat, custom rules,
pmap and shard_map take it as any arithmetic. What would be computed without it is computed with it, bit for bit.
Knows nothing of networks or counts: `Site.arrived` is called with the words.
"""

from __future__ import annotations

import _thread
import functools
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jax._src import callback, core
from jax._src.interpreters import ad, batching, mlir
from jax._src.sharding_impls import SPMDAxisContext

from . import jax_values
from .jax_chains import places_to_compare

INTERRUPT_AGAIN_SECONDS = 0.02
EVALUATION, FORWARD, CALL = "evaluation", "forward", "call"


class Site:
    """One place in the student's program, the same for the same shapes: programs are compiled no oftener than before.

    The first `marked` of the arrays given to the primitive are the ones whose words are told; others pass through.
    """

    def __init__(self, arrived: Callable[..., None], fault: Callable[..., None], **facts: Any) -> None:
        self.arrived = arrived
        self.fault = fault
        self.kind: str = facts["kind"]
        self.shapes: tuple[tuple[int, ...], ...] = facts["shapes"]
        self.sizes: tuple[int, ...] = facts["sizes"]
        self.scalars = sum(self.sizes)
        self.marked = len(self.shapes)
        self.places = places_to_compare(self.shapes, jax_values.WORDS)
        self.label: str = facts.get("label", "jax")
        self.classes: tuple[str, ...] = facts.get("classes", ())
        self.inner: bool = facts.get("inner", False)
        self.fed: bool = facts.get("fed", False)
        self.bare: bool = facts.get("bare", False)
        self.partners: frozenset[Any] = facts.get("partners", frozenset())
        self.context: frozenset[Any] = facts.get("context", frozenset())
        self.frozen: frozenset[tuple[Any, int]] = facts.get("frozen", frozenset())

    def tell(self, words: Any, *, stream: int = 0, copies: int = 1) -> None:
        """Pass the words on; whatever happens there, the student's program goes on."""
        try:
            self.arrived(self, words, stream, copies)
        except Exception as error:
            self.fault("jax", error)

    def words(self) -> Callable[..., Any]:
        """What is told of the arrays: an optimiser call's result needs no pass over all of it."""
        return jax_values.traced_samples if self.kind == CALL else jax_values.traced_words


mark_p = core.Primitive("validator_mark")
mark_p.multiple_results = True


def mark(leaves: Sequence[Any], site: Site) -> list[Any]:
    """The same leaves; under a trace, new names for them that the rest of the program must use."""
    return list(mark_p.bind(*leaves, site=site, copies=1))


def _abstract(*avals: Any, site: Site, copies: int) -> list[Any]:
    return list(avals)


def _concrete(*leaves: Any, site: Site, copies: int) -> list[Any]:
    try:
        site.tell(_words_at_hand(leaves[: site.marked]), copies=copies)
    except Exception as error:
        site.fault("jax", error)
    return list(leaves)


def _words_at_hand(leaves: Sequence[Any]) -> Any:
    if all(_on_host(leaf) for leaf in leaves):
        return jax_values.host_words(*leaves)
    return np.asarray(_on_device()(*leaves))


@functools.cache
def _on_device() -> Any:
    import jax

    return jax.jit(jax_values.traced_words)


def _on_host(leaf: Any) -> bool:
    devices = getattr(leaf, "devices", None)
    return devices is None or (all(device.platform == "cpu" for device in devices()) and leaf.is_fully_addressable)


def _forward_mode(primals: Any, tangents: Any, *, site: Site, copies: int) -> tuple[list[Any], list[Any]]:
    return mark_p.bind(*primals, site=site, copies=copies), list(tangents)


def _batched(args: Any, dims: Any, *, site: Site, copies: int) -> tuple[list[Any], Any]:
    size = next(arg.shape[dim] for arg, dim in zip(args, dims, strict=True) if dim is not None)
    stacked = all(dim is not None for dim in dims[: site.marked])
    return mark_p.bind(*args, site=site, copies=copies * size if stacked else copies), dims


def _lowered(ctx: Any, *args: Any, site: Site, copies: int) -> Any:
    try:
        _emit(ctx, args, site, copies)
    except Exception as error:
        site.fault("jax-lowering", error)
    return args


def _emit(ctx: Any, args: Any, site: Site, copies: int) -> None:
    module = ctx.module_context
    if len(module.platforms) > 1 or getattr(module.lowering_parameters, "for_export", False):
        return  # a program that leaves the process cannot call back into it
    sharding = callback._callback_op_sharding(module.axis_context, None, ())
    words_aval = core.ShapedArray((site.marked, jax_values.WORDS), np.dtype("uint32"))
    told = ctx.replace(avals_in=ctx.avals_in[: site.marked], avals_out=[words_aval])
    words = mlir.lower_fun(site.words(), multiple_results=False)(told, *args[: site.marked])
    stream = _stream(module.axis_context)
    operands = [*mlir.flatten_ir_values(words), *stream]
    avals = [words_aval, *(core.ShapedArray((), np.dtype("uint32")) for _ in stream)]

    def arrived(words: Any, number: Any = 0) -> tuple[()]:
        try:
            site.tell(np.array(words), stream=int(number), copies=copies)
        except KeyboardInterrupt:  # raised here it would become an error of the program, which it is not
            threading.Timer(INTERRUPT_AGAIN_SECONDS, _thread.interrupt_main).start()
        except BaseException:  # a smoke run's alarm: it rings again
            return ()
        return ()

    callback.emit_python_callback(
        ctx.replace(avals_in=avals, avals_out=[]),
        arrived,
        None,
        operands,
        avals,
        [],
        has_side_effect=True,
        sharding=sharding,
    )


def _stream(axis_context: Any) -> list[Any]:
    """Which of several devices speaks, where each runs the program for itself."""
    if isinstance(axis_context, SPMDAxisContext):
        return [mlir.hlo.PartitionIdOp().result]
    if type(axis_context).__name__ == "ReplicaAxisContext":
        return [mlir.hlo.ReplicaIdOp().result]
    return []


mark_p.def_abstract_eval(_abstract)
mark_p.def_impl(_concrete)
ad.primitive_jvps[mark_p] = _forward_mode
batching.primitive_batchers[mark_p] = _batched
mlir.register_lowering(mark_p, _lowered)
