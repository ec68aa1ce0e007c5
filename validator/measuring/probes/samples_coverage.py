"""How much of the test set the samples reach: coverage, beside what a draw of training images reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Reading
from validator.measuring.metrics.coverage import coverage, coverage_of_draws, coverage_theory, neighbourhoods
from validator.measuring.probes.samples_kept import key_over
from validator.measuring.probes.samples_setting import Part, Setting, missing, readings_of

NEIGHBOURS = 5
EXPECTED_UNITS = {"coverage_expected": "share", "coverage_expected_sd": "share"}
UNITS = {"coverage": "share", "coverage_se": "share", **EXPECTED_UNITS, "coverage_theory": "share"}

Float32 = npt.NDArray[np.float32]


def measure(setting: Setting) -> Part:
    """Coverage (k = 5) with its standard error, the mean and SD of draws of training images, and the theory."""
    test = len(setting.real.test)
    if test <= NEIGHBOURS:
        return Part(readings=missing(UNITS, f"{test} test images have no {NEIGHBOURS} neighbours each"))
    features = setting.sample_features
    radii = _radii(setting)
    found = coverage(features, reference=setting.test_features, squared_radii=radii, device=setting.device)
    theory = coverage_theory(k=NEIGHBOURS, reference=test, generated=len(features))
    values = {"coverage": found.value, "coverage_se": found.standard_error, "coverage_theory": theory}
    readings = readings_of(values, {name: UNITS[name] for name in values})
    return Part(readings={**readings, **_expected(setting, radii)}, protocol=_protocol())


def _protocol() -> str:
    return (
        f"coverage: share of the test images with a sample nearer than their {NEIGHBOURS}th neighbour in the test set "
        "(strictly), by Inception features"
    )


def _radii(setting: Setting) -> Float32:
    def make() -> Mapping[str, npt.NDArray[Any]]:
        return {"squared": neighbourhoods(setting.test_features, k=NEIGHBOURS, device=setting.device)}

    key = key_over("radii", setting.weights.sha256, setting.real.test, NEIGHBOURS)
    return setting.kept.get("test-neighbourhoods", key=key, make=make)["squared"]


def _expected(setting: Setting, radii: Float32) -> dict[str, Reading]:
    """200 draws of as many training images as there are samples: what a model that is as good as the data covers."""
    count = len(setting.images)
    if count > len(setting.real.train):
        why = f"{count:,} samples, only {len(setting.real.train):,} training images to draw as many from"
        return missing(EXPECTED_UNITS, why)

    def make() -> Mapping[str, npt.NDArray[Any]]:
        drawn = coverage_of_draws(
            setting.train_features,
            count=count,
            reference=setting.test_features,
            squared_radii=radii,
            seed=setting.seed,
            device=setting.device,
        )
        return {"mean": np.array(drawn.value), "sd": np.array(drawn.standard_error)}

    images = setting.real.test, setting.real.train
    key = key_over("coverage", setting.weights.sha256, *images, NEIGHBOURS, count, setting.seed)
    kept = setting.kept.get("coverage-of-train", key=key, make=make)
    values = {"coverage_expected": float(kept["mean"]), "coverage_expected_sd": float(kept["sd"])}
    return readings_of(values, EXPECTED_UNITS)
