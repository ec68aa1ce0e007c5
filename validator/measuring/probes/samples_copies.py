"""How near the samples are to the training images in pixels: copies, near copies, repeats, share nearest to train."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Reading
from validator.measuring.metrics.copies import Chance, chance_of_near_copies, exact_copies, flipped
from validator.measuring.metrics.diversity import duplicates
from validator.measuring.metrics.neighbours import SearchedImages
from validator.measuring.probes import samples_copies_pictures as pictures
from validator.measuring.probes.samples_kept import key_over
from validator.measuring.probes.samples_neighbours import (
    Int64,
    Nearer,
    Neighbours,
    clean_of,
    near_flag,
    nearer,
    pixel_ratios,
    share_flag,
    share_of,
    twins_in_words,
)
from validator.measuring.probes.samples_setting import Part, Setting, readings_of

UNITS = {
    "exact_copies": "images",
    "mirrored_copies": "images",
    "near_copies": "images",
    "near_copies_expected": "images",
    "near_copies_high": "images",
    "duplicates": "images",
    "nearest_to_train_share": "share",
    "nearest_to_train_expected": "share",
    "nearest_to_train_se": "share",
    "median_nearest_distance": "L2",
    "median_nearest_distance_expected": "L2",
    "held_out_twins": "images",
}
"""`near_copies_expected` and `near_copies_high` are what chance gives on average and, in 99 of 100 cases, at most."""

Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class _HeldOut:
    """The test images searched among the training images like samples."""

    nearness: npt.NDArray[np.float64]
    distance: npt.NDArray[np.float64]
    clean: npt.NDArray[np.bool_]


def measure(setting: Setting) -> Part:
    """How near the samples are to the training images, in pixels."""
    train, test = setting.real.train, setting.real.test
    k = min(max(2, setting.task.plan.neighbours), len(train))
    searched = SearchedImages(reference=train, device=setting.device)
    straight = searched.nearest(generated=setting.images, k=k)
    mirrored = searched.nearest(generated=flipped(setting.images), k=k)
    near = nearer(straight, mirrored, ratios=pixel_ratios(straight, mirrored))
    held_out = _held_out(setting, searched, k=k)
    to_test = SearchedImages(reference=test, device=setting.device).nearest(generated=setting.images, k=1)
    share = share_of(straight, to_test, train_count=len(train), test_count=len(test), seed=setting.seed)
    copies = exact_copies(generated=setting.images, reference=train)
    chance = _chance(held_out, count=len(setting.images))
    return Part(
        readings=_readings(setting, copies=copies, near=near, straight=straight, share=share, held_out=held_out),
        flags=(
            *_copy_flags(setting.images, train, copies),
            *(near_flag(near, chance, kind="near-copies", distance="d²") if chance else ()),
            *share_flag(share, kind="nearer-to-train"),
        ),
        pictures=_pictures(setting, near, share),
        protocol=_protocol(setting, held_out),
    )


def _readings(
    setting: Setting,
    *,
    copies: Int64,
    near: Neighbours,
    straight: tuple[Int64, Int64],
    share: Nearer,
    held_out: _HeldOut,
) -> dict[str, Reading]:
    images = setting.images
    chance = _chance(held_out, count=len(images))
    values: dict[str, int | float] = {
        "exact_copies": int((copies >= 0).sum()),
        "mirrored_copies": len(_mirrored(images, setting.real.train, copies)),
        "duplicates": duplicates(images),
        "nearest_to_train_share": share.share.value,
        "nearest_to_train_expected": share.share.expected,
        "nearest_to_train_se": share.share.standard_error,
        "median_nearest_distance": float(np.median(np.sqrt(straight[0][:, 0]))),
        "held_out_twins": int((~held_out.clean).sum()),
    }
    if chance:
        values |= {
            "near_copies": int((near.nearness < chance.threshold).sum()),
            "near_copies_expected": chance.expected,
            "near_copies_high": chance.high,
            "median_nearest_distance_expected": float(np.median(held_out.distance[held_out.clean])),
        }
    known = {name: unit for name, unit in UNITS.items() if name in values}
    why = "every test image has a twin among the training images: nothing says what chance gives"
    absent = {name: Reading.missing(unit=unit, why=why) for name, unit in UNITS.items() if name not in values}
    return {**readings_of(values, known), **absent}


def _chance(held_out: _HeldOut, *, count: int) -> Chance | None:
    clean = held_out.nearness[held_out.clean]
    return chance_of_near_copies(clean, count=count) if len(clean) else None


def _held_out(setting: Setting, searched: SearchedImages, *, k: int) -> _HeldOut:
    """The same for the test images, which nobody copied; made once for all submissions."""
    test = setting.real.test

    def make() -> Mapping[str, npt.NDArray[Any]]:
        straight, mirrored = (searched.nearest(generated=images, k=k) for images in (test, flipped(test)))
        near = nearer(straight, mirrored, ratios=pixel_ratios(straight, mirrored))
        return {"nearness": near.nearness, "distance": np.sqrt(straight[0][:, 0])}

    key = key_over("nearness and distance", searched.reference, test, k)
    found = setting.kept.get("held-out-nearness", key=key, make=make)
    clean = clean_of(found["nearness"], official=not setting.real.lookalike)
    return _HeldOut(nearness=found["nearness"], distance=found["distance"], clean=clean)


def _protocol(setting: Setting, held_out: _HeldOut) -> str:
    real = setting.real
    kind = "look-alike " if real.lookalike else ""
    left_out = twins_in_words(held_out.clean, official=not real.lookalike)
    return (
        f"distances between uint8 pixels, exact, to {len(real.train):,} {kind}CIFAR-100 train and {len(real.test):,} "
        "test images; near copies (exact ones among them) are nearer, in proportion to their neighbours and also "
        f"mirrored, than 99.9 % of test images, {left_out}; the share nearest to train is of the whole pool, twins "
        "included, as a random split has them"
    )


def _pictures(setting: Setting, near: Neighbours, share: Nearer) -> tuple[Any, ...]:
    pairs = pictures.draw_pairs(setting.images, train=setting.real.train, neighbours=near, into=setting.folder)
    drawn = pictures.draw_share(share, into=setting.folder, space="pixels")
    caption = "Samples (above) nearest to a training image (below), in proportion to their neighbours; d² is exact"
    return (
        setting.picture(pairs, name="neighbours", caption=caption),
        setting.picture(drawn, name="nearest-share", caption=f"In pixels, {share.words}"),
    )


def _mirrored(images: Images, train: Images, copies: Int64) -> list[int]:
    """The samples that are copies only when mirrored."""
    return [int(n) for n in np.flatnonzero(copies >= 0) if not np.array_equal(images[n], train[copies[n]])]


def _copy_flags(images: Images, train: Images, copies: Int64) -> tuple[Flag, ...]:
    """Which samples are copies of which images, so that anybody can look."""
    found = np.flatnonzero(copies >= 0)
    if not len(found):
        return ()
    pairs = ", ".join(f"sample {number} = train {copies[number]}" for number in found[:8])
    more = f" and {len(found) - 8:,} more" if len(found) > 8 else ""
    detail = f"{pairs}{more}; {len(_mirrored(images, train, copies)):,} of them mirrored left to right"
    return (Flag(kind="exact-copies", detail=detail),)
