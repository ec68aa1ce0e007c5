"""KID of the samples, a second opinion that needs no large count, between real images and a trivial model.

Of whatever number of samples there is: the estimate is unbiased, and its standard error says what a small number costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Reading
from validator.measuring.metrics.kernel import FEWEST_ROWS, kernel_distance, kernel_within
from validator.measuring.probes.samples_fid_protocol import PYTORCH_FID, drawn_key, gaussian_features, train_draws
from validator.measuring.probes.samples_kept import key_over
from validator.measuring.probes.samples_setting import Part, Setting, missing

UNIT = "KID"
UNITS = {"kid": UNIT, "kid_se": UNIT, "kid_floor": UNIT, "kid_trivial": UNIT}


def measure(setting: Setting) -> Part:
    """The readings of `UNITS`, on the features of protocol pytorch-fid."""
    if min(len(setting.images), len(setting.real.test), setting.wanted) < FEWEST_ROWS:
        why = f"{len(setting.images):,} samples, {len(setting.real.test):,} test images: {FEWEST_ROWS} are the fewest"
        return Part(readings=missing(UNITS, why))
    within = _within(setting)
    found = kernel_distance(generated=setting.sample_features, reference=setting.test_features, within_reference=within)
    scale = _scale(setting, within)
    readings = {
        "kid": Reading(value=found.value, unit=UNIT, source="observed"),
        "kid_se": Reading(value=found.standard_error, unit=UNIT, source="observed"),
        "kid_floor": _floor(setting, scale["floor"]),
        "kid_trivial": Reading(value=float(scale["gaussian"]), unit=UNIT, source="observed"),
    }
    return Part(readings=readings, protocol=f"KID of {len(setting.images):,} samples, all pairs, unbiased")


def _within(setting: Setting) -> float:
    def make() -> Mapping[str, npt.NDArray[Any]]:
        return {"within": np.array(kernel_within(setting.test_features))}

    key = key_over("kid", PYTORCH_FID.version, setting.weights.sha256, setting.real.test)
    return float(setting.kept.get("kid-reference", key=key, make=make)["within"])


def _scale(setting: Setting, within: float) -> Mapping[str, npt.NDArray[Any]]:
    """The same of draws of training images, and of a Gaussian in pixel space."""

    def value(features: npt.NDArray[np.float32]) -> float:
        reference = setting.test_features
        return kernel_distance(generated=features, reference=reference, within_reference=within).value

    def make() -> Mapping[str, npt.NDArray[Any]]:
        return {
            "floor": np.array([value(setting.train_features[chosen]) for chosen in train_draws(setting)]),
            "gaussian": np.array(value(gaussian_features(PYTORCH_FID, setting))),
        }

    return setting.kept.get("kid-scale", key=drawn_key(PYTORCH_FID, setting), make=make)


def _floor(setting: Setting, floors: npt.NDArray[Any]) -> Reading:
    if not len(floors):
        why = f"only {len(setting.real.train):,} training images, of which {setting.wanted:,} make a draw"
        return Reading.missing(unit=UNIT, why=why)
    return Reading(value=float(floors.mean()), unit=UNIT, source="observed")
