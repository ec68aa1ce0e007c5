"""The vocabulary of readings: every name a rule or a criterion may ask for, with its unit and meaning. No values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Known:
    """One reading upstairs can produce. `{role}` in the name stands for a notebook role of the plan."""

    name: str
    unit: str
    meaning: str


def _known(name: str, unit: str, meaning: str) -> Known:
    return Known(name=name, unit=unit, meaning=meaning)


READINGS: tuple[Known, ...] = (
    _known("paper.pages_total", "pages", "pages of the paper"),
    _known("paper.pages_counted", "pages", "pages of the paper that bear more than reference entries"),
    _known("{role}.parameters", "parameters", "parameters of the model, all its networks, trainable or frozen"),
    _known("{role}.trainable_parameters", "parameters", "parameters of the model that training may change"),
    _known("{role}.steps", "steps", "optimisation steps, the largest over the model's networks"),
    _known(
        "{role}.gradient_computations", "gradient computations", "gradient computations that reached the same network"
    ),
    _known("{role}.optimiser_calls", "optimiser calls", "calls of an optimiser's step for the same network"),
    _known("classifier.train_accuracy", "share", "accuracy on the official training images, recomputed"),
    _known("classifier.test_accuracy", "share", "accuracy on the official test images, recomputed"),
    _known("classifier.train_loss", "nats", "mean cross-entropy on the training images, recomputed"),
    _known("classifier.test_loss", "nats", "mean cross-entropy on the test images, recomputed"),
    _known("classifier.test_accuracy_low", "share", "lower end of the 95 % interval of the test accuracy"),
    _known("classifier.test_accuracy_high", "share", "upper end of the 95 % interval of the test accuracy"),
    _known("classifier.accuracy_gap", "share", "train accuracy less test accuracy"),
    _known("classifier.accuracy_gap_se", "share", "standard error of that gap"),
    _known("classifier.train_images", "images", "training images that were scored"),
    _known("classifier.test_images", "images", "test images that were scored"),
    _known("samples.count", "images", "samples obtained from the generative model"),
    _known("samples.fid", "FID", "Frechet distance of the samples to the test images"),
    _known("samples.fid_floor", "FID", "the same distance between real images and real images"),
    _known("samples.fid_trivial", "FID", "the same distance for a model that learned nothing"),
    _known("samples.exact_copies", "images", "samples equal to a training image in every pixel, as it is or mirrored"),
    _known("samples.near_copies", "images", "samples closer to a training image than real images are to each other"),
    _known("samples.near_copies_expected", "images", "near copies that as many real held-out images would have"),
    _known("samples.duplicates", "images", "samples equal to another sample in every pixel"),
    _known("samples.nearest_to_train_share", "share", "samples whose nearest real image is a training image"),
    _known("samples.nearest_to_train_expected", "share", "that share if samples owed nothing to the training images"),
    _known("samples.nearest_to_train_se", "share", "standard error of that share, by relabelling"),
    _known("samples.median_nearest_distance", "L2", "median distance of a sample to its nearest training image"),
)


def known_names(roles: Iterable[str]) -> dict[str, Known]:
    """Every reading by its full name, for a plan with these notebook roles."""
    names = list(roles)
    expanded: dict[str, Known] = {}
    for known in READINGS:
        for name in [known.name.format(role=role) for role in names] if "{role}" in known.name else [known.name]:
            expanded[name] = known
    return expanded
