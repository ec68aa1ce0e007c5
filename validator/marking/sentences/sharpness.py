"""Whether samples are blurrier, or noisier, than test images.

The AUC is the probability that a random sample is blurrier than a random test image: 0.5 for images as sharp as real
ones. It knows nothing of shapes: noise is sharp, and smooth real scenes exist.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import percent, points
from validator.marking.chance import is_open, is_real, standard_errors
from validator.marking.told import Told

TITLE = "sharpness and noise of the samples"
READINGS = (
    "samples.blur_auc",
    "samples.blur_auc_se",
    "samples.blur_auc_octave",
    "samples.blur_auc_octave_se",
    "samples.noise_share",
    "samples.noise_share_expected",
    "samples.noise_share_se",
)
EVEN = 0.5
SLIGHT = 0.02
"""A real difference as small as this is called slight: among 10,000 samples it is seen and no eye sees it."""


def say(told: Told) -> Iterator[str]:
    """How often a sample is blurrier than a test image, by two measures, and how many samples are noisy."""
    value, octave = told.value("samples.blur_auc"), told.value("samples.blur_auc_octave")
    if value is not None:
        far = _spread(told, "samples.blur_auc_se")
        yield (
            f"A random sample is blurrier than a random test image {percent(value)} of the time{far}; 50 % means as "
            f"sharp as real images: {_meaning(value, told.value('samples.blur_auc_se'))}."
        )
    if octave is not None:
        far = _spread(told, "samples.blur_auc_octave_se")
        yield f"By the energy of the finest details alone that is {percent(octave)} of the time{far}."
    noisy, expected = told.value("samples.noise_share"), told.value("samples.noise_share_expected")
    if noisy is not None:
        beside = _noise(told, noisy, expected)
        yield f"{percent(noisy)} of the samples have more fine detail than nearly any test image{beside}."


def _spread(told: Told, name: str) -> str:
    error = told.value(name)
    return f" (standard error {points(error)})" if error is not None else ""


def _meaning(value: float, error: float | None) -> str:
    far = standard_errors(value - EVEN, error)
    if value == EVEN or (far is not None and not is_real(far) and not is_open(far)):
        return "no difference that chance would not give"
    if is_open(far):
        return "a difference that chance gives now and then"
    slightly = "slightly " if abs(value - EVEN) <= SLIGHT else ""
    if value > EVEN:
        return f"the samples are {slightly}blurrier"
    return f"the samples have {slightly}more fine detail, which noise also gives"


def _noise(told: Told, noisy: float, expected: float | None) -> str:
    """Beside what test images have."""
    if expected is None:
        return ", as noise has"
    far = standard_errors(noisy - expected, told.value("samples.noise_share_se"))
    more = ": more than chance gives, as noise would" if far is not None and far > 0 and is_real(far) else ""
    return f"; of the test images {percent(expected)} do{_spread(told, 'samples.noise_share_se')}{more}"
