"""How near the samples are to the training images in Inception features, where small shifts and blur change little."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Picture, Reading
from validator.measuring.metrics.copies import Chance, chance_of_near_copies, flipped, ratio_to_neighbours
from validator.measuring.metrics.feature_neighbours import nearest_features
from validator.measuring.probes import samples_copies_pictures as pictures
from validator.measuring.probes.samples_kept import key_over
from validator.measuring.probes.samples_neighbours import (
    Float64,
    Int64,
    Nearer,
    Neighbours,
    clean_of,
    near_flag,
    nearer,
    share_flag,
    share_of,
    twins_in_words,
)
from validator.measuring.probes.samples_setting import (
    NO_FEATURES,
    Features,
    Images,
    Part,
    Setting,
    missing,
    readings_of,
)

UNITS = {
    "feature_near_copies": "images",
    "feature_near_copies_expected": "images",
    "feature_near_copies_high": "images",
    "feature_nearest_to_train_share": "share",
    "feature_nearest_to_train_expected": "share",
    "feature_nearest_to_train_se": "share",
}
SUSPECTS = 256 / 10_000
"""Share of images whose mirrored copy goes through the network too: those nearest to a training image as they are. A
mirrored copy is among them, since Inception was trained on mirrored images and its features change little."""
FEWEST_SUSPECTS = 16
SAME = 1e-5
"""Features of equal images in different batches differ by rounding, and their directions by less than this."""


def measure(setting: Setting) -> Part:
    """How near the samples are to the training images, in features; missing without the FID weights."""
    try:
        samples, train, test = setting.sample_features, setting.train_features, setting.test_features
    except NO_FEATURES as error:
        return Part(readings=missing(UNITS, str(error)))
    k = min(max(2, setting.task.plan.neighbours), len(train))
    straight = nearest_features(generated=samples, reference=train, k=k, device=setting.device)
    near = _either_way(setting, setting.images, straight, k=k)
    held_out = _held_out_nearness(setting, k=k)
    clean = clean_of(held_out, official=_official(setting))
    to_test = nearest_features(generated=samples, reference=test, k=1, device=setting.device)
    share = share_of(straight, to_test, train_count=len(train), test_count=len(test), seed=setting.seed, tolerance=SAME)
    chance = chance_of_near_copies(held_out[clean], count=len(samples)) if clean.any() else None
    return Part(
        readings=_readings(near, chance=chance, share=share),
        flags=(
            *(near_flag(near, chance, kind="feature-near-copies", distance="d") if chance else ()),
            *share_flag(share, kind="nearer-to-train-in-features"),
        ),
        pictures=_pictures(setting, near, share),
        protocol=_protocol(setting, clean),
        lookalike=not setting.weights.official,
    )


def _readings(near: Neighbours, *, chance: Chance | None, share: Nearer) -> dict[str, Reading]:
    values: dict[str, int | float] = {
        "feature_nearest_to_train_share": share.share.value,
        "feature_nearest_to_train_expected": share.share.expected,
        "feature_nearest_to_train_se": share.share.standard_error,
    }
    if chance:
        values |= {
            "feature_near_copies": int((near.nearness < chance.threshold).sum()),
            "feature_near_copies_expected": chance.expected,
            "feature_near_copies_high": chance.high,
        }
    absent = {name: unit for name, unit in UNITS.items() if name not in values}
    why = "every test image has a twin among the training images: nothing says what chance gives"
    return {**readings_of(values, {name: UNITS[name] for name in values}), **missing(absent, why)}


def _either_way(setting: Setting, images: Images, straight: tuple[Float64, Int64], *, k: int) -> Neighbours:
    """The nearest as it is or, for the most suspicious, mirrored."""
    ratios = ratio_to_neighbours(straight[0])
    count = min(len(images), max(FEWEST_SUSPECTS, math.ceil(SUSPECTS * len(images))))
    suspects = np.argsort(ratios, kind="stable")[:count]
    features: Features = setting.features(flipped(images[suspects]))
    found = nearest_features(generated=features, reference=setting.train_features, k=k, device=setting.device)
    distances, index = straight[0].copy(), straight[1].copy()
    distances[suspects], index[suspects] = found
    return nearer(straight, (distances, index), ratios=(ratios, ratio_to_neighbours(distances)))


def _held_out_nearness(setting: Setting, *, k: int) -> Float64:
    """The same ratio for the test images; made once for all submissions."""
    test, train = setting.test_features, setting.train_features

    def make() -> Mapping[str, npt.NDArray[Any]]:
        straight = nearest_features(generated=test, reference=train, k=k, device=setting.device)
        return {"nearness": _either_way(setting, setting.real.test, straight, k=k).nearness}

    key = key_over("directions", setting.weights.sha256, setting.real.train, setting.real.test, k)
    return setting.kept.get("held-out-feature-nearness", key=key, make=make)["nearness"]


def _official(setting: Setting) -> bool:
    return not setting.real.lookalike


def _protocol(setting: Setting, clean: npt.NDArray[np.bool_]) -> str:
    kind = "" if setting.weights.official else "look-alike "
    return (
        f"in features, distances between directions of {kind}pool3 features; near copies are nearer, in proportion to "
        f"their neighbours, than 99.9 % of test images, {twins_in_words(clean, official=_official(setting))}; "
        f"the {SUSPECTS:.1%} nearest are also compared mirrored"
    )


def _pictures(setting: Setting, near: Neighbours, share: Nearer) -> tuple[Picture, ...]:
    name = "feature-neighbours"
    pairs = pictures.draw_pairs(
        setting.images, train=setting.real.train, neighbours=near, into=setting.folder, name=name
    )
    drawn = pictures.draw_share(share, into=setting.folder, space="features", name="feature-nearest-share")
    caption = "The same in Inception features: samples (above) nearest to a training image (below)"
    return (
        setting.picture(pairs, name=name, caption=caption),
        setting.picture(drawn, name="feature-nearest-share", caption=f"In Inception features, {share.words}"),
    )
