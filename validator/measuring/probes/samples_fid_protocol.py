"""The protocols of the FID: how each makes features, its fitted reference, and the scale that never changes.

All that depends on real images alone is kept under a key over them, so that only the first submission pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.frechet import Reference, fit_reference, frechet_to
from validator.measuring.metrics.inception_clean import clean_inception_features
from validator.measuring.probes.samples_fid_trivial import blurred, gaussian_in_pixel_space
from validator.measuring.probes.samples_kept import key_over
from validator.measuring.probes.samples_setting import Features, Images, Setting

MOST_DRAWS = 5
"""Draws of training images that share no image, for the floor: as many as 50,000 images give of 10,000."""

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """One way from images to features, and where the features of real images come from."""

    name: str
    """As the plan names it."""
    version: str
    """The tool that it follows; part of every key."""
    title: str
    resize: str
    prefix: str
    """How its readings begin."""
    features: Callable[[Setting, Images], Features]
    of_samples: Callable[[Setting], Features]
    of_test: Callable[[Setting], Features]
    draws: Callable[[Setting], Iterator[Features]]
    """Draws of training images, each of as many as the plan takes samples."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Distances that give a FID its scale; None where there are too few training images."""

    floor: float | None
    floor_sd: float | None
    gaussian: float
    blurred: float | None


def reference_of(protocol: Protocol, setting: Setting) -> Reference:
    """The fitted test images."""

    def make() -> Arrays:
        fitted = fit_reference(protocol.of_test(setting))
        return {
            "mean": fitted.mean,
            "factor": fitted.factor,
            "positive_definite": np.array(fitted.positive_definite),
            "count": np.array(fitted.count),
        }

    key = key_over(protocol.version, setting.weights.sha256, setting.real.test)
    found = setting.kept.get(f"{protocol.prefix}-reference", key=key, make=make)
    return Reference(
        mean=found["mean"],
        factor=found["factor"],
        positive_definite=bool(found["positive_definite"]),
        count=int(found["count"]),
    )


def scale_of(protocol: Protocol, setting: Setting) -> Scale:
    """The floor over its draws, and the distances of models that learned next to nothing."""

    def make() -> Arrays:
        reference = reference_of(protocol, setting)
        first = next(train_draws(setting), None)
        drawn = None if first is None else blurred(setting.real.train[first])
        return {
            "floor": np.array([frechet_to(reference, generated=rows) for rows in protocol.draws(setting)]),
            "gaussian": np.array(frechet_to(reference, generated=gaussian_features(protocol, setting))),
            "blurred": np.array(
                [] if drawn is None else [frechet_to(reference, generated=protocol.features(setting, drawn))]
            ),
        }

    found = setting.kept.get(f"{protocol.prefix}-scale", key=drawn_key(protocol, setting), make=make)
    floors = found["floor"]
    return Scale(
        floor=float(floors.mean()) if len(floors) else None,
        floor_sd=float(floors.std(ddof=1)) if len(floors) > 1 else None,
        gaussian=float(found["gaussian"]),
        blurred=float(found["blurred"][0]) if len(found["blurred"]) else None,
    )


def gaussian_features(protocol: Protocol, setting: Setting) -> Features:
    """Those of as many images of a Gaussian in pixel space as the plan takes samples."""

    def make() -> Arrays:
        images = gaussian_in_pixel_space(setting.real.train, count=setting.wanted, seed=setting.seed)
        return {"features": protocol.features(setting, images)}

    return setting.kept.get(f"{protocol.prefix}-gaussian", key=drawn_key(protocol, setting), make=make)["features"]


def train_draws(setting: Setting) -> Iterator[npt.NDArray[np.int64]]:
    """Indices of training images, in draws that share none; none when there are too few images for one."""
    order = np.random.default_rng(setting.seed).permutation(len(setting.real.train))
    for number in range(min(MOST_DRAWS, len(order) // setting.wanted)):
        yield np.sort(order[number * setting.wanted : (number + 1) * setting.wanted])


def drawn_key(protocol: Protocol, setting: Setting) -> str:
    """Key over all that what is drawn from the training images and compared with the test images depends on."""
    drawn = (setting.wanted, setting.seed, setting.real.train, setting.real.test)
    return key_over(protocol.version, setting.weights.sha256, *drawn)


def _clean(setting: Setting, images: Images) -> Features:
    return clean_inception_features(
        images, weights=setting.weights.path, batch_size=setting.batch_images, device=setting.device
    )


def _clean_test(setting: Setting) -> Features:
    """Not kept by themselves: only the fitted reference is asked of them."""
    return _clean(setting, setting.real.test)


def _draws(setting: Setting) -> Iterator[Features]:
    return (setting.train_features[chosen] for chosen in train_draws(setting))


def _clean_draws(setting: Setting) -> Iterator[Features]:
    """One: unlike those of the other protocol, features of all training images are needed for nothing else."""
    return (_clean(setting, setting.real.train[chosen]) for chosen in [*train_draws(setting)][:1])


PYTORCH_FID = Protocol(
    name="pytorch-fid",
    version="pytorch-fid 0.3.0",
    title="pytorch-fid",
    resize="bilinear",
    prefix="fid",
    features=lambda setting, images: setting.features(images),
    of_samples=lambda setting: setting.sample_features,
    of_test=lambda setting: setting.test_features,
    draws=_draws,
)
CLEAN = Protocol(
    name="clean",
    version="clean-fid 0.1.35",
    title="clean-fid",
    resize="bicubic, antialiased",
    prefix="fid_clean",
    features=_clean,
    of_samples=lambda setting: _clean(setting, setting.images),
    of_test=_clean_test,
    draws=_clean_draws,
)
PROTOCOLS = (PYTORCH_FID, CLEAN)
