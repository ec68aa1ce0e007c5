"""Accuracy and loss of the trained classifier, scored here, outside the process that made the predictions.

The run handed the network the official train and test images in an order of its own; the network's outputs came back
in that order. The labels, and the order, were never there. Beside it stands what the student's own evaluation came to.
Where the plan names several classifiers of one hand-in, each is scored by itself (`classifier_several`).
"""

from __future__ import annotations

from validator.evidence import Flag, Metrics
from validator.measuring.datasets import DataError
from validator.measuring.probes import classifier_scoring, classifier_several, classifier_student
from validator.measuring.probes.classifier_predictions import Truth, predictions, truth_of
from validator.measuring.probes.task import Task

PREFIX = "classifier"
UNITS = classifier_scoring.UNITS


def scores(task: Task, runs: tuple[str, ...] = ()) -> tuple[Metrics, ...]:
    """The scored classifier, or each of several that these runs trained."""
    return classifier_several.scores(task, runs) if task.plan.classifier_names else (score(task),)


def score(task: Task) -> Metrics:
    """Score the predictions that the run handed out; what cannot be scored is missing with its reason."""
    try:
        truth = truth_of(task)
        candidates = predictions(task)
    except DataError as error:
        return _missing(task, str(error))
    scored, problems = classifier_scoring.scored(task, candidates, truth)
    if not scored:
        why = "; ".join(problems) or "no predictions were handed out"
        return _missing(task, why, truth=truth, network=candidates[0].network)
    best = classifier_scoring.best_of(scored)
    student = classifier_student.evaluated(task, network=best.prediction.network, harness=best.classes)
    readings, pictures = classifier_scoring.measured(task, best, truth)
    source = classifier_scoring.source(best.prediction, tried=len(scored))
    return Metrics(
        about=task.plan.classifier_role,
        readings=classifier_scoring.named(PREFIX, {**readings, **student.readings}),
        protocol=classifier_scoring.protocol(truth),
        lookalike=truth.lookalike,
        source="; ".join(part for part in (source, student.words) if part),
        pictures=pictures,
        flags=(*(Flag(kind="unscored-predictions", detail=problem) for problem in problems), *student.flags),
    )


def _missing(task: Task, why: str, *, truth: Truth | None = None, network: str = "") -> Metrics:
    """Without predictions of the harness's own; what the student's evaluation came to may be known all the same."""
    student = classifier_student.evaluated(task, network=network, harness=None)
    return Metrics(
        about=task.plan.classifier_role,
        readings=classifier_scoring.named(PREFIX, {**classifier_scoring.missing(why), **student.readings}),
        protocol=classifier_scoring.protocol(truth) if truth else "",
        lookalike=truth.lookalike if truth else False,
        source=student.words,
        flags=student.flags,
    )
