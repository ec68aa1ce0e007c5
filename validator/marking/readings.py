"""The vocabulary of readings: every name a rule or a criterion may ask for, with its unit and meaning. No values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from validator.marking.known import CLASSIFIER, INTERPOLATIONS, SAMPLES, VARIETY
from validator.marking.known_handin import FIGURES, GEOMETRY, PROJECTS, TEAMS
from validator.marking.known_networks import NETWORK_COUNTS, NETWORK_SCORES


@dataclass(frozen=True, kw_only=True)
class Known:
    """One reading upstairs can produce.

    `{role}` in the name stands for a notebook role of the plan, `{network}` for a name it gives one of several
    classifiers.
    """

    name: str
    unit: str
    meaning: str


COUNTS = (
    ("paper.pages_total", "pages", "pages of the paper"),
    ("paper.pages_counted", "pages", "pages of the paper that bear more than reference entries"),
    ("{role}.parameters", "parameters", "parameters of the model, all its networks, trainable or frozen"),
    ("{role}.trainable_parameters", "parameters", "parameters of the model that training may change"),
    ("{role}.steps", "steps", "optimisation steps, the largest over the model's networks"),
    ("{role}.gradient_computations", "gradient computations", "gradient computations that reached the same network"),
    ("{role}.optimiser_calls", "optimiser calls", "calls of an optimiser's step for the same network"),
    ("{role}.steps_at_most", "steps", "steps if every change that could not be told was one"),
    ("{role}.steps_of_one_tensor", "steps", "steps of the tensor updated most often; parts may take turns"),
    ("{role}.weights_examined", "tensors", "tensors whose values were looked at as their training began"),
    ("{role}.weights_lowest_p", "p", "how like fresh values the least likely of them was, for those made by hand"),
)
"""What anybody can count at home."""

READINGS: tuple[Known, ...] = tuple(
    Known(name=name, unit=unit, meaning=meaning)
    for name, unit, meaning in (
        *COUNTS,
        *NETWORK_COUNTS,
        *GEOMETRY,
        *FIGURES,
        *TEAMS,
        *PROJECTS,
        *CLASSIFIER,
        *NETWORK_SCORES,
        *SAMPLES,
        *VARIETY,
        *INTERPOLATIONS,
    )
)

RECOMPUTED = frozenset(name for name, _, _ in (*CLASSIFIER, *SAMPLES, *VARIETY, *INTERPOLATIONS))
"""Numbers made of data or by means that a student does not have."""

OF_NETWORKS = frozenset(name.partition(".")[2] for name, _, _ in NETWORK_SCORES)
"""The same of each of several classifiers, by what stands after the network's name."""

ENDINGS = {
    "_expected": " by chance",
    "_se": ", standard error",
    "_sd": ", standard deviation",
    "_low": ", lower end",
    "_high": ", upper end",
}
"""Last words of a reading's name, and how a sentence says them."""

SPELT = {"fid": "FID", "kid": "KID", "auc": "AUC", "vendi": "Vendi score"}


def known_names(roles: Iterable[str], networks: Iterable[str] = ()) -> dict[str, Known]:
    """Every reading by its full name, for a plan with these notebook roles and names of classifiers."""
    standing = {"{role}": list(roles), "{network}": list(networks)}
    expanded: dict[str, Known] = {}
    for known in READINGS:
        sign = next((sign for sign in standing if sign in known.name), "")
        for name in [known.name.replace(sign, one) for one in standing[sign]] if sign else [known.name]:
            expanded[name] = known
    return expanded


def is_for_students(name: str) -> bool:
    """Whether the number may be told to the student: what is counted may, what is recomputed is the marker's."""
    return name not in RECOMPUTED and name.partition(".")[2] not in OF_NETWORKS


def label(name: str) -> str:
    """`classifier.test_accuracy_low` is said as `classifier test accuracy, lower end`."""
    ending = next((ending for ending in ENDINGS if name.endswith(ending)), "")
    words = name.removesuffix(ending).replace(".", " ").replace("_", " ").split()
    return " ".join(SPELT.get(word, word) for word in words) + ENDINGS.get(ending, "")
