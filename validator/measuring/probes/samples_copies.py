"""How near the samples are to the training images: copies, near copies, repeats, and the share nearest to train."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Reading
from validator.measuring.metrics import nearest_neighbours
from validator.measuring.metrics.copies import exact_copies, flipped, near_copy_threshold, nearness
from validator.measuring.metrics.diversity import Share, duplicates, nearest_to_train_share
from validator.measuring.probes.samples_kept import Kept, key_over

UNITS = {
    "exact_copies": "images",
    "near_copies": "images",
    "near_copies_expected": "images",
    "duplicates": "images",
    "nearest_to_train_share": "share",
    "nearest_to_train_expected": "share",
    "nearest_to_train_se": "share",
    "median_nearest_distance": "L2",
}

Images = npt.NDArray[np.uint8]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """For each of n images, as it is or mirrored, whichever is nearer in proportion: its nearest training image."""

    squared: Int64
    """Exact squared distance (n,)."""
    index: Int64
    mirrored: npt.NDArray[np.bool_]
    nearness: npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Closeness:
    """The readings, what is worth a look, and the neighbours for the picture."""

    readings: Mapping[str, Reading]
    flags: tuple[Flag, ...]
    neighbours: Neighbours


def closeness(images: Images, *, train: Images, test: Images, k: int, kept: Kept) -> Closeness:
    """Measure the samples against all training images, and against the test images for what chance gives."""
    k = min(max(2, k), len(train))
    straight = nearest_neighbours(generated=images, reference=train, k=k)
    neighbours = _nearer(straight, nearest_neighbours(generated=flipped(images), reference=train, k=k))
    held_out = _held_out_nearness(train=train, test=test, k=k, kept=kept)
    threshold = near_copy_threshold(held_out)
    copies = exact_copies(generated=images, reference=train)
    values: dict[str, int | float] = {
        "exact_copies": int((copies >= 0).sum()),
        "near_copies": int((neighbours.nearness < threshold).sum()),
        # As many real test images hold this many: some have twins among the training images.
        "near_copies_expected": float((held_out < threshold).mean()) * len(images),
        "duplicates": duplicates(images),
        "median_nearest_distance": float(np.median(np.sqrt(straight[0][:, 0]))),
        **_share_values(_share(images, straight, train_count=len(train), test=test)),
    }
    return Closeness(
        readings={name: Reading(value=values[name], unit=unit, source="observed") for name, unit in UNITS.items()},
        flags=_copy_flags(images, train, copies),
        neighbours=neighbours,
    )


def missing_closeness(why: str) -> dict[str, Reading]:
    """The readings with the reason why there are none."""
    return {name: Reading.missing(unit=unit, why=why) for name, unit in UNITS.items()}


def _nearer(straight: tuple[Int64, Int64], mirrored: tuple[Int64, Int64]) -> Neighbours:
    ratios = nearness(straight[0]), nearness(mirrored[0])
    use = ratios[1] < ratios[0]
    return Neighbours(
        squared=np.where(use, mirrored[0][:, 0], straight[0][:, 0]),
        index=np.where(use, mirrored[1][:, 0], straight[1][:, 0]),
        mirrored=use,
        nearness=np.where(use, ratios[1], ratios[0]),
    )


def _held_out_nearness(*, train: Images, test: Images, k: int, kept: Kept) -> npt.NDArray[np.float64]:
    """The same ratio for the test images: how near images come that nobody copied."""

    def make() -> Mapping[str, npt.NDArray[Any]]:
        straight = nearest_neighbours(generated=test, reference=train, k=k)
        mirrored = nearest_neighbours(generated=flipped(test), reference=train, k=k)
        return {"nearness": _nearer(straight, mirrored).nearness}

    return kept.get("held-out-nearness", key=key_over("nearness", train, test, k), make=make)["nearness"]


def _share(images: Images, straight: tuple[Int64, Int64], *, train_count: int, test: Images) -> Share:
    """The nearest of the pool is the nearer of the nearest train and the nearest test image."""
    squared, index = nearest_neighbours(generated=images, reference=test, k=1)
    test_is_nearer = squared[:, 0] < straight[0][:, 0]
    nearest = np.where(test_is_nearer, train_count + index[:, 0], straight[1][:, 0])
    return nearest_to_train_share(nearest, train_count=train_count, test_count=len(test))


def _share_values(share: Share) -> dict[str, float]:
    return {
        "nearest_to_train_share": share.value,
        "nearest_to_train_expected": share.expected,
        "nearest_to_train_se": share.standard_error,
    }


def _copy_flags(images: Images, train: Images, copies: Int64) -> tuple[Flag, ...]:
    """Which samples are copies of which images, so that anybody can look."""
    found = np.flatnonzero(copies >= 0)
    if not len(found):
        return ()
    mirrored = [number for number in found if not np.array_equal(images[number], train[copies[number]])]
    pairs = ", ".join(f"sample {number} = train {copies[number]}" for number in found[:8])
    more = f" and {len(found) - 8:,} more" if len(found) > 8 else ""
    detail = f"{pairs}{more}; {len(mirrored):,} of them mirrored left to right"
    return (Flag(kind="exact-copies", detail=detail),)
