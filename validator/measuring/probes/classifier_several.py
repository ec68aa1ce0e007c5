"""Several classifiers of one hand-in: each network that was trained is scored, under a name that the plan gives it.

The names go from the network with the fewest parameters to the one with the most. Of one design that was trained more
than once, the training used last is scored, and the others say how far apart trainings lie. Knows no architecture.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from validator.evidence import Flag, Metrics, Reading
from validator.measuring.datasets import DataError
from validator.measuring.meter import log
from validator.measuring.meter.trained import Trained
from validator.measuring.probes import classifier_scoring, classifier_student
from validator.measuring.probes.classifier_predictions import Truth, all_predictions, truth_of
from validator.measuring.probes.classifier_scoring import Scored
from validator.measuring.probes.task import Task

COUNTS = {"parameters": "parameters", "steps": "steps", "gradient_computations": "gradient computations"}
UNITS = {
    **COUNTS,
    "trainings": "trainings",
    "trainings_test_accuracy": "share",
    "trainings_test_accuracy_sd": "share",
    "test_accuracy_gain": "share",
    "test_accuracy_gain_se": "share",
}
ALONE, SMALLEST = "one training of it was scored", "it is the one that the others are compared with"


@dataclass(frozen=True, kw_only=True)
class _Network:
    """One network with its best predictions, and what the records of its run tell of it."""

    task: Task
    """As if its run were the only one."""
    scored: Scored
    tried: int
    told: Trained | None

    @property
    def run(self) -> str:
        return self.task.plan.classifier_role

    @property
    def name(self) -> str:
        return self.scored.prediction.network

    @property
    def design(self) -> str:
        """What networks of one architecture have in common; its name where the records do not tell."""
        return (self.told.signature if self.told else "") or self.name

    @property
    def parameters(self) -> int:
        return self.told.parameters if self.told else 0

    @property
    def words(self) -> str:
        return f"{self.name} ({f'{self.parameters:,} parameters' if self.told else 'of unknown size'})"

    @property
    def words_with_score(self) -> str:
        return f"{self.words}, test accuracy {self.scored.test.share:.4f}"


def scores(task: Task, runs: tuple[str, ...]) -> tuple[Metrics, ...]:
    """One entry for each name of the plan, of what these runs handed out; what cannot be scored says why."""
    names = task.plan.classifier_names
    try:
        truth = truth_of(task)
    except DataError as error:
        return tuple(_missing(name, str(error)) for name in names)
    found, problems = _networks(task, runs, truth)
    designs: dict[str, list[_Network]] = {}
    for network in found:
        designs.setdefault(network.design, []).append(network)
    groups = list(designs.values())
    chosen, others = groups[: len(names)], groups[len(names) :]
    if len(chosen) < len(names):
        why, flags = _too_few(chosen, len(names), problems), tuple(_unnamed(chosen))
        return tuple(_missing(name, why, truth=truth, flags=flags if name == names[0] else ()) for name in names)
    chosen.sort(key=lambda group: group[0].parameters)
    doubts = [Flag(kind="unscored-predictions", detail=problem) for problem in problems]
    doubts += _doubts(chosen, others)
    return tuple(
        _metrics(name, group, truth, first=chosen[0][0], flags=tuple(doubts) if name == names[0] else ())
        for name, group in zip(names, chosen, strict=True)
    )


def _networks(task: Task, runs: tuple[str, ...], truth: Truth) -> tuple[list[_Network], list[str]]:
    """Of each run the networks that can be scored, the one used last first; and why others cannot."""
    found: list[_Network] = []
    problems: list[str] = []
    for role in runs:
        alone = dataclasses.replace(task, plan=dataclasses.replace(task.plan, classifier_role=role))
        try:
            candidates = all_predictions(alone)
        except DataError as error:
            problems.append(str(error))
            continue
        told = _told(alone)
        for name, predictions in candidates.items():
            scored, why = classifier_scoring.scored(alone, predictions, truth)
            problems += why
            if scored:
                best = classifier_scoring.best_of(scored)
                found.append(_Network(task=alone, scored=best, tried=len(scored), told=told.get(name)))
    return found, list(dict.fromkeys(problems))


def _told(task: Task) -> Mapping[str, Trained]:
    """What the records tell of each network; of two processes with one name, the one trained longer."""
    records = list(log.read_records(task.run_folder(task.plan.classifier_role) / "records.jsonl"))
    networks = sorted(log.read(records, None).networks, key=lambda network: network.updates)
    return {network.name: network for network in networks}


def _metrics(
    name: str, group: Sequence[_Network], truth: Truth, *, first: _Network, flags: tuple[Flag, ...]
) -> Metrics:
    network = group[0]
    alike = frozenset(one.name for one in group if one.run == network.run)
    student = classifier_student.evaluated(
        network.task, network=network.name, harness=network.scored.classes, alike=alike
    )
    readings, pictures = classifier_scoring.measured(network.task, network.scored, truth, name=name)
    own = {**dict(_counts(network)), **dict(_trainings(group)), **dict(_gain(network, first))}
    source = classifier_scoring.source(network.scored.prediction, tried=network.tried)
    return Metrics(
        about=name,
        network=network.name,
        run=network.run,
        readings=classifier_scoring.named(name, {**readings, **student.readings, **own}),
        protocol=classifier_scoring.protocol(truth),
        lookalike=truth.lookalike,
        source="; ".join(part for part in (source, student.words) if part),
        pictures=pictures,
        flags=(*flags, *student.flags),
    )


def _counts(network: _Network) -> Iterator[tuple[str, Reading]]:
    """What the records tell of it; a number is given only where it is one."""
    told = network.told
    values = (told.parameters, told.updates, told.own_gradients) if told else (None, None, None)
    why = told.why_uncounted if told else "the records of the run do not name it"
    for (name, unit), value in zip(COUNTS.items(), values, strict=True):
        known = value is not None and (not why or name == "parameters")
        yield name, Reading(value=value, unit=unit, source="reported") if known else Reading.missing(unit=unit, why=why)


def _trainings(group: Sequence[_Network]) -> Iterator[tuple[str, Reading]]:
    shares = [one.scored.test.share for one in group]
    yield "trainings", Reading(value=len(group), unit="trainings", source="observed")
    yield "trainings_test_accuracy", Reading(value=float(np.mean(shares)), unit="share", source="observed")
    if len(group) > 1:
        spread = float(np.std(shares, ddof=1))
        yield "trainings_test_accuracy_sd", Reading(value=spread, unit="share", source="observed")
    else:
        yield "trainings_test_accuracy_sd", Reading.missing(unit="share", why=ALONE)


def _gain(network: _Network, first: _Network) -> Iterator[tuple[str, Reading]]:
    """Test accuracy less that of the first network, on the same images: the error is that of paired answers."""
    names = ("test_accuracy_gain", "test_accuracy_gain_se")
    if network is first:
        yield from ((name, Reading.missing(unit="share", why=SMALLEST)) for name in names)
        return
    differences = network.scored.test_right.astype(np.float64) - first.scored.test_right.astype(np.float64)
    error = float(differences.std() / np.sqrt(len(differences)))
    for name, value in zip(names, (float(differences.mean()), error), strict=True):
        yield name, Reading(value=value, unit="share", source="observed")


def _doubts(chosen: Sequence[Sequence[_Network]], others: Sequence[Sequence[_Network]]) -> Iterator[Flag]:
    sizes = [group[0].parameters for group in chosen]
    if len(set(sizes)) < len(sizes):
        words = ", ".join(group[0].words for group in chosen)
        detail = f"networks are named from the smallest to the largest, and these are not told apart by that: {words}"
        yield Flag(kind="networks-not-told-apart", detail=detail)
    if others:
        words = "; ".join(group[0].words_with_score for group in others)
        yield Flag(kind="further-classifiers", detail=f"trained and scored too, and not among those named: {words}")


def _unnamed(chosen: Sequence[Sequence[_Network]]) -> Iterator[Flag]:
    """What was scored and goes by no name: which of the networks it is nobody can say."""
    for group in chosen:
        words = f"scored, and which network it is is not known: {group[0].words_with_score}"
        yield Flag(kind="unnamed-classifier", detail=words)


def _too_few(chosen: Sequence[Sequence[_Network]], wanted: int, problems: Sequence[str]) -> str:
    seen = "; ".join(group[0].words for group in chosen) or "none"
    said = f"{wanted} networks of different designs were looked for, {len(chosen)} could be scored: {seen}"
    return "; ".join([said, *problems])


def _missing(name: str, why: str, *, truth: Truth | None = None, flags: tuple[Flag, ...] = ()) -> Metrics:
    units = {**classifier_scoring.UNITS, **classifier_student.UNITS, **UNITS}
    return Metrics(
        about=name,
        readings={f"{name}.{known}": Reading.missing(unit=unit, why=why) for known, unit in units.items()},
        protocol=classifier_scoring.protocol(truth) if truth else "",
        lookalike=truth.lookalike if truth else False,
        flags=flags,
    )
