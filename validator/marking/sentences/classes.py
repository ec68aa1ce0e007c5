"""Which of the classes the samples show, as a probe on Inception features sees them.

The probe was trained on real images and errs on generated ones; what it finds rare among as many real test images
stands beside. A model trained on a part of the classes shows here.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import amount, figures, percent, short
from validator.marking.told import Told

TITLE = "classes among the samples"
READINGS = (
    "samples.classes_rare",
    "samples.classes_rare_expected",
    "samples.classes_rare_high",
    "samples.classes_effective",
    "samples.classes_effective_expected",
    "samples.classes_effective_se",
    "samples.class_probe_accuracy",
)
FLAGS = ("rare-classes",)


def say(told: Told) -> Iterator[str]:
    """Rare classes, how even the classes are, and how far the probe is to be believed."""
    yield from _rare(told)
    value, expected = told.value("samples.classes_effective"), told.value("samples.classes_effective_expected")
    error = told.value("samples.classes_effective_se")
    if value is not None:
        se = f" (standard error of the difference {short(error)} classes)" if error is not None else ""
        real = f"; as many test images as {figures(expected, 3)} classes{se}" if expected is not None else ""
        yield f"They are spread as evenly as {figures(value, 3)} equally frequent classes would be{real}."
    right = told.value("samples.class_probe_accuracy")
    if right is not None:
        yield f"The probe names the right class for {percent(right)} of the test images; on samples nobody knows."


def _rare(told: Told) -> Iterator[str]:
    rare, expected, most = (told.value(name) for name in READINGS[:3])
    if rare is None:
        return
    ends = [
        f"real test images have {_classes(round(expected, 1))} on average" if expected is not None else "",
        f"hardly ever more than {most:.0f}" if most is not None else "",
    ]
    beside = ", ".join(filter(None, ends))
    verb = "is" if rare == 1 else "are"
    yield (
        f"By a probe trained on real images {_classes(rare)} {verb} rarer among the samples than chance makes a class"
        f"{f'; {beside}' if beside else ''}."
    )
    for words in told.flags(FLAGS):
        yield f"They are {words.rstrip('.')}."


def _classes(number: float) -> str:
    return "1 class" if number == 1 else amount(number, "classes")
