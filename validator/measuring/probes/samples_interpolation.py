"""Interpolations between pairs of samples: alpha blends of their endpoints, or images of their own on the way?

Says how far the strips are from blends, how sharp they are in the middle, and how near their midpoints come to real
images; each beside what blends of the same endpoints, or the model's own samples, give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.evidence import Reading
from validator.measuring.metrics import MetricError, interpolation
from validator.measuring.metrics.distances import nearest_distances
from validator.measuring.metrics.vendi import percentile_in
from validator.measuring.probes.samples_interpolation_doubts import doubts
from validator.measuring.probes.samples_interpolation_picture import draw_strips
from validator.measuring.probes.samples_setting import NO_FEATURES, Part, Setting, missing, readings_of
from validator.measuring.probes.samples_strips import Strips, strips_of

RESIDUAL_UNITS = {
    "interpolation_residual": "endpoint distances",
    "interpolation_residual_low": "endpoint distances",
    "interpolation_residual_high": "endpoint distances",
}
UNRELATED_UNITS = {"interpolation_residual_unrelated": "endpoint distances"}
SHARPNESS_UNITS = {
    "interpolation_sharpness": "ratio",
    "interpolation_sharpness_low": "ratio",
    "interpolation_sharpness_high": "ratio",
    "interpolation_sharpness_blend": "ratio",
}
REALISM_UNITS = {
    "interpolation_midpoint_percentile": "percentile",
    "interpolation_blend_percentile": "percentile",
    "interpolation_midpoints_nearer": "pairs",
    "interpolation_sign_p": "probability",
}
UNITS = {
    "interpolation_pairs": "pairs",
    "interpolation_steps": "images",
    **RESIDUAL_UNITS,
    **UNRELATED_UNITS,
    **SHARPNESS_UNITS,
    **REALISM_UNITS,
}
RANGE_PAIRS = 6
"""The smallest and the largest of so many hold the median of all with 95 % (1 - 2 / 2^6 = 0.97)."""
SAMPLES = 2_000
TRIPLES = 500
ALIKE = 0.01
"""Relative difference of distances below which a midpoint is as near as the blend."""

Float64 = npt.NDArray[np.float64]
Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Midpoints:
    """By pair, where the midpoint and the blend stand among the samples (percentiles), and which of them is nearer."""

    percentile: Float64
    blend_percentile: Float64
    nearer: int
    farther: int
    endpoint_percentile: Float64
    """Of the different ones among all first and all last images, float64 (at most 2 pairs,)."""


def measure(setting: Setting) -> Part:
    """All readings of the strips of the run; without strips they are missing for that reason."""
    strips = strips_of(setting.task)
    usable = ~(interpolation.constant(strips.images) | interpolation.without_middle(strips.images))
    if not usable.any():
        why = "the endpoints of every strip are one image, or nothing but the endpoints is on the way"
        return Part(readings=missing(UNITS, why), flags=doubts(setting, strips))
    chosen = Strips(images=strips.images[usable], source=strips.source)
    residuals = np.median(interpolation.blend_residuals(chosen.images), axis=1)
    sharpness = interpolation.midpoint_sharpness(chosen.images)
    realism, midpoints = _realism(setting, chosen.images)
    counts = {"interpolation_pairs": len(chosen.images), "interpolation_steps": chosen.images.shape[1]}
    readings = {
        **readings_of(counts, {name: UNITS[name] for name in counts}),
        **_with_range(residuals, RESIDUAL_UNITS),
        **_unrelated(setting),
        **_sharpness(chosen.images, sharpness),
        **realism,
    }
    below = _below(residuals, sharpness, None if midpoints is None else midpoints.percentile)
    path = draw_strips(chosen.images, below=below, into=setting.folder)
    endpoints = None if midpoints is None else midpoints.endpoint_percentile
    return Part(
        readings=readings,
        flags=doubts(setting, strips, endpoint_percentiles=endpoints),
        pictures=(setting.picture(path, name="interpolations", caption=_caption(chosen)),),
        protocol="interpolations: distance from the nearest alpha blend, sharpness and realism of midpoints",
    )


def _caption(strips: Strips) -> str:
    pairs = len(strips.images)
    return (
        f"Interpolations, {strips.source}; residual 0 is a pure alpha blend, which is half as sharp in the middle as "
        f"its endpoints are. With {pairs} pairs no two-sided sign test gives less than "
        f"p = {interpolation.sign_test(pairs, 0):.2g}"
    )


def _below(residuals: Float64, sharpness: Float64, percentiles: Float64 | None) -> list[str]:
    """The numbers of each pair, for under its strip."""
    words = []
    for number, residual in enumerate(residuals):
        sharp = f"{sharpness[number]:.2f}" if np.isfinite(sharpness[number]) else "none"
        rank = "" if percentiles is None else f", midpoint farther from real images than {percentiles[number]:.0f} %"
        words.append(f"residual {residual:.2f}, sharpness {sharp}{f'{rank} of the samples' if rank else ''}")
    return words


def _with_range(values: Float64, units: dict[str, str]) -> dict[str, Reading]:
    """Median, smallest and largest of the pairs: these hold the median of all such pairs with 95 % or more."""
    name, low, high = units
    found = {name: Reading(value=float(np.median(values)), unit=units[name], source="observed")}
    if len(values) < RANGE_PAIRS:
        why = f"{len(values)} pairs have no 95 % interval, {RANGE_PAIRS} have"
        return {**found, **missing({low: units[low], high: units[high]}, why)}
    edges = {low: float(values.min()), high: float(values.max())}
    return {**found, **readings_of(edges, {each: units[each] for each in edges})}


def _unrelated(setting: Setting) -> dict[str, Reading]:
    """The residual of three samples that have nothing to do with each other."""
    if len(setting.images) < 3:
        return missing(UNRELATED_UNITS, f"{len(setting.images)} samples do not make three")
    rng = np.random.default_rng(setting.seed)
    triples = np.array([rng.choice(len(setting.images), 3, replace=False) for _ in range(TRIPLES)])
    strips = setting.images[triples]
    strips = strips[~interpolation.constant(strips)]
    if not len(strips):
        return missing(UNRELATED_UNITS, "the samples are all alike")
    value = float(np.median(interpolation.blend_residuals(strips)))
    return readings_of({"interpolation_residual_unrelated": value}, UNRELATED_UNITS)


def _sharpness(strips: Images, sharpness: Float64) -> dict[str, Reading]:
    there = np.isfinite(sharpness)
    if not there.any():
        return missing(SHARPNESS_UNITS, "the endpoints hold no detail at all")
    blend = interpolation.midpoint_sharpness(interpolation.blended(strips))[there]
    ranged = {name: unit for name, unit in SHARPNESS_UNITS.items() if name != "interpolation_sharpness_blend"}
    return {
        **_with_range(sharpness[there], ranged),
        "interpolation_sharpness_blend": Reading(value=float(np.median(blend)), unit="ratio", source="observed"),
    }


def _realism(setting: Setting, strips: Images) -> tuple[dict[str, Reading], Midpoints | None]:
    try:
        found = _midpoints(setting, strips)
    except NO_FEATURES as error:
        return missing(REALISM_UNITS, str(error)), None
    values = {
        "interpolation_midpoint_percentile": float(np.median(found.percentile)),
        "interpolation_blend_percentile": float(np.median(found.blend_percentile)),
        "interpolation_midpoints_nearer": found.nearer,
        "interpolation_sign_p": interpolation.sign_test(found.nearer, found.farther),
    }
    return readings_of(values, REALISM_UNITS), found


def _midpoints(setting: Setting, strips: Images) -> Midpoints:
    """Feature distances to the nearest test image, of midpoints and of blends, among those of the model's samples."""
    samples = setting.sample_features[:SAMPLES]
    if len(samples) < 2:
        raise MetricError("one sample has no distribution")
    pairs = len(strips)
    blends = interpolation.midpoints(interpolation.blended(strips))
    asked = np.concatenate([interpolation.midpoints(strips), blends, strips[:, 0], strips[:, -1]])
    features = np.concatenate([setting.features(asked), samples])
    distances = nearest_distances(features, setting.test_features, device=setting.device).astype(np.float64)
    null = np.sort(distances[len(asked) :])
    percentiles = np.array([percentile_in(null, value) for value in distances[: len(asked)]])
    middle, blend = distances[:pairs], distances[pairs : 2 * pairs]
    ends = asked[2 * pairs :].reshape(2 * pairs, -1)
    # Strips that share an end say no more of the ends than one does.
    different = np.unique(ends, axis=0, return_index=True)[1]
    apart = np.abs(middle - blend) > ALIKE * np.maximum(middle, blend)
    return Midpoints(
        percentile=percentiles[:pairs],
        blend_percentile=percentiles[pairs : 2 * pairs],
        nearer=int((apart & (middle < blend)).sum()),
        farther=int((apart & (middle > blend)).sum()),
        endpoint_percentile=percentiles[2 * pairs :][different],
    )
