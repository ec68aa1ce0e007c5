"""One network is not the other one and squeeze-and-excitation blocks besides.

## What it checks
Whether the larger of the two networks has every parameter tensor of the smaller one, and besides them only pairs of
weights that squeeze and excite: from c channels to r and back, one pair for each residual block and as wide as it. A
second finding says whether the smaller one has as many residual blocks and parameters as the clause names.

## Why it matters
Two networks that differ in more than the blocks do not tell what the blocks do.

## Evidence
The shapes of all parameter tensors of both networks, as the meter listed them while they were trained: no names and no
code. Shapes do not tell how layers are connected, so the program passes what fits, and refers the rest to a person: it
never fails a network.

## How to fix
Build both networks by one class, with the block as an option of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.networks import Named, all_named
from validator.marking.rubric import Clause
from validator.marking.squeezing import Added, Shape, added, residual_blocks
from validator.marking.words import counted

READINGS = ()
LIMITS = {"smaller": str, "larger": str, "blocks": int, "parameters": int}
SHOWN = 4
NEAR = 0.02
"""Share by which a network may be larger or smaller than the one named: another first convolution, biases."""


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding on what was added, one on the depth; unknown wherever shapes do not settle it."""
    found = all_named(evidence, (clause.limits["smaller"], clause.limits["larger"]))
    if isinstance(found, str):
        yield Finding(verdict="unknown", message=f"nothing to compare: {found}")
        return
    smaller, larger = found
    if not smaller.network.shapes or not larger.network.shapes:
        yield Finding(verdict="unknown", message="the shapes of all tensors are not known of both networks")
        return
    yield _on_blocks(smaller, larger)
    yield _on_depth(smaller, clause.limits["blocks"], clause.limits["parameters"])


def _on_blocks(smaller: Named, larger: Named) -> Finding:
    besides = added(smaller.network.shapes, larger.network.shapes)
    residual = residual_blocks(smaller.network.shapes)
    fits = not besides.missing and not besides.rest and _widths(besides) == residual and bool(residual)
    more = larger.network.parameters - smaller.network.parameters
    said = f"{larger.name} has {counted(more, 'parameters')} more than {smaller.name}: {_blocks_text(besides)}"
    said += f"; {smaller.name} has {_residual_text(residual)}"
    if besides.missing:
        said += f"; it lacks tensors of {smaller.name}: {_shapes_text(besides.missing)}"
    if besides.rest:
        said += f"; added and no part of such a block: {_shapes_text(besides.rest)}"
    return Finding(
        verdict="pass" if fits else "unknown",
        message=said if fits else f"{said}; whether that is the network with the blocks, a person decides",
        where=larger.run.path,
        witness="reported",
    )


def _on_depth(smaller: Named, blocks: int, parameters: int) -> Finding:
    found = sum(residual_blocks(smaller.network.shapes).values())
    own = smaller.network.parameters
    alike = found == blocks and abs(own - parameters) <= NEAR * parameters
    beside = f"{counted(found, 'residual blocks')} and {counted(own, 'parameters')}"
    said = f"{smaller.name} has {beside}; {counted(blocks, 'blocks')} and about {parameters:,} parameters are meant"
    return Finding(verdict="pass" if alike else "unknown", message=said, where=smaller.run.path, witness="reported")


def _widths(besides: Added) -> dict[int, int]:
    widths: dict[int, int] = {}
    for (wide, _), count in sorted(besides.blocks.items()):
        widths[wide] = widths.get(wide, 0) + count
    return widths


def _blocks_text(besides: Added) -> str:
    if not besides.blocks:
        return "no pair of weights that squeezes and excites"
    pairs = ", ".join(f"{count} of {wide} to {narrow}" for (wide, narrow), count in sorted(besides.blocks.items()))
    return f"{counted(besides.count, 'pairs')} of weights that squeeze and excite ({pairs})"


def _residual_text(residual: Mapping[int, int]) -> str:
    if not residual:
        return "no residual blocks of two convolutions"
    widths = ", ".join(f"{count} of {channels} channels" for channels, count in residual.items())
    return f"{counted(sum(residual.values()), 'residual blocks')} ({widths})"


def _shapes_text(shapes: Mapping[Shape, int]) -> str:
    words = [f"{count} of {'x'.join(map(str, shape))}" for shape, count in sorted(shapes.items())]
    return ", ".join(words[:SHOWN]) + (f" and {len(words) - SHOWN} more" if len(words) > SHOWN else "")
