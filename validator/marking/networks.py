"""Several networks of one hand-in, by the names of the rubric: which network of which run each is. No verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from validator.evidence import Evidence, Metrics, Network, Run
from validator.marking.absence import reading_or_why

CLASSIFIER = "classifier"


@dataclass(frozen=True, kw_only=True)
class Named:
    """One network under its name, with the run that trained it."""

    name: str
    network: Network
    run: Run

    @property
    def trainings(self) -> tuple[Network, ...]:
        """Every training of its design in its run, itself among them: trials, seeds, restarts from the beginning."""
        alike = (one for one in self.run.networks if one.shapes == self.network.shapes and one.steps != 0)
        return tuple(alike) if self.network.shapes else (self.network,)


def named(evidence: Evidence, name: str) -> Named | str:
    """The network that goes by this name, or why there is none."""
    metrics = evidence.metrics_of(name)
    if metrics is None or not metrics.network:
        return reading_or_why(evidence, f"{name}.test_accuracy").why or "no network goes by this name"
    run = evidence.run_of(metrics.run)
    network = _of_run(run, metrics) if run is not None else None
    if run is None or network is None:
        return f"the records of the run do not name {metrics.network}"
    return Named(name=name, network=network, run=run)


def all_named(evidence: Evidence, names: Iterable[str]) -> tuple[Named, ...] | str:
    """All of them, or why one is not there."""
    found: list[Named] = []
    for name in names:
        one = named(evidence, name)
        if isinstance(one, str):
            return f"{name}: {one}"
        found.append(one)
    return tuple(found)


def is_named(evidence: Evidence, about: str) -> bool:
    """Whether this is the name of one of several networks, and no role of the hand-in."""
    roles = evidence.layout.roles
    return bool(about and roles) and about != CLASSIFIER and about not in roles


def subject(evidence: Evidence, about: str) -> str:
    """Under which name the accuracy of a clause's model stands among the readings."""
    return about if is_named(evidence, about) else CLASSIFIER


def run_about(evidence: Evidence, about: str) -> Run | None:
    """The run of a role, or the one that holds the network of this name."""
    metrics = evidence.metrics_of(about) if is_named(evidence, about) else None
    return evidence.run_of(metrics.run if metrics is not None else about)


def _of_run(run: Run, metrics: Metrics) -> Network | None:
    """By its name; where several processes have one of that name, the one that was trained longest."""
    fitting = [one for one in run.networks if one.name.partition(" of process ")[0] == metrics.network]
    return max(fitting, key=lambda one: one.steps or 0, default=None)
