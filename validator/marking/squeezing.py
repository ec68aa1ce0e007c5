"""Whether one network is another one and squeeze-and-excitation blocks besides, by the shapes of their tensors.

A block is a pair of weights c to r and r to c, as linear layers or convolutions of one pixel, with the vectors that
belong to them (Hu et al. 2018, section 3); a residual block of ResNet-18 has two convolutions (He et al. 2016, table
1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

Shape = tuple[int, ...]
COLOURS = 3


@dataclass(frozen=True, kw_only=True)
class Added:
    """What a larger network has beside a smaller one."""

    missing: Mapping[Shape, int]
    """Tensors of the smaller one that the larger one does not have."""
    blocks: Mapping[tuple[int, int], int]
    """Channels and reduced channels of a block to how many of it there are."""
    rest: Mapping[Shape, int]
    """Added tensors that are no part of such a block."""

    @property
    def count(self) -> int:
        """How many blocks were added."""
        return sum(self.blocks.values())


def shapes_of(said: Mapping[str, int]) -> Counter[Shape]:
    """`64x3x3x3` as (64, 3, 3, 3), with its count."""
    return Counter({tuple(int(size) for size in shape.split("x")): count for shape, count in said.items()})


def added(smaller: Mapping[str, int], larger: Mapping[str, int]) -> Added:
    """What the larger network has besides the smaller one."""
    one, other = shapes_of(smaller), shapes_of(larger)
    more = other - one
    pairs: Counter[tuple[int, int]] = Counter()
    ways = Counter[tuple[int, int]]()
    for shape, count in more.items():
        if len(shape) >= 2 and all(size == 1 for size in shape[2:]):
            ways[shape[0], shape[1]] += count
    for (rows, columns), count in ways.items():
        if rows < columns:  # to fewer channels; the way back is (columns, rows)
            pairs[columns, rows] = min(count, ways[columns, rows])
    return Added(missing=dict(one - other), blocks=dict(+pairs), rest=dict(_rest(more, pairs)))


def _rest(more: Counter[Shape], pairs: Counter[tuple[int, int]]) -> Counter[Shape]:
    """What no block explains: each has two weights, and vectors of its two widths."""
    rest: Counter[Shape] = Counter()
    left = Counter({way: count for (wide, narrow), count in pairs.items() for way in ((wide, narrow), (narrow, wide))})
    widths = {width for pair in pairs for width in pair}
    for shape, count in sorted(more.items()):
        if len(shape) == 1 and shape[0] in widths:
            continue
        explained = 0
        if len(shape) >= 2 and all(size == 1 for size in shape[2:]):
            way = (shape[0], shape[1])
            explained = min(count, left[way])
            left[way] -= explained
        if count > explained:
            rest[shape] = count - explained
    return rest


def residual_blocks(said: Mapping[str, int]) -> dict[int, int]:
    """Channels to the residual blocks of two convolutions with as many, the first convolution left out.

    Convolutions of one pixel, as on the way past a block, are not among them.
    """
    wide = {shape: count for shape, count in shapes_of(said).items() if len(shape) == 4 and min(shape[2:]) > 1}
    first = next((shape for shape in sorted(wide, key=lambda shape: shape[1]) if shape[1] <= COLOURS), None)
    found: Counter[int] = Counter()
    for shape, count in wide.items():
        found[shape[0]] += count - (shape == first)
    return {channels: count // 2 for channels, count in sorted(found.items()) if count >= 2}
