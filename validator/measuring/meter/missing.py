"""Why a number is missing, in words a student understands. Never a zero in its place. Knows no limit."""

from __future__ import annotations

from validator.measuring.meter.log import Log
from validator.measuring.meter.roles import Cast
from validator.measuring.meter.totals import UNITS

OF_UPDATES = frozenset(UNITS) - {"parameters", "trainable_parameters"}


def why_missing(name: str, found: Cast, log: Log) -> str:
    """Why there is no such number; empty when there is one."""
    return _self_test(found, log) or _nothing(found, log) or _stranger(found) or _uncounted(name, found)


def _self_test(found: Cast, log: Log) -> str:
    """A meter that miscounts what it knows counts nothing; what another framework trained still stands."""
    for framework in log.miscounted:
        if not any((net.kind == "jax") != (framework == "jax") for net in found.networks):
            version = next((words for words in log.framework.split(", ") if words.startswith(framework)), framework)
            return f"the meter miscounted its self-test with {version}: nothing is counted"
    return ""


def _nothing(found: Cast, log: Log) -> str:
    if found.counted:
        return ""
    if not log.pids:
        return "the agent reported nothing: neither PyTorch nor JAX was imported, or the run ended before"
    if found.by_hand:
        tally = found.by_hand[0]
        return (
            f"{tally.name} changed {tally.free_writes:,} times without any gradient computation: trained by other "
            "means than gradients (evolution, backpropagation by hand), which cannot be counted"
        )
    if log.forward_mode:
        return (
            f"{log.forward_mode:,} forward-mode derivatives and no gradient computation that changed a network: "
            "training in forward mode cannot be counted"
        )
    if found.strangers:
        return _stranger(found)
    if log.elsewhere:
        return f"{log.elsewhere:,} gradient computations reached no network that is known: a person must look"
    if log.foreign:
        return f"no optimisation step was seen: it uses {log.foreign}, and only PyTorch and JAX are counted"
    if not log.framework:
        return "no optimisation step was seen: neither PyTorch nor JAX was imported"
    return "no optimisation step was seen"


def _stranger(found: Cast) -> str:
    if not found.strangers:
        return ""
    tally = max(found.strangers, key=lambda tally: (tally.images_after, tally.name))
    return (
        f"{tally.name} saw {tally.images_after:,} images last, no gradient computation ever reached it, and it is no "
        "copy of a network that was trained here: what it is made of was not counted"
    )


def _uncounted(name: str, found: Cast) -> str:
    if name not in OF_UPDATES:
        return ""
    return next((why for net in found.networks if (why := net.why_uncounted)), "")
