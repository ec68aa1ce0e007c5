"""FID, uniqueness and pictures of the samples that a run handed out, measured outside the student's process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.evidence import Metrics, Picture, Reading
from validator.measuring.datasets import DataError, cifar100, weights
from validator.measuring.metrics import MetricError
from validator.measuring.probes import samples_copies, samples_fid, samples_pictures
from validator.measuring.probes.samples_handed import Handed, handed_samples
from validator.measuring.probes.samples_kept import Kept, kept
from validator.measuring.probes.task import Task

Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class _Real:
    """The real images uint8 (n, 3, 32, 32) that the samples are compared with."""

    train: Images
    test: Images
    lookalike: bool


@dataclass(frozen=True, kw_only=True)
class _Fid:
    """The FID readings, their protocol, and whether look-alike weights made them."""

    readings: Mapping[str, Reading]
    protocol: str = ""
    lookalike: bool = False


def score(task: Task) -> Metrics:
    """Measure the samples of the generator's run; what cannot be measured is missing with its reason."""
    try:
        handed = handed_samples(task)
    except DataError as error:
        return _metrics(task, readings=_missing_all(str(error), count=Reading.missing(unit="images", why=str(error))))
    count = Reading(value=len(handed.images), unit="images", source="observed")
    try:
        real = _real(task)
    except DataError as error:
        return _metrics(
            task, handed=handed, readings=_missing_all(str(error), count=count), pictures=_grid(task, handed)
        )
    return _measured(task, handed, real, count)


def _measured(task: Task, handed: Handed, real: _Real, count: Reading) -> Metrics:
    images = handed.images[: task.plan.samples]
    keeping = kept(data=_data(task), beside=Path(task.home).parent)
    fid = _fid(task, images, real, keeping)
    near = samples_copies.closeness(images, train=real.train, test=real.test, k=task.plan.neighbours, kept=keeping)
    return _metrics(
        task,
        handed=Handed(images=handed.images, source=handed.source, flags=(*handed.flags, *near.flags)),
        readings={"count": count, **fid.readings, **near.readings},
        pictures=(*_grid(task, handed), _pairs(task, images, real, near.neighbours)),
        protocol="; ".join(part for part in (fid.protocol, _pixel_protocol(real)) if part),
        lookalike=real.lookalike or fid.lookalike,
    )


def _fid(task: Task, images: Images, real: _Real, keeping: Kept) -> _Fid:
    wanted = task.plan.samples
    if len(images) < wanted:
        why = f"{len(images):,} samples were handed out, the protocol takes {wanted:,}"
        return _Fid(readings=samples_fid.missing_fid(why))
    try:
        option = Path(task.weights) if task.weights else None
        found = weights.require(_data(task), option=option, lookalike=task.lookalike)
        setup = samples_fid.FidSetup(
            train=real.train,
            test=real.test,
            weights=found,
            samples=wanted,
            seed=task.plan.seed,
            device=samples_fid.device_of(task.plan.device),
            kept=keeping,
        )
        readings = samples_fid.fid_readings(images, setup)
    except (DataError, MetricError) as error:
        return _Fid(readings=samples_fid.missing_fid(str(error)))
    return _Fid(
        readings=readings,
        protocol=samples_fid.protocol(setup, lookalike_data=real.lookalike),
        lookalike=not found.official,
    )


def _real(task: Task) -> _Real:
    if task.plan.generator_data != "cifar100":
        raise DataError(f"no reader of the data set {task.plan.generator_data!r}; known: cifar100")
    return _Real(
        train=cifar100.load(_data(task), "train", lookalike=task.lookalike).images,
        test=cifar100.load(_data(task), "test", lookalike=task.lookalike).images,
        lookalike=cifar100.inventory(_data(task)).lookalike,
    )


def _metrics(
    task: Task,
    *,
    readings: Mapping[str, Reading],
    handed: Handed | None = None,
    pictures: tuple[Picture, ...] = (),
    protocol: str = "",
    lookalike: bool = False,
) -> Metrics:
    return Metrics(
        about=task.plan.generator_role,
        readings={f"samples.{name}": reading for name, reading in readings.items()},
        protocol=protocol,
        lookalike=lookalike,
        source=handed.source if handed else "",
        pictures=pictures,
        flags=handed.flags if handed else (),
    )


def _missing_all(why: str, *, count: Reading) -> dict[str, Reading]:
    return {"count": count, **samples_fid.missing_fid(why), **samples_copies.missing_closeness(why)}


def _pixel_protocol(real: _Real) -> str:
    kind = "look-alike " if real.lookalike else ""
    return (
        f"distances between uint8 pixels, exact, to {len(real.train):,} {kind}CIFAR-100 train and "
        f"{len(real.test):,} test images; near copies are nearer, in proportion to their neighbours and also mirrored, "
        "than 99.9 % of the test images that have no twin in train"
    )


def _grid(task: Task, handed: Handed) -> tuple[Picture, ...]:
    path = samples_pictures.draw_grid(handed.images, into=task.run_folder(task.plan.generator_role))
    shown = min(len(handed.images), samples_pictures.GRID_SIDE**2)
    return (Picture(name="samples", path=_under_run(task, path), caption=f"The first {shown} samples, not chosen"),)


def _pairs(task: Task, images: Images, real: _Real, neighbours: samples_copies.Neighbours) -> Picture:
    folder = task.run_folder(task.plan.generator_role)
    path = samples_pictures.draw_pairs(images, train=real.train, neighbours=neighbours, into=folder)
    caption = "Samples (above) nearest to a training image (below), in proportion to their neighbours; d² is exact"
    return Picture(name="neighbours", path=_under_run(task, path), caption=caption)


def _under_run(task: Task, path: Path) -> str:
    return path.relative_to(Path(task.home) / "run").as_posix()


def _data(task: Task) -> Path | None:
    return Path(task.data) if task.data else None
