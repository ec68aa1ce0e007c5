"""The samples that a run handed out, measured outside the student's process: one part a question, each by itself.

What cannot be measured is missing with its reason, and takes nothing else along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from validator.evidence import Flag, Metrics, Picture, Reading
from validator.measuring.datasets import DataError
from validator.measuring.metrics import MetricError
from validator.measuring.probes import (
    samples_again,
    samples_bins,
    samples_classes,
    samples_copies,
    samples_coverage,
    samples_diversity,
    samples_feature_copies,
    samples_fid,
    samples_interpolation,
    samples_kid,
    samples_pictures,
    samples_range,
    samples_sharpness,
)
from validator.measuring.probes.handed import printable
from validator.measuring.probes.samples_handed import Handed, handed_samples
from validator.measuring.probes.samples_setting import Part, Setting, missing, setting_of
from validator.measuring.probes.task import Task


@dataclass(frozen=True, kw_only=True)
class _Measure:
    """One part: what it measures, and the names and units of its readings."""

    measure: Callable[[Setting], Part]
    units: Mapping[str, str]


MEASURES = (
    _Measure(measure=samples_fid.measure, units=samples_fid.UNITS),
    _Measure(measure=samples_kid.measure, units=samples_kid.UNITS),
    _Measure(measure=samples_copies.measure, units=samples_copies.UNITS),
    _Measure(measure=samples_feature_copies.measure, units=samples_feature_copies.UNITS),
    _Measure(measure=samples_diversity.measure, units=samples_diversity.UNITS),
    _Measure(measure=samples_coverage.measure, units=samples_coverage.UNITS),
    _Measure(measure=samples_classes.measure, units=samples_classes.UNITS),
    _Measure(measure=samples_bins.measure, units=samples_bins.UNITS),
    _Measure(measure=samples_sharpness.measure, units=samples_sharpness.UNITS),
    _Measure(measure=samples_interpolation.measure, units=samples_interpolation.UNITS),
    _Measure(measure=samples_range.measure, units=samples_range.UNITS),
    _Measure(measure=samples_again.measure, units=samples_again.UNITS),
)
"""In the order of the report."""
OUT_OF_HAND = (np.linalg.LinAlgError, MemoryError, RuntimeError)
"""A decomposition without convergence, or too little memory: torch says both, and all that a GPU does, by RuntimeError.
Such a thing says nothing of the samples, and need not take the other parts along. A full disk stops the stage."""


def score(task: Task) -> Metrics:
    """Measure the samples of the generator's run; what cannot be measured is missing with its reason."""
    try:
        handed = handed_samples(task)
    except DataError as error:
        return _metrics(task, parts=(_without(str(error), count=Reading.missing(unit="images", why=str(error))),))
    shown = Part(
        readings={"count": Reading(value=len(handed.images), unit="images", source="observed")},
        pictures=_grid(task, handed),
    )
    try:
        setting = setting_of(task, handed.images)
    except DataError as error:
        return _metrics(task, handed=handed, parts=(shown, _without(str(error))))
    return _metrics(
        task,
        handed=handed,
        parts=(shown, *(_measured(each, setting) for each in MEASURES)),
        lookalike=setting.real.lookalike,
    )


def _measured(each: _Measure, setting: Setting) -> Part:
    try:
        return each.measure(setting)
    except (DataError, MetricError) as error:
        return Part(readings=missing(each.units, str(error)))
    except OUT_OF_HAND as error:
        why = f"the measurement broke off: {type(error).__name__} {printable(str(error))}".strip()
        flag = Flag(kind="measurement-broke-off", detail=f"{', '.join(each.units)}: {why}; measure again")
        return Part(readings=missing(each.units, why), flags=(flag,))


def _without(why: str, *, count: Reading | None = None) -> Part:
    absent = {name: reading for each in MEASURES for name, reading in missing(each.units, why).items()}
    return Part(readings={**({"count": count} if count else {}), **absent})


def _metrics(task: Task, *, parts: tuple[Part, ...], handed: Handed | None = None, lookalike: bool = False) -> Metrics:
    flags: tuple[Flag, ...] = tuple(flag for part in parts for flag in part.flags)
    return Metrics(
        about=task.plan.generator_role,
        readings={f"samples.{name}": reading for part in parts for name, reading in part.readings.items()},
        protocol="; ".join(part.protocol for part in parts if part.protocol),
        lookalike=lookalike or any(part.lookalike for part in parts),
        source=handed.source if handed else "",
        pictures=tuple(picture for part in parts for picture in part.pictures),
        flags=(*(handed.flags if handed else ()), *flags),
    )


def _grid(task: Task, handed: Handed) -> tuple[Picture, ...]:
    folder = task.run_folder(task.plan.generator_role)
    path = samples_pictures.draw_grid(handed.images, into=folder)
    shown = min(len(handed.images), samples_pictures.GRID_SIDE**2)
    place = f"{folder.name}/{path.name}"
    return (Picture(name="samples", path=place, caption=f"The first {shown} samples, not chosen"),)
