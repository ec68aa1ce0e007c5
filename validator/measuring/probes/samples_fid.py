"""FID of the samples, with the two distances that give it a scale: real against real, and a model that learned nothing.

Protocol of pytorch-fid 0.3.0: uint8 images, pool3 features, float64 statistics with ddof = 1, against all test images.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.evidence import Reading
from validator.measuring.datasets.weights import Weights
from validator.measuring.metrics import inception_features
from validator.measuring.metrics.frechet import Reference, fit_reference, frechet_to
from validator.measuring.probes.samples_kept import Kept, key_over

NAMES = ("fid", "fid_floor", "fid_trivial")
UNIT = "FID"
PROTOCOL = "pytorch-fid 0.3.0"
BATCH_IMAGES = 25

Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class FidSetup:
    """What one FID is measured with: real images uint8 (n, 3, 32, 32), weights, how many samples, seed, device."""

    train: Images
    test: Images
    weights: Weights
    samples: int
    seed: int
    device: str
    kept: Kept

    def key(self, *parts: str | int) -> str:
        """Key over everything that the kept results depend on."""
        return key_over(PROTOCOL, self.weights.sha256, self.test, *parts)


def fid_readings(images: Images, setup: FidSetup) -> dict[str, Reading]:
    """`fid`, `fid_floor` and `fid_trivial` of the first `samples` images."""
    reference = _reference(setup)
    value = frechet_to(reference, generated=_features(images[: setup.samples], setup))
    return {
        "fid": Reading(value=value, unit=UNIT, source="observed"),
        "fid_floor": _floor(setup, reference),
        "fid_trivial": _trivial(setup, reference),
    }


def missing_fid(why: str) -> dict[str, Reading]:
    """The three readings with the reason why there are none."""
    return {name: Reading.missing(unit=UNIT, why=why) for name in NAMES}


def protocol(setup: FidSetup, *, lookalike_data: bool) -> str:
    """Data, weights and protocol in words."""
    kinds = [word for odd, word in ((lookalike_data, "data"), (not setup.weights.official, "weights")) if odd]
    odd = f"; look-alike {' and '.join(kinds)}: comparable with no other FID" if kinds else ""
    return (
        f"{PROTOCOL}: uint8, {setup.samples:,} samples against {len(setup.test):,} CIFAR-100 test images, "
        f"pool3 2048, float64, ddof 1{odd}"
    )


def device_of(wanted: str) -> str:
    """`auto` is the accelerator when there is one."""
    import torch

    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"


def gaussian_in_pixel_space(train: Images, *, count: int, seed: int) -> Images:
    """Images uint8 (count, c, h, w) drawn from one Gaussian with the training pixels' mean and covariance.

    What a model knows that has learned nothing but the first two moments.
    """
    rng = np.random.default_rng(seed)
    pixels = train.reshape(len(train), -1).astype(np.float32)
    mean = pixels.mean(axis=0, dtype=np.float64)
    pixels -= mean.astype(np.float32)
    covariance = pixels.T @ pixels / max(1, len(pixels) - 1)
    eigenvalues, vectors = np.linalg.eigh(covariance.astype(np.float64))
    noise = rng.normal(size=(count, len(mean)))
    drawn = (noise * np.sqrt(np.clip(eigenvalues, 0, None))) @ vectors.T + mean
    images: Images = np.clip(np.rint(drawn), 0, 255).astype(np.uint8).reshape(count, *train.shape[1:])
    return images


def _features(images: Images, setup: FidSetup) -> npt.NDArray[np.float32]:
    return inception_features(images, weights=setup.weights.path, batch_size=BATCH_IMAGES, device=setup.device)


def _reference(setup: FidSetup) -> Reference:
    def make() -> Mapping[str, npt.NDArray[np.generic]]:
        fitted = fit_reference(_features(setup.test, setup))
        return {
            "mean": fitted.mean,
            "factor": fitted.factor,
            "positive_definite": np.array(fitted.positive_definite),
            "count": np.array(fitted.count),
        }

    found = setup.kept.get("fid-reference", key=setup.key(), make=make)
    return Reference(
        mean=found["mean"],
        factor=found["factor"],
        positive_definite=bool(found["positive_definite"]),
        count=int(found["count"]),
    )


def _floor(setup: FidSetup, reference: Reference) -> Reading:
    """A draw of training images in the place of the samples: what a perfect model would get."""
    if len(setup.train) < setup.samples:
        why = f"only {len(setup.train):,} training images, a draw of {setup.samples:,} is needed"
        return Reading.missing(unit=UNIT, why=why)

    def drawn() -> Images:
        chosen = np.random.default_rng(setup.seed).choice(len(setup.train), setup.samples, replace=False)
        return setup.train[np.sort(chosen)]

    return _kept_distance("fid-floor", setup, reference, drawn)


def _trivial(setup: FidSetup, reference: Reference) -> Reading:
    def drawn() -> Images:
        return gaussian_in_pixel_space(setup.train, count=setup.samples, seed=setup.seed)

    return _kept_distance("fid-trivial", setup, reference, drawn)


def _kept_distance(name: str, setup: FidSetup, reference: Reference, drawn: Callable[[], Images]) -> Reading:
    def make() -> Mapping[str, npt.NDArray[np.generic]]:
        return {"distance": np.array(frechet_to(reference, generated=_features(drawn(), setup)))}

    key = key_over(setup.key(name, setup.samples, setup.seed), setup.train)
    found = setup.kept.get(name, key=key, make=make)
    return Reading(value=float(found["distance"]), unit=UNIT, source="observed")
