"""How steps, gradient computations and optimiser calls of one network differ, and what usually makes them so.

Words only; knows no other network.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Network


def relations(network: Network) -> Iterator[str]:
    """A clause for each thing worth saying of a network that was updated."""
    steps = network.steps or 0
    if not steps:
        return
    if network.gradient_computations is not None:
        yield _gradients(steps, network.gradient_computations)
    yield from _calls(steps, network)
    if network.widest is not None and network.widest < steps:
        yield (
            f"its parts took turns: no single tensor was updated more than {network.widest:,} times, and a step of any "
            "part is a step of the network"
        )
    if network.unverified:
        most = steps + network.unverified
        yield f"whether its values changed could not always be told: it has at most {most:,} steps"
    if network.restarts:
        since = "" if network.since_restart is None else f", about {network.since_restart:,} of its steps came after it"
        yield f"it was initialised again in place ({_times(network.restarts)}){since}; all its steps are counted"
    if network.copies > 1:
        yield f"it holds {network.copies:,} models in one: a step moves all of them, and all their parameters count"


def _gradients(steps: int, gradients: int) -> str:
    if gradients == steps:
        return "one gradient computation for each step"
    if gradients % steps == 0 and gradients > steps:
        each = gradients // steps
        return f"{each:,} gradient computations for each step: gradients were accumulated, or several losses were used"
    if gradients >= 1.5 * steps:
        return f"about {gradients / steps:.1f} gradient computations for each step: gradients were accumulated"
    if gradients > steps:
        further = gradients - steps
        return (
            f"{further:,} gradient computations more than steps: after these the values stayed as they were (a step "
            "skipped by mixed precision, a gradient that was only looked at)"
        )
    return f"{gradients:,} gradient computations for {steps:,} steps: some were not seen"


def _calls(steps: int, network: Network) -> Iterator[str]:
    calls = network.optimiser_calls
    if not calls:
        yield "no optimiser's step was called for it: the changes of its values were seen"
    elif calls % steps == 0 and calls > steps:
        each = calls // steps
        yield f"{each:,} optimiser calls for each step: several optimisers, or calls with no new gradient between them"
    elif calls > steps:
        yield f"{calls - steps:,} optimiser calls more than steps: these changed nothing, or had no new gradient"
    elif steps >= 1.5 * calls:
        yield (
            f"about {steps / calls:.1f} steps for each optimiser call: within a call it takes gradients at several "
            "values (LBFGS, SAM, a line search), and each value that was left is a step"
        )
    elif calls < steps:
        yield f"{steps - calls:,} steps more than optimiser calls: these changes were made by other code"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
