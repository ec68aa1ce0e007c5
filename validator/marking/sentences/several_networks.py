"""Accuracies of several networks side by side, and whether one is better than another by more than chance gives.

All are scored on the same test images: the difference of two is held against the error of answers in pairs, which says
nothing of how another training of the same networks would come out. Only several trainings tell that.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.amounts import percent, points
from validator.marking.chance import is_open, is_real, standard_errors, times
from validator.marking.report import Table
from validator.marking.told import Told

TITLE = "accuracy of each network on the official test images"
READINGS = ()
FLAGS = ("unnamed-classifier", "networks-not-told-apart", "further-classifiers")
ROWS = (
    ("network of the run", ""),
    ("parameters", "parameters"),
    ("test accuracy", "test_accuracy"),
    ("95 % interval", "test_accuracy_low"),
    ("train accuracy", "train_accuracy"),
    ("test loss in nats", "test_loss"),
    ("as the student evaluated it", "student_test_accuracy"),
    ("trainings scored", "trainings"),
    ("their mean test accuracy", "trainings_test_accuracy"),
    ("their standard deviation", "trainings_test_accuracy_sd"),
)


def say(told: Told) -> Iterator[str]:
    """Each network that was scored, each gain, and what is odd about which network is which."""
    names = told.networks()
    for name in names:
        yield _one(told, name)
    for name in names[1:]:
        gain = told.value(f"{name}.test_accuracy_gain")
        if gain is not None:
            yield _gain(name, names[0], gain, told.value(f"{name}.test_accuracy_gain_se"))
    for words in told.flags(FLAGS) if names else ():
        yield f"{words.rstrip('.')}."


def tables(told: Told) -> Iterator[Table]:
    """The networks side by side, where one of them was scored."""
    names = [name for name in told.networks() if told.network(name)]
    if names:
        rows = [(words, *(_cell(told, name, known) for name in names)) for words, known in ROWS]
        kept = tuple(row for row in rows if set(row[1:]) != {"–"})
        yield Table(title="The networks on the official images", head=("", *names), rows=kept)


def _one(told: Told, name: str) -> str:
    reading = told.reading(f"{name}.test_accuracy")
    if reading is None or reading.value is None:
        return f"The network {name} was not scored ({reading.why if reading else 'nobody tried'})."
    ends = told.values(f"{name}.test_accuracy_low", f"{name}.test_accuracy_high")
    interval = f" (95 % interval {percent(ends[0]).removesuffix(' %')} to {percent(ends[1])})" if ends else ""
    count = told.whole(f"{name}.test_images")
    return f"The network {name} has test accuracy {percent(reading.value)}{interval}" + (
        f" on {count:,} images." if count else "."
    )


def _gain(name: str, first: str, gain: float, error: float | None) -> str:
    far = standard_errors(gain, error)
    size = f"On the same images {name} is {points(gain)} {'better' if gain >= 0 else 'worse'} than {first}"
    if far is None or error is None:
        return f"{size}: both give the same answers." if not gain else f"{size}."
    wide = f"{size}, {times(far)} of {points(error)} each"
    if is_real(far):
        return f"{wide}: these two trained networks differ; whether their designs do, only several trainings tell."
    return f"{wide}: chance gives that {'now and then' if is_open(far) else 'easily'}."


def _cell(told: Told, network: str, name: str) -> str:
    if not name:
        return told.network(network)
    if name == "test_accuracy_low":
        ends = told.values(f"{network}.{name}", f"{network}.test_accuracy_high")
        return f"{percent(ends[0]).removesuffix(' %')} to {percent(ends[1])}" if ends else "–"
    value = told.value(f"{network}.{name}")
    if value is None:
        return "–"
    if name.endswith("_sd"):
        return points(value)
    return percent(value) if "accuracy" in name else f"{value:.4g}" if "loss" in name else f"{value:,.0f}"
