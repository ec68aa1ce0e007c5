"""The vocabulary of pictures: every name that a question of the marking scheme may ask for. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PICTURES: Mapping[str, str] = {
    "confusion": "test images by true and predicted class",
    "reliability": "how often the classifier is right against how sure it says it is",
    "losses": "losses of single images, train and test",
    "samples": "the first 64 samples",
    "fid-scale": "the FID between real images and models that learned nothing",
    "sharpness": "how sharp samples and test images are",
    "paper-batch": "the batch of samples in the paper beside the picture of the notebooks most like it",
    "interpolations": "the ways between pairs of samples",
    "neighbours": "the samples nearest to a training image in pixels, each beside it",
    "feature-neighbours": "the samples nearest to a training image in features, each beside it",
    "nearest-share": "samples whose nearest real image is a training image, beside what chance gives",
    "feature-nearest-share": "the same share in features, beside what chance gives",
    "classes": "the classes a probe sees among the samples, beside the test images",
    "bins": "how samples and test images spread over bins of training images",
}
"""Name of `evidence.Picture` to what it shows."""

OF_A_CLASSIFIER = ("confusion", "reliability", "losses")


def picture_names(networks: Iterable[str]) -> tuple[str, ...]:
    """Every picture, and those of each of several classifiers: `confusion-<name>` and the like."""
    return (*PICTURES, *(f"{picture}-{name}" for name in networks for picture in OF_A_CLASSIFIER))
