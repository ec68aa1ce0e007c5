"""Samples that the harness drew again, beside those that were handed out: are they from one sampler?

Reads `resamples.npy` and `resamples.json`; what they say of the sampler becomes flags. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Reading
from validator.measuring.datasets import DataError
from validator.measuring.datasets.npy import load_npy
from validator.measuring.metrics import MetricError
from validator.measuring.metrics.relabelling import Apart, apart
from validator.measuring.probes.handed import read_json, text_of
from validator.measuring.probes.samples_setting import NO_FEATURES, Part, Setting, missing

UNITS = {
    "resampled_count": "images",
    "resampled_distance": "KID",
    "resampled_distance_expected": "KID",
    "resampled_distance_se": "KID",
    "resampled_from_real_distance": "KID",
}
FEATURED = 500
"""So many of each are compared: Inception takes 20 s for them on two cores."""
MOST_IMAGES = 10_000
HEADER_BYTES = 4096
SPREADS = 6.0
SHARE_OF_REAL = 0.25
"""A difference is told when it is more than this share of what lies between the samples and real images."""
DIFFERS = "resampled-differs"
FEATURES = "pool3 features"
WITHOUT_DATA = {
    "same": ("sampled-without-data", "with the data sets taken away the same seed gave the same samples"),
    "differs": ("depends-on-data", "with the data sets taken away the same seed gave other samples"),
    "failed": ("sampling-failed-without-data", "with the data sets taken away the sampler failed"),
}

Rows = npt.NDArray[Any]


def measure(setting: Setting) -> Part:
    """How far the samples drawn again lie from those handed out. Raises DataError when none were drawn."""
    folder = setting.task.handed(setting.task.plan.generator_role)
    said = told(folder / "resamples.json")
    flags = tuple(flags_of(said))
    try:
        images = _resamples(folder / "resamples.npy", said)
    except DataError as error:
        return Part(readings=missing(UNITS, str(error)), flags=flags)
    mine, other = _some(len(setting.images), setting.seed), _some(len(images), setting.seed)
    handed, again, real = setting.images[mine], images[other], setting.real.test[:FEATURED]
    try:
        rows = setting.sample_features[mine], setting.features(again), setting.test_features[:FEATURED]
        words = FEATURES
    except NO_FEATURES:
        rows, words = (coarse(handed), coarse(again), coarse(real)), "8 by 8 mean values of pixels"
    try:
        found, from_real = (apart(first=rows[0], second=other, seed=setting.seed) for other in rows[1:])
    except MetricError as error:
        count = {"resampled_count": Reading(value=len(images), unit="images", source="observed")}
        return Part(readings={**missing(UNITS, str(error)), **count}, flags=flags)
    values = (len(images), found.distance, found.expected, found.standard_error, from_real.distance)
    # By pixels it is the same distance, but not what is called KID.
    named = {name: unit if words == FEATURES or unit != "KID" else "kernel distance" for name, unit in UNITS.items()}
    units = zip(named.items(), values, strict=True)
    return Part(
        readings={name: Reading(value=value, unit=unit, source="observed") for (name, unit), value in units},
        flags=(*flags, *_differs(found, from_real, said, words)),
        protocol=(
            f"samples drawn again, at most {FEATURED} of each chosen by lot, compared by kernel distance of {words}, "
            "null by relabelling"
        ),
    )


def told(path: Any) -> Mapping[str, Any]:
    """What the run says of drawing again; an empty table when it says nothing that can be read."""
    try:
        said = read_json(path)
    except (DataError, OSError):
        return {}
    return said if isinstance(said, dict) else {}


def flags_of(said: Mapping[str, Any]) -> Iterator[Flag]:
    """What is worth a look about the sampler, as the run reports it."""
    sampler, why = text_of(said, "sampler") or "the sampler", text_of(said, "why")
    if said.get("fixed") is True:
        detail = f"{sampler} gives the same images whatever the seed: it seeds itself, or the images were stored"
        yield Flag(kind="sampler-repeats", detail=detail, source="reported")
    verdict = said.get("without_data")
    kind = WITHOUT_DATA.get(verdict) if isinstance(verdict, str) else None
    if kind is not None:
        more = f" ({why})" if why else ""
        yield Flag(kind=kind[0], detail=f"{sampler}: {kind[1]}{more}", source="reported")
    elif said:
        detail = f"{sampler}: not known whether the samples need the data sets: {why or 'nothing was compared'}"
        yield Flag(kind="data-dependence-unknown", detail=detail, source="reported")


def coarse(images: npt.NDArray[np.uint8]) -> Rows:
    """Rows float64 (n, 192): means of 4 by 4 pixels of images uint8 (n, 3, 32, 32), -1 to 1."""
    cells = images.astype(np.float64).reshape(len(images), 3, 8, 4, 8, 4).mean(axis=(3, 5))
    rows: Rows = cells.reshape(len(images), -1) / 127.5 - 1
    return rows


def _some(count: int, seed: int) -> npt.NDArray[np.int64]:
    """Places of at most `FEATURED` of them, drawn: the first ones are of one class where a sampler goes by class."""
    return np.sort(np.random.default_rng(seed).permutation(count)[:FEATURED])


def _resamples(path: Any, said: Mapping[str, Any]) -> npt.NDArray[np.uint8]:
    if not path.exists():
        why = text_of(said, "why") or "the run did not get as far as drawing samples again"
        raise DataError(f"no samples were drawn again: {why}")
    most = MOST_IMAGES * 3072 + HEADER_BYTES
    images = load_npy(path, dtype="|u1", shape=(None, 3, 32, 32), max_bytes=most)
    if not len(images):
        raise DataError("resamples.npy holds no sample")
    return images


def _differs(found: Apart, from_real: Apart, said: Mapping[str, Any], words: str) -> Iterator[Flag]:
    """Pictures that the live model did not make: painted, downloaded, from another model or another state of it."""
    if found.spreads <= SPREADS or found.distance <= SHARE_OF_REAL * max(from_real.distance, 0.0):
        return
    detail = (
        f"the samples handed out are not like those that {text_of(said, 'sampler') or 'the sampler'} gives now: "
        f"kernel distance {found.distance:.3g} by {words}, {found.standard_error:.2g} is what chance gives; "
        f"real test images are {from_real.distance:.3g} away"
    )
    yield Flag(kind=DIFFERS, detail=detail)
