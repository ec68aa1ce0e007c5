"""Whether the samples fill the cells of the image space as the training images do (NDB/K); the test set as control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Reading
from validator.measuring.metrics.bins import bin_counts, cells, differences, differing_of_draws, share_differing
from validator.measuring.probes.samples_diversity_pictures import draw_bins
from validator.measuring.probes.samples_kept import key_over
from validator.measuring.probes.samples_setting import Part, Setting, missing, readings_of

BINS = 100
IN_EACH = 10
"""Images that a bin needs on average, of each kind: below, shares of bins are not normal and differ by chance."""
EXPECTED_UNITS = {"bins_differing_expected": "share", "bins_differing_se": "share"}
UNITS = {"bins": "bins", "bins_differing": "share", **EXPECTED_UNITS}


def measure(setting: Setting) -> Part:
    """The share of bins that hold another share of the samples than of the training images, at 5 %."""
    count, train, test = len(setting.images), len(setting.real.train), len(setting.real.test)
    bins = min(BINS, min(count, train, test) // IN_EACH)
    if bins < 2:
        why = f"{count:,} samples, {train:,} training and {test:,} test images do not fill two bins of {IN_EACH} each"
        return Part(readings=missing(UNITS, why))
    kept = _kept(setting, bins)
    z = differences(bin_counts(setting.images, kept["centres"]), kept["train"])
    path = draw_bins(z, control=differences(kept["test"], kept["train"]), into=setting.folder)
    caption = (
        f"How much the share of the samples differs from that of the training images in each of {bins} bins (z); "
        "the test images in grey"
    )
    values = {"bins": bins, "bins_differing": share_differing(z)}
    return Part(
        readings={**readings_of(values, {name: UNITS[name] for name in values}), **_expected(setting, kept)},
        pictures=(setting.picture(path, name="bins", caption=caption),),
        protocol=f"NDB with {bins} k-means cells of the training images' 8 x 8 thumbnails, two-sided at 5 %",
    )


def _kept(setting: Setting, bins: int) -> Mapping[str, npt.NDArray[Any]]:
    def make() -> Mapping[str, npt.NDArray[Any]]:
        centres = cells(setting.real.train, count=bins, seed=setting.seed)
        return {
            "centres": centres,
            "train": bin_counts(setting.real.train, centres),
            "test": bin_counts(setting.real.test, centres),
        }

    key = key_over("bins", setting.real.train, setting.real.test, bins, setting.seed)
    return setting.kept.get("bins", key=key, make=make)


def _expected(setting: Setting, kept: Mapping[str, npt.NDArray[Any]]) -> dict[str, Reading]:
    """What as many test images give: the cells fit the training images a little better than any others."""
    count, test = len(setting.images), int(kept["test"].sum())
    if count > test:
        return missing(EXPECTED_UNITS, f"{count:,} samples, only {test:,} test images to draw as many from")
    held_out, train = (kept[name].astype(np.int64) for name in ("test", "train"))
    share, error = differing_of_draws(held_out, train, count=count, seed=setting.seed)
    return readings_of({"bins_differing_expected": share, "bins_differing_se": error}, EXPECTED_UNITS)
