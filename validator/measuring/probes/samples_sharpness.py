"""Whether the samples are blurrier or noisier than test images: fine detail, by two measures of it. No features."""

from __future__ import annotations

import math

from validator.evidence import Picture, Reading
from validator.measuring.metrics import MetricError
from validator.measuring.metrics.sharpness import (
    Auc,
    Float64,
    laplacian_variance,
    probability_smaller,
    top_octave_share,
    upper_tail,
)
from validator.measuring.probes.samples_diversity_pictures import draw_sharpness
from validator.measuring.probes.samples_setting import Part, Setting, missing, readings_of

BLUR_UNITS = {
    "blur_auc": "probability",
    "blur_auc_se": "probability",
    "blur_auc_octave": "probability",
    "blur_auc_octave_se": "probability",
}
NOISE_UNITS = {"noise_share": "share", "noise_share_expected": "share", "noise_share_se": "share"}
UNITS = {**BLUR_UNITS, **NOISE_UNITS}
DRAWN = 50
"""Values that a distribution needs to be worth drawing."""

_Pair = tuple[Float64, Float64]


def measure(setting: Setting) -> Part:
    """The chance that a sample has less detail than a test image (0.5: the same), and the share with too much of it."""
    if len(setting.images) < 2:
        return Part(readings=missing(UNITS, "one sample has no distribution"))
    laplacian = laplacian_variance(setting.images), laplacian_variance(setting.real.test)
    octave = top_octave_share(setting.images), top_octave_share(setting.real.test)
    first, second = probability_smaller(*laplacian), probability_smaller(*octave)
    values = {
        "blur_auc": first.value,
        "blur_auc_se": first.standard_error,
        "blur_auc_octave": second.value,
        "blur_auc_octave_se": second.standard_error,
    }
    return Part(
        readings={**readings_of(values, BLUR_UNITS), **_noise(*octave)},
        pictures=_pictures(setting, laplacian, octave, first=first, second=second),
        protocol="blur: probability that a sample has less detail than a test image, in grey",
    )


def _pictures(setting: Setting, laplacian: _Pair, octave: _Pair, *, first: Auc, second: Auc) -> tuple[Picture, ...]:
    if min(len(values) for values in laplacian) < DRAWN:
        return ()
    path = draw_sharpness(laplacian=laplacian, octave=octave, into=setting.folder)
    caption = (
        f"Detail of the samples and of the test images: a sample is blurrier than a test image with probability "
        f"{first.value:.2f} (variance of the Laplacian) and {second.value:.2f} (share of the top octave); 0.5 is alike"
    )
    return (setting.picture(path, name="sharpness", caption=caption),)


def _noise(samples: Float64, held_out: Float64) -> dict[str, Reading]:
    try:
        tail = upper_tail(held_out)
    except MetricError as error:
        return missing(NOISE_UNITS, str(error))
    chance = tail.expected
    values = {
        "noise_share": float((samples > tail.threshold).mean()),
        "noise_share_expected": chance,
        # Of the difference, for samples that are as real: both sides are finite.
        "noise_share_se": math.sqrt(chance * (1 - chance) * (1 / len(samples) + 1 / len(held_out))),
    }
    return readings_of(values, NOISE_UNITS)
