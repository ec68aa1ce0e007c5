"""What a function was fed, in a few numbers: shape, dtype and ranges, the channels wherever they are. Numpy only."""

from __future__ import annotations

from typing import Any

import numpy as np

from .jax_templates import Template, flattened

FEWEST = 100
"""Numbers in one picture, at least."""
ROWS_KEPT, MOST_KEPT = 24, 1 << 17
MOST_IMAGES, MOST_NUMBERS = 2048, 1 << 26


def large_arrays(arguments: Any, named: Any, args: Any, kwargs: Any) -> dict[int, dict[str, Any]]:
    """Summaries of arrays that may be batches of pictures, by their place among the leaves of all arguments."""
    found: dict[int, dict[str, Any]] = {}
    place = 0
    pairs = [*zip(arguments, args, strict=True), *zip(named.values(), kwargs.values(), strict=True)]
    for template, argument in pairs:
        if any(may_be_pictures(leaf.shape) for leaf in template.leaves) and _is_batch(template):
            for offset, leaf in enumerate(flattened(argument)[0]):
                if may_be_pictures(template.leaves[offset].shape):
                    found[place + offset] = summary_of(leaf)
        place += len(template.leaves)
    return found


def may_be_pictures(shape: tuple[int, ...] | None) -> bool:
    """Whether an array of this shape may be a batch of pictures, flat or not."""
    return shape is not None and len(shape) in (2, 3, 4) and int(np.prod(shape[1:], dtype=np.int64)) >= FEWEST


def summary_of(batch: Any) -> dict[str, Any]:
    """Shape, dtype and range of one batch; for pictures the range of each channel, and where the channels are.

    `rows` are its first pictures, a copy of less than a megabyte.
    """
    said: dict[str, Any] = {"shape": [int(side) for side in batch.shape], "dtype": str(batch.dtype)}
    # To cut an array of JAX compiles a program; only what is very large is worth that.
    some = batch if int(batch.size) <= MOST_NUMBERS else batch[:MOST_IMAGES]
    values = np.asarray(some)[:MOST_IMAGES].astype(np.float32)
    if values.size == 0:
        return said
    said["rows"] = values[:ROWS_KEPT].copy() if values[:ROWS_KEPT].size <= MOST_KEPT else None
    said["low"], said["high"] = float(values.min()), float(values.max())
    said["last"] = values.ndim == 4 and values.shape[-1] in (1, 3) and values.shape[1] not in (1, 3)
    if values.ndim == 4:
        axes = (0, 1, 2) if said["last"] else (0, 2, 3)
        said["lows"], said["highs"] = values.min(axes).tolist(), values.max(axes).tolist()
    return said


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The widest range seen for inputs of one shape, the batch size aside; another shape starts anew."""
    if old["shape"][1:] != new["shape"][1:] or "low" not in old or "low" not in new:
        return new
    wide = {**new, "low": min(old["low"], new["low"]), "high": max(old["high"], new["high"])}
    if "lows" in old and "lows" in new:
        wide["lows"] = [min(pair) for pair in zip(old["lows"], new["lows"], strict=True)]
        wide["highs"] = [max(pair) for pair in zip(old["highs"], new["highs"], strict=True)]
    return wide


def _is_batch(template: Template) -> bool:
    """A bare array, or a small tree of arrays with the same number of rows: no parameters."""
    rows = {shape[0] if shape else 0 for shape in template.shapes}
    return len(rows) == 1 and len(template.shapes) <= 4
