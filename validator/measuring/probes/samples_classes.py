"""Which classes the samples show: a linear probe on training features counts them, test images set what to expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Reading
from validator.measuring.datasets import cifar100
from validator.measuring.metrics import MetricError
from validator.measuring.metrics.histogram import (
    Band,
    band_of,
    effective_number,
    effective_number_error,
    expected_effective_number,
)
from validator.measuring.metrics.probe import Probe, fit_probe
from validator.measuring.probes.samples_diversity_pictures import draw_classes
from validator.measuring.probes.samples_kept import key_over
from validator.measuring.probes.samples_setting import Part, Setting, data_of, missing, readings_of

RARE_UNITS = {"classes_rare": "classes", "classes_rare_expected": "classes", "classes_rare_high": "classes"}
EFFECTIVE_UNITS = {
    "classes_effective": "classes",
    "classes_effective_expected": "classes",
    "classes_effective_se": "classes",
}
UNITS = {"class_probe_accuracy": "share", **RARE_UNITS, **EFFECTIVE_UNITS}
SPREADS = 3
NAMED = 20

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """The probe, how often it is right on the test images, and how many of them it puts into each class."""

    probe: Probe
    accuracy: float
    counts: Int64


def measure(setting: Setting) -> Part:
    """Rare classes and the effective number of classes of the samples, by the probe's word."""
    features = setting.sample_features
    kept = _probe(setting)
    counts = np.bincount(kept.probe.classes(features), minlength=cifar100.CLASSES)
    band = band_of(kept.counts, count=len(features), seed=setting.seed)
    rare = _rare(counts, band)
    accuracy = Reading(value=kept.accuracy, unit="share", source="observed")
    path = draw_classes(counts, band=band, held_out=kept.counts, into=setting.folder)
    caption = (
        "How many samples look like each class, most frequent first, and the 1 to 99 % band of as many test images; "
        f"by a probe that is right on {kept.accuracy:.0%} of the test images"
    )
    return Part(
        readings={"class_probe_accuracy": accuracy, **rare, **_effective(setting, counts, kept.counts)},
        flags=_rare_flags(setting, counts, band),
        pictures=(setting.picture(path, name="classes", caption=caption),),
        protocol="classes by a ridge probe on the Inception features of the training images",
    )


def _probe(setting: Setting) -> _Kept:
    def make() -> Mapping[str, npt.NDArray[Any]]:
        labels = setting.real.train_classes
        fitted = fit_probe(setting.train_features, labels, classes=cifar100.CLASSES, seed=setting.seed)
        predicted = fitted.classes(setting.test_features)
        return {
            "weights": fitted.weights,
            "bias": fitted.bias,
            "accuracy": np.array((predicted == setting.real.test_classes).mean()),
            "counts": np.bincount(predicted, minlength=cifar100.CLASSES),
        }

    real = setting.real
    images = real.train, real.train_classes, real.test, real.test_classes
    found = setting.kept.get(
        "class-probe", key=key_over("probe", setting.weights.sha256, *images, setting.seed), make=make
    )
    kept = _Kept(
        probe=Probe(weights=found["weights"], bias=found["bias"]),
        accuracy=float(found["accuracy"]),
        counts=found["counts"].astype(np.int64),
    )
    _check(kept, real.test_classes)
    return kept


def _check(kept: _Kept, classes: Int64) -> None:
    """A probe that is no better than always naming the most frequent class counts nothing."""
    guess = float(np.bincount(classes).max()) / len(classes)
    if kept.accuracy <= guess + SPREADS * (guess * (1 - guess) / len(classes)) ** 0.5:
        raise MetricError(
            f"classes cannot be told apart by these features: a probe is right on {kept.accuracy:.1%} of the test "
            f"images, always the same answer on {guess:.1%}"
        )


def _rare(counts: Int64, band: Band) -> dict[str, Reading]:
    if not band.low.any():
        why = f"with {int(counts.sum()):,} samples every class may be absent by chance"
        return missing(RARE_UNITS, why)
    values = {
        "classes_rare": int((counts < band.low).sum()),
        "classes_rare_expected": band.expected_rare,
        "classes_rare_high": band.most_rare,
    }
    return readings_of(values, RARE_UNITS)


def _effective(setting: Setting, counts: Int64, held_out: Int64) -> dict[str, Reading]:
    total = int(counts.sum())
    found = Reading(value=effective_number(counts), unit="classes", source="observed")
    if total > int(held_out.sum()):
        why = f"{total:,} samples, only {int(held_out.sum()):,} test images to draw as many from"
        rest = {name: unit for name, unit in EFFECTIVE_UNITS.items() if name != "classes_effective"}
        return {"classes_effective": found, **missing(rest, why)}
    error = effective_number_error(counts) ** 2 + effective_number_error(held_out) ** 2
    values = {
        "classes_effective": effective_number(counts),
        "classes_effective_expected": expected_effective_number(held_out, count=total, seed=setting.seed),
        "classes_effective_se": float(error**0.5),
    }
    return readings_of(values, EFFECTIVE_UNITS)


def _rare_flags(setting: Setting, counts: Int64, band: Band) -> tuple[Flag, ...]:
    """Which classes are rarer than chance makes any, once there are more of them than chance gives."""
    rare = np.flatnonzero(counts < band.low)
    if len(rare) <= band.most_rare:
        return ()
    known = cifar100.class_names(data_of(setting.task))
    words = ", ".join(
        f"{known[number] if known else number} ({counts[number]} samples, {band.low[number]} at least)"
        for number in rare[:NAMED]
    )
    more = f" and {len(rare) - NAMED} more" if len(rare) > NAMED else ""
    return (Flag(kind="rare-classes", detail=f"classes {words}{more}"),)
