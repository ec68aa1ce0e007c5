"""What every measure of the samples starts from: the samples, the real images, features made once, what is kept.

Knows where things come from; measures nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag, Picture, Reading
from validator.measuring.datasets import DataError, cifar100, weights
from validator.measuring.datasets.weights import Weights
from validator.measuring.metrics import MetricError, inception_features
from validator.measuring.probes.samples_kept import Kept, kept, key_over
from validator.measuring.probes.task import Task

BATCH_IMAGES = 25
BATCH_IMAGES_ON_GPU = 250
"""A GPU wants many at once (5 GB of activations); a CPU's caches want few."""

Images = npt.NDArray[np.uint8]
Features = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Real:
    """The real images uint8 (n, 3, 32, 32) that the samples are compared with, and their classes int64 (n,)."""

    train: Images
    test: Images
    train_classes: npt.NDArray[np.int64]
    test_classes: npt.NDArray[np.int64]
    lookalike: bool


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one group of measures found; names of readings come without `samples.`."""

    readings: Mapping[str, Reading] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    pictures: tuple[Picture, ...] = ()
    protocol: str = ""
    lookalike: bool = False


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One submission's samples uint8 (n, 3, 32, 32), at most as many as the plan takes, beside the real images."""

    task: Task
    images: Images
    real: Real
    kept: Kept

    @property
    def wanted(self) -> int:
        """How many samples the plan compares."""
        return self.task.plan.samples

    @property
    def seed(self) -> int:
        """The plan's seed: every draw of the harness starts from it."""
        return self.task.plan.seed

    @property
    def folder(self) -> Path:
        """Where pictures go."""
        return self.task.run_folder(self.task.plan.generator_role)

    @cached_property
    def device(self) -> str:
        """`auto` is the accelerator when there is one."""
        import torch

        if self.task.plan.device != "auto":
            return self.task.plan.device
        return "cuda" if torch.cuda.is_available() else "cpu"

    @property
    def batch_images(self) -> int:
        """How many images go through the network at once; their features do not depend on it."""
        return BATCH_IMAGES if self.device == "cpu" else BATCH_IMAGES_ON_GPU

    @cached_property
    def weights(self) -> Weights:
        """The FID weights. Raises DataError when they are not there or are not the official ones."""
        option = Path(self.task.weights) if self.task.weights else None
        return weights.require(data_of(self.task), option=option, lookalike=self.task.lookalike)

    @cached_property
    def sample_features(self) -> Features:
        """Pool3 features float32 (n, 2048) of the samples. Raises DataError and MetricError."""
        return self.features(self.images)

    @cached_property
    def train_features(self) -> Features:
        """Those of all training images, computed once for all submissions."""
        return self._kept_features("train-features", self.real.train)

    @cached_property
    def test_features(self) -> Features:
        """Those of all test images, computed once for all submissions."""
        return self._kept_features("test-features", self.real.test)

    def features(self, images: Images) -> Features:
        """Pool3 features float32 (n, 2048) of any images uint8 (n, 3, 32, 32)."""
        return inception_features(images, weights=self.weights.path, batch_size=self.batch_images, device=self.device)

    def picture(self, path: Path, *, name: str, caption: str) -> Picture:
        """A drawn file as evidence: its place is told from the submission's `run` folder."""
        place = path.relative_to(Path(self.task.home) / "run").as_posix()
        return Picture(name=name, path=place, caption=caption)

    def _kept_features(self, name: str, images: Images) -> Features:
        def make() -> Mapping[str, npt.NDArray[Any]]:
            return {"features": self.features(images)}

        key = key_over("pool3", self.weights.sha256, images)
        return self.kept.get(name, key=key, make=make)["features"]


def setting_of(task: Task, images: Images) -> Setting:
    """The setting of these samples. Raises DataError when the real images are not there."""
    keeping = kept(data=data_of(task), beside=Path(task.home).parent)
    return Setting(task=task, images=images[: task.plan.samples], real=_real(task), kept=keeping)


def data_of(task: Task) -> Path | None:
    """The folder of the data sets."""
    return Path(task.data) if task.data else None


def readings_of(values: Mapping[str, int | float], units: Mapping[str, str]) -> dict[str, Reading]:
    """Observed readings in the order of their units; every name of `units` must have a value."""
    return {name: Reading(value=values[name], unit=unit, source="observed") for name, unit in units.items()}


def missing(units: Mapping[str, str], why: str) -> dict[str, Reading]:
    """All of them missing for one reason."""
    return {name: Reading.missing(unit=unit, why=why) for name, unit in units.items()}


NO_FEATURES = (DataError, MetricError)
"""What asking for features may raise: no weights, other weights, no pytorch-fid."""


def _real(task: Task) -> Real:
    if task.plan.generator_data != "cifar100":
        raise DataError(f"no reader of the data set {task.plan.generator_data!r}; known: cifar100")
    train, test = (cifar100.load(data_of(task), split, lookalike=task.lookalike) for split in ("train", "test"))
    return Real(
        train=train.images,
        test=test.images,
        train_classes=train.labels,
        test_classes=test.labels,
        lookalike=cifar100.inventory(data_of(task)).lookalike,
    )
