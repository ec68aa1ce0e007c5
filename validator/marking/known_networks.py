"""Readings of each of several classifiers: those of one, under the name that the rubric gives it, and a few more."""

from __future__ import annotations

from validator.marking.known import CLASSIFIER

NETWORK_COUNTS = (
    ("{network}.parameters", "parameters", "parameters of the network of that name"),
    ("{network}.steps", "steps", "its optimisation steps"),
    ("{network}.gradient_computations", "gradient computations", "gradient computations that its steps rest on"),
)
"""What anybody can count at home."""

NETWORK_SCORES = (
    *((name.replace("classifier.", "{network}.", 1), unit, meaning) for name, unit, meaning in CLASSIFIER),
    ("{network}.trainings", "trainings", "trainings of its design that could be scored"),
    ("{network}.trainings_test_accuracy", "share", "mean test accuracy over these"),
    ("{network}.trainings_test_accuracy_sd", "share", "standard deviation over these"),
    ("{network}.test_accuracy_gain", "share", "test accuracy less that of the smallest network, on the same images"),
    ("{network}.test_accuracy_gain_se", "share", "standard error of that, of answers in pairs"),
)
"""What is recomputed."""
