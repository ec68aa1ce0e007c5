"""What the benchmarks share: medians of wall seconds, and a figure beside its aim. Prints nothing by itself."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable


def timed(call: Callable[[], object]) -> float:
    """Wall seconds of a call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def median(call: Callable[[], float], rounds: int) -> float:
    """Of some rounds, after one that fills the caches."""
    call()
    return statistics.median(call() for _ in range(rounds))


def at_most(value: float, aim: float, unit: str) -> str:
    """The figure, its aim, and whether it is met."""
    return f"{value:.3g} {unit} (aim: at most {aim:g} {unit}, {'met' if value <= aim else 'missed'})"


def at_least(value: float, aim: float, unit: str) -> str:
    """The same, where more is better."""
    return f"{value:.3g} {unit} (aim: at least {aim:g} {unit}, {'met' if value >= aim else 'missed'})"


def machine() -> str:
    """On what and beside how much else the figures were taken."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
