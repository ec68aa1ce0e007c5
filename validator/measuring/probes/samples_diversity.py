"""How varied the batch of the first 64 samples is: near duplicates among its pairs, and its Vendi score.

Both beside random batches of as many test images. Near duplicates need no features, the Vendi score does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Reading
from validator.measuring.metrics import MetricError
from validator.measuring.metrics.pairs import pair_distances, pair_null
from validator.measuring.metrics.vendi import percentile_in, vendi_null, vendi_score
from validator.measuring.probes.samples_kept import key_over
from validator.measuring.probes.samples_setting import NO_FEATURES, Part, Setting, missing, readings_of

BATCH = 64
POOL = 4
"""Test images that random batches are drawn from, in batches: fewer would be the same images again and again."""
PAIR_BATCHES, VENDI_BATCHES = 2_000, 10_000
"""Random batches of test images: for a quantile of 5 %, and for percentiles."""
NAMED_PAIRS = 8

PAIR_UNITS = {"batch_images": "images", "batch_near_duplicates": "pairs", "batch_near_duplicates_expected": "pairs"}
VENDI_UNITS = {
    "batch_vendi": "images",
    "batch_vendi_expected": "images",
    "batch_vendi_low": "images",
    "batch_vendi_high": "images",
    "batch_vendi_percentile": "percentile",
}
UNITS = {**PAIR_UNITS, **VENDI_UNITS}

Made = Mapping[str, npt.NDArray[Any]]


def measure(setting: Setting) -> Part:
    """Near duplicates and Vendi score of the batch, each beside what batches of test images give."""
    count = len(setting.images[:BATCH])
    if count < 2:
        return Part(readings=missing(UNITS, "one sample has nothing to differ from"))
    if len(setting.real.test) < POOL * count:
        why = (
            f"random batches of {count} real images need {POOL * count:,} test images or more to be drawn from, "
            f"there are {len(setting.real.test):,}"
        )
        return Part(readings=missing(UNITS, why))
    pairs = _near_duplicates(setting, count)
    try:
        vendi = _vendi(setting, count)
    except NO_FEATURES as error:
        vendi = missing(VENDI_UNITS, str(error))
    return Part(readings={**pairs.readings, **vendi}, flags=pairs.flags, protocol=_protocol(count))


def _protocol(count: int) -> str:
    return (
        f"the batch is the first {count} samples; a near duplicate is a pair, mirrored or not, as alike as the most "
        f"alike pair of one in 20 random batches of {count} test images (8 x 8 thumbnails, whatever the contrast); "
        "Vendi score by the cosine of Inception features, against 10,000 such batches"
    )


def _near_duplicates(setting: Setting, count: int) -> Part:
    def make() -> Made:
        null = pair_null(setting.real.test, batch=count, seed=setting.seed, batches=PAIR_BATCHES)
        return {"threshold": np.array(null.threshold), "expected": np.array(null.expected)}

    key = key_over("pairs", setting.real.test, count, setting.seed, PAIR_BATCHES)
    kept = setting.kept.get("batch-pairs", key=key, make=make)
    distances = pair_distances(setting.images[:count])
    found = distances < float(kept["threshold"])
    values = {
        "batch_images": count,
        "batch_near_duplicates": int(found.sum()),
        "batch_near_duplicates_expected": float(kept["expected"]),
    }
    flags = (_named(count, found, distances),) if found.any() else ()
    return Part(readings=readings_of(values, PAIR_UNITS), flags=flags)


def _named(count: int, found: npt.NDArray[np.bool_], distances: npt.NDArray[np.float32]) -> Flag:
    """Which pairs, the most alike first, so that anybody can look."""
    first, second = np.triu_indices(count, k=1)
    order = np.argsort(distances, kind="stable")[: int(found.sum())]
    words = ", ".join(f"{first[pair]} and {second[pair]}" for pair in order[:NAMED_PAIRS])
    more = f" and {len(order) - NAMED_PAIRS:,} more" if len(order) > NAMED_PAIRS else ""
    return Flag(kind="near-duplicates-in-batch", detail=f"pairs of {len(found):,}: samples {words}{more}")


def _vendi(setting: Setting, count: int) -> dict[str, Reading]:
    batch = setting.sample_features[:count]

    def make() -> Made:
        return {"scores": vendi_null(setting.test_features, batch=count, seed=setting.seed, batches=VENDI_BATCHES)}

    key = key_over("vendi", setting.weights.sha256, setting.real.test, count, setting.seed, VENDI_BATCHES)
    null = setting.kept.get("batch-vendi", key=key, make=make)["scores"]
    if not np.isfinite(null).all():
        raise MetricError("the features of the test images are not finite")
    score = vendi_score(batch)
    low, high = np.quantile(null, [0.025, 0.975])
    values = {
        "batch_vendi": score,
        "batch_vendi_expected": float(np.median(null)),
        "batch_vendi_low": float(low),
        "batch_vendi_high": float(high),
        "batch_vendi_percentile": percentile_in(null, score),
    }
    return readings_of(values, VENDI_UNITS)
