"""Whether samples that the harness draws itself, with its own seed, are like those that were handed out.

The distance is that of the kernel of KID, beside what relabelling gives sets drawn alike. It is the test that a model
draws its samples from noise: samples that cannot be drawn anew, or only with the data at hand, may be stored images.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import measured, short
from validator.marking.chance import is_real, standard_errors
from validator.marking.told import Told

TITLE = "samples drawn again by the harness"
READINGS = (
    "samples.resampled_count",
    "samples.resampled_distance",
    "samples.resampled_distance_expected",
    "samples.resampled_distance_se",
    "samples.resampled_from_real_distance",
)
FLAGS = (
    "sampler-repeats",
    "depends-on-data",
    "sampled-without-data",
    "sampling-failed-without-data",
    "resampled-differs",
    "data-dependence-unknown",
    "sampling-cut-short",
)


def say(told: Told) -> Iterator[str]:
    """How many were drawn, how far they are from the handed ones, and what the sampler needs."""
    count = told.whole("samples.resampled_count")
    if count is None:
        return
    if count == 0:
        yield "The harness could not draw samples of its own from the model."
    else:
        yield f"The harness drew {count:,} samples of its own from the model with another seed.{_distance(told)}"
    for words in told.flags(FLAGS):
        yield f"{words.rstrip('.')}."


def _distance(told: Told) -> str:
    value, expected, error, real = (told.value(name) for name in READINGS[1:])
    if value is None:
        return ""
    said = f" Their distance to those handed out is {measured(value, error)}"
    said += f" (squared kernel distance{f', standard error {short(error)}' if error is not None else ''})"
    away = f"; real test images are {measured(real, error)} away" if real is not None else ""
    if expected is None:
        return f"{said}{away}."
    far = standard_errors(value - expected, error)
    beside = f"{said}; sets drawn alike have {measured(expected, error)}{away}"
    if far is None and value > expected:
        return f"{beside}: whether they differ cannot be said."
    alike = "they differ" if far is not None and far > 0 and is_real(far) else "no more than chance gives"
    return f"{beside}: {alike}."
