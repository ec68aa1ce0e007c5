"""What a mean and standard deviation of the accuracy can have been taken over: batches, epochs, or networks.

A spread over batches says how small the batches were, one over epochs how far training had settled. Neither says how
another training of the same network would do: only several seeds say that.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import points
from validator.marking.told import Told

TITLE = "the spread of the student's own test accuracy"
READINGS = (
    "classifier.student_test_accuracy_batch_sd",
    "classifier.student_test_accuracy_epoch_sd",
    "classifier.student_test_accuracy_network_sd",
)
FLAGS = ("quoted-spread",)


def say(told: Told) -> Iterator[str]:
    """The spread over batches and over evaluations, and which of them the student quotes."""
    batches, epochs, networks = (told.value(name) for name in READINGS)
    said = [
        f"{points(batches)} from batch to batch of one evaluation" if batches is not None else "",
        f"{points(epochs)} from evaluation to evaluation of the run" if epochs is not None else "",
        f"{points(networks)} from network to network" if networks is not None else "",
    ]
    told_of = ", ".join(filter(None, said))
    if not told_of:
        return
    yield f"The standard deviation of their test accuracy is {told_of}."
    if networks is None:
        yield "That is not how much another training of the same network would differ: only other seeds tell."
    for words in told.flags(FLAGS):
        yield f"{words.rstrip('.')}."
