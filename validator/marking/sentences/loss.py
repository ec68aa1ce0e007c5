"""Mean cross-entropy over all images, and how much it varies from image to image.

The standard deviation is over images: it says how uneven the losses are, not how well the mean is known.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from validator.marking.amounts import figures, short
from validator.marking.told import Told

TITLE = "cross-entropy on the official train and test images"
READINGS = (
    "classifier.test_loss",
    "classifier.test_loss_sd",
    "classifier.train_loss",
    "classifier.train_loss_sd",
)
CLASSES = 20
"""Of AddNIST: guessing all alike costs log 20 nats."""


def say(told: Told) -> Iterator[str]:
    """Both losses beside that of an even guess."""
    both = "; ".join(filter(None, (_one(told, "test"), _one(told, "train"))))
    if not both:
        return
    guess = f"an even guess among {CLASSES} classes gives {figures(math.log(CLASSES), 3)} nats"
    yield f"{both}; {guess}."
    if told.value("classifier.test_loss_sd") is not None:
        yield "The standard deviations (SD) are over single images, not over batches, epochs or runs."


def _one(told: Told, split: str) -> str:
    value = told.value(f"classifier.{split}_loss")
    if value is None:
        return ""
    spread = told.value(f"classifier.{split}_loss_sd")
    return f"{split} loss {figures(value, 3)} nats{f' (SD {short(spread)} nats)' if spread is not None else ''}"
