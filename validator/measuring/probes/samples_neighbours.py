"""The nearest training image of each image, as it is or mirrored, and where chance puts it; in pixels and features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag
from validator.measuring.datasets import twins
from validator.measuring.metrics.copies import Chance, nearness, without_twins
from validator.measuring.metrics.nearest_share import Share, nearest_in_pool, nearest_to_train_share, relabelled_shares

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Found = tuple[Int64, Int64] | tuple[Float64, Int64]
"""Distances (n, k), nearest first, and indices (n, k)."""

DRAWS = 1000
SURE = 3.0
NAMED = 8


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """For each of n images, as it is or mirrored, whichever is nearer in proportion: its nearest training image."""

    distance: Int64 | Float64
    """In pixels the exact squared distance (n,), in features the distance of directions."""
    index: Int64
    mirrored: npt.NDArray[np.bool_]
    nearness: Float64


@dataclass(frozen=True, kw_only=True)
class Nearer:
    """The share nearest to train, and the shares that relabelling the pool gives."""

    share: Share
    drawn: Float64

    @property
    def words(self) -> str:
        """The share beside chance, with z."""
        share = self.share
        z = "no standard error" if share.z is None else f"z = {share.z:+.1f}"
        return f"{share.value:.1%} nearest to train, chance {share.expected:.1%} ± {share.standard_error:.1%} ({z})"


def nearer(straight: Found, mirrored: Found, *, ratios: tuple[Float64, Float64]) -> Neighbours:
    """Of the searches as it is and mirrored the one that is nearer in proportion."""
    use = ratios[1] < ratios[0]
    return Neighbours(
        distance=np.where(use, mirrored[0][:, 0], straight[0][:, 0]),
        index=np.where(use, mirrored[1][:, 0], straight[1][:, 0]),
        mirrored=use,
        nearness=np.where(use, ratios[1], ratios[0]),
    )


def pixel_ratios(straight: Found, mirrored: Found) -> tuple[Float64, Float64]:
    """Nearest over mean distance for both, of squared distances."""
    return nearness(straight[0].astype(np.int64)), nearness(mirrored[0].astype(np.int64))


def share_of(
    train: Found, test: Found, *, train_count: int, test_count: int, seed: int, tolerance: float = 0.0
) -> Nearer:
    """The share nearest to train of the pool of both sets; distances within `tolerance` are equal."""
    ends = ((each[0][:, 0], each[1][:, 0]) for each in (train, test))
    nearest, tied = nearest_in_pool(train=next(ends), test=next(ends), train_count=train_count, tolerance=tolerance)
    share = nearest_to_train_share(nearest, train_count=train_count, test_count=test_count, tied=tied)
    drawn = relabelled_shares(
        nearest, train_count=train_count, test_count=test_count, draws=DRAWS, seed=seed, tied=tied
    )
    return Nearer(share=share, drawn=drawn)


def clean_of(held_out: Float64, *, official: bool) -> npt.NDArray[np.bool_]:
    """Which test images have no twin in train: by the published list for the official files, and by their distances."""
    listed = twins.listed_twins() if official else None
    return without_twins(held_out, listed=listed)


def twins_in_words(clean: npt.NDArray[np.bool_], *, official: bool) -> str:
    """How many test images were left out of what held-out images say, and by which rule."""
    out = int((~clean).sum())
    rule = f"the {len(twins.listed_twins())} listed by {twins.SOURCE} and by distance" if official else "by distance"
    return f"{out:,} of {len(clean):,} test images with a twin in train left out ({rule})"


def near_flag(neighbours: Neighbours, chance: Chance, *, kind: str, distance: str) -> tuple[Flag, ...]:
    """Which samples are near copies, when there are more than chance gives in 99 of 100 cases."""
    near = np.flatnonzero(neighbours.nearness < chance.threshold)
    if len(near) <= chance.high:
        return ()
    worst = near[np.argsort(neighbours.nearness[near], kind="stable")][:NAMED]
    pairs = ", ".join(
        f"sample {number} ~ train {neighbours.index[number]}{' mirrored' if neighbours.mirrored[number] else ''} "
        f"({distance} {neighbours.distance[number]:{',' if neighbours.distance.dtype.kind == 'i' else '.3f'}})"
        for number in worst
    )
    more = f" and {len(near) - len(worst):,} more" if len(near) > len(worst) else ""
    detail = f"{len(near):,}, where chance gives {chance.expected:.1f} and at most {chance.high:,}: {pairs}{more}"
    return (Flag(kind=kind, detail=detail),)


def share_flag(nearer_to: Nearer, *, kind: str) -> tuple[Flag, ...]:
    """That samples lie nearer to training images than chance explains, beyond three standard errors."""
    z = nearer_to.share.z
    if z is None or z <= SURE:
        return ()
    return (Flag(kind=kind, detail=f"samples lie nearer to training images than chance gives: {nearer_to.words}"),)
