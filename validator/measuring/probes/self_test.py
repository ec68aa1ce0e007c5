"""Whether the meter still counts right: known trainings are executed as any notebook is, and their counts compared.

The agent relies on names that PyTorch and JAX do not promise to keep. Where a count is wrong, nothing is counted with
that version, and everybody is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from validator.evidence import Network, Run
from validator.measuring.probes import run_alone

SHEETS = Path(__file__).parent / "sheets"
WALL_SECONDS = 240.0


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a training of the sheet must be counted as."""

    what: str
    steps: int = 3
    gradient_computations: int = 3


FRAMEWORKS: Mapping[str, Mapping[int, Known]] = {
    "torch": {
        11: Known(what="SGD"),
        12: Known(what="a fused optimiser"),
        13: Known(what="accumulated gradients", gradient_computations=6),
        14: Known(what="reentrant checkpointing"),
        15: Known(what="a compiled model"),
        16: Known(what="updates through .data"),
        17: Known(what="raw tensors without an optimiser"),
        19: Known(what="torch.func.grad"),
        20: Known(what="the engine called directly"),
    },
    "jax": {
        11: Known(what="jit"),
        12: Known(what="value_and_grad"),
        13: Known(what="scan"),
        14: Known(what="vjp"),
        15: Known(what="linearize"),
        16: Known(what="two gradients for one update", gradient_computations=6),
    },
}
"""By framework, the trainings of its sheet by their number of parameters."""


@dataclass(frozen=True, kw_only=True)
class SelfTest:
    """What the self-test of one framework in one environment said."""

    version: str
    """`torch 2.15.0`; empty where the framework is not installed."""
    wrong: tuple[str, ...] = ()
    """What was miscounted, in words; empty when all was right."""
    counted: int = 0
    """How many trainings were counted right."""

    @property
    def ok(self) -> bool:
        """Whether its counts can be relied on."""
        return not self.wrong

    @property
    def words(self) -> str:
        """One sentence for people."""
        if not self.version:
            return "not installed"
        if self.ok:
            return f"{self.version}: {self.counted} known trainings counted right"
        return f"{self.version}: the meter miscounted its self-test, nothing is counted: {'; '.join(self.wrong)}"


def examined(framework: str, *, interpreter: str | None, environment: str) -> SelfTest:
    """Execute the sheet of a framework in the sandbox and compare. Raises BoxProblem where nothing can be executed."""
    run = run_alone.alone(
        SHEETS / f"{framework}_sheet.py",
        wall_seconds=WALL_SECONDS,
        data=None,
        interpreter=interpreter,
        environment=environment,
    )
    return compared(run, FRAMEWORKS[framework], framework)


def compared(run: Run, known: Mapping[int, Known], framework: str) -> SelfTest:
    """What a run of the sheet says of the meter."""
    if run.outcome != "finished":
        absent = f"No module named '{framework}'" in run.detail
        return SelfTest(version="" if absent else framework, wrong=() if absent else (f"{run.outcome}: {run.detail}",))
    wrong = [words for size, each in known.items() if (words := _wrong(size, each, run.networks))]
    wrong += [f"{flag.kind}: {flag.detail}" for flag in run.flags if flag.kind in ("agent-fault", "tampered")]
    return SelfTest(version=run.framework or framework, wrong=tuple(wrong), counted=len(known) - len(wrong))


def _wrong(size: int, known: Known, networks: tuple[Network, ...]) -> str:
    found = [net for net in networks if net.parameters == size]
    counts = [(net.steps, net.gradient_computations) for net in found]
    if counts == [(known.steps, known.gradient_computations)]:
        return ""
    said = ", ".join(f"{steps} steps and {gradients} gradient computations" for steps, gradients in counts)
    return f"{known.what}: {said or 'not seen'} instead of {known.steps} and {known.gradient_computations}"
