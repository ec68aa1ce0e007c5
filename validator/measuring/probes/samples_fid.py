"""FID of the samples by each protocol, how far it would move in another draw, and the distances that give it a scale.

The scale runs from the floor (training images in the place of samples: what a perfect model would get) to models that
learned next to nothing. Distances of two protocols, or of unequal counts, are never compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from validator.evidence import Reading
from validator.measuring.metrics.frechet_error import Estimate, frechet_estimate
from validator.measuring.probes import samples_fid_scale
from validator.measuring.probes.samples_fid_protocol import PROTOCOLS, Protocol, Scale, reference_of, scale_of
from validator.measuring.probes.samples_setting import Part, Setting, missing

UNIT = "FID"
UNITS = {
    "fid": UNIT,
    "fid_sd": UNIT,
    "fid_floor": UNIT,
    "fid_floor_sd": UNIT,
    "fid_trivial": UNIT,
    "fid_trivial_blurred": UNIT,
    "fid_clean": UNIT,
    "fid_clean_sd": UNIT,
    "fid_clean_floor": UNIT,
    "fid_clean_trivial": UNIT,
}


def measure(setting: Setting) -> Part:
    """The readings of `UNITS`, of as many samples as the plan asks for and of no fewer."""
    why = _refusal(setting)
    if why:
        return Part(readings=missing(UNITS, why))
    found = tuple(_measured(protocol, setting) for protocol in _planned(setting))
    readings = {name: reading for one in found for name, reading in _readings(one, setting)}
    left_out = missing(UNITS, "the plan leaves this protocol out")
    picture = samples_fid_scale.draw(tuple(_row(one) for one in found), into=setting.folder) if found else None
    caption = "The FID of the samples (with two standard deviations) between real images and models that learned little"
    return Part(
        readings={name: readings.get(name, left_out[name]) for name in UNITS},
        pictures=(setting.picture(picture, name="fid-scale", caption=caption),) if picture else (),
        protocol=_words(setting),
        lookalike=not setting.weights.official,
    )


def _refusal(setting: Setting) -> str:
    """Why there is no FID; empty when there is one."""
    handed, fewest, real = len(setting.images), setting.task.plan.fid_fewest, len(setting.real.test)
    if handed < setting.wanted:
        return f"{handed:,} samples were handed out, the protocol takes {setting.wanted:,}"
    if handed < fewest:
        return f"{handed:,} samples; a FID of fewer than {fewest:,} images is not measured"
    if real < fewest:
        return f"{real:,} test images; a FID against fewer than {fewest:,} images is not measured"
    return ""


def _planned(setting: Setting) -> tuple[Protocol, ...]:
    return tuple(protocol for protocol in PROTOCOLS if protocol.name in setting.task.plan.fid_protocols)


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """One protocol's distance of the samples and its scale."""

    protocol: Protocol
    estimate: Estimate
    scale: Scale


def _measured(protocol: Protocol, setting: Setting) -> _Measured:
    estimate = frechet_estimate(reference_of(protocol, setting), generated=protocol.of_samples(setting))
    return _Measured(protocol=protocol, estimate=estimate, scale=scale_of(protocol, setting))


def _readings(one: _Measured, setting: Setting) -> Iterator[tuple[str, Reading]]:
    prefix, scale = one.protocol.prefix, one.scale
    train = f"{len(setting.real.train):,} training images, of which {setting.wanted:,} make a draw"
    values = {
        prefix: one.estimate.distance,
        f"{prefix}_sd": one.estimate.standard_error,
        f"{prefix}_floor": scale.floor,
        f"{prefix}_floor_sd": scale.floor_sd,
        f"{prefix}_trivial": scale.gaussian,
        f"{prefix}_trivial_blurred": scale.blurred,
    }
    reasons = {
        f"{prefix}_floor": f"only {train}",
        f"{prefix}_floor_sd": f"a spread needs two draws that share no image; there are {train}",
        f"{prefix}_trivial_blurred": f"only {train}",
    }
    for name, value in values.items():
        if name not in UNITS:
            continue
        if value is None:
            yield name, Reading.missing(unit=UNIT, why=reasons[name])
        else:
            yield name, Reading(value=value, unit=UNIT, source="observed")


def _row(one: _Measured) -> samples_fid_scale.Row:
    return samples_fid_scale.Row(
        title=one.protocol.title,
        value=one.estimate.distance,
        sd=one.estimate.standard_error,
        landmarks={
            "real images (floor)": one.scale.floor,
            "blurred training images": one.scale.blurred,
            "Gaussian in pixel space": one.scale.gaussian,
        },
    )


def _words(setting: Setting) -> str:
    """Data, weights and protocols in words."""
    odd = ((setting.real.lookalike, "data"), (not setting.weights.official, "weights"))
    kinds = [word for is_odd, word in odd if is_odd]
    aside = f"; look-alike {' and '.join(kinds)}: comparable with no other FID" if kinds else ""
    resizes = " and ".join(f"{protocol.version} ({protocol.resize})" for protocol in _planned(setting))
    return (
        f"{resizes}: uint8, {setting.wanted:,} samples against {len(setting.real.test):,} CIFAR-100 test images, "
        f"pool3 2048, float64, ddof 1{aside}"
    )
