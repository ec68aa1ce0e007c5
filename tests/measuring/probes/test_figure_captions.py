"""Captions say what a figure shows; those of other plots are no training curves."""

from __future__ import annotations

import pytest

from validator.measuring.probes.figure_captions import captions


def kinds(words: str) -> tuple[str, ...]:
    return tuple(kind for caption in captions(f"Figure 2: {words}") for kind in caption.kinds)


@pytest.mark.parametrize(
    "words",
    [
        "Training and test accuracy over 10,000 steps.",
        "Loss of both networks during training.",
        "Test accuracy against epochs.",
        "Training and test accuracy over 10,000 steps; error bars are one standard deviation.",
        "Training curves of the loss (left) and the confusion matrix on the test set (right).",
        "Test accuracy against epochs, and its histogram over five seeds.",
    ],
)
def test_measures_over_the_training_are_curves(words: str) -> None:
    assert kinds(words) == ("curves",)


@pytest.mark.parametrize(
    "words",
    [
        "Confusion matrix; test accuracy is 93.1%.",
        "Histogram of the test loss.",
        "Test accuracy of each class.",
        "t-SNE of features, coloured by training loss.",
        "Bar chart of training and test accuracy.",
    ],
)
def test_other_plots_of_the_same_measures_are_none(words: str) -> None:
    assert kinds(words) == ()


def test_samples_that_are_interpolated_between_are_no_batch() -> None:
    assert kinds("Interpolations between 8 pairs of samples.") == ("interpolations",)
    assert kinds("Interpolations between real and generated samples.") == ("interpolations",)
    assert kinds("A batch of 64 samples.") == ("samples",)
    assert kinds("Interpolations and generated samples.") == ("interpolations", "samples")
    assert kinds("Interpolations (left) and a batch of 64 samples (right).") == ("interpolations", "samples")
