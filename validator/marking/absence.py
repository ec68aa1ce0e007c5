"""Why something is not there to be judged: refused, skipped, a fault of the harness, or no probe yet. No verdicts."""

from __future__ import annotations

from collections.abc import Mapping

from validator.evidence import HARNESS_FAILED, NOT_MEASURED, Evidence, Fault, Reading
from validator.marking.finding import Finding

STATIC = "static"
"""The stage that unpacks, lists, and reads paper and sources."""

STAGES: Mapping[str, tuple[str, ...]] = {
    "layout": (STATIC,),
    "paper": (STATIC,),
    "source": (STATIC,),
    "integrity": (STATIC,),
    "training": (STATIC, "run-{about}"),
    "samples": (STATIC, "run-{about}", "score-samples"),
    "classifier": (STATIC, "run-{about}", "score-classifier"),
    "handin": (),
}
"""Family of rules to the stages that measure what it judges."""


def fault_of(evidence: Evidence, *, family: str, about: str) -> Fault | None:
    """The first failure of the harness in a stage that this family's evidence comes from."""
    stages = {stage.format(about=about) for stage in STAGES.get(family, ())}
    return next((fault for fault in evidence.faults if fault.stage in stages), None)


def reading_or_why(evidence: Evidence, name: str, *, unit: str = "") -> Reading:
    """The reading of that name; a missing one says why, refused archives and static faults included."""
    found = evidence.readings.get(name)
    return found or Reading.missing(unit=unit, why=why_absent(evidence, name.split(".", maxsplit=1)[0]))


def why_absent(evidence: Evidence, subject: str) -> str:
    """Why nothing is known about a role, `paper`, `source` or `samples`."""
    if evidence.layout.refused is not None:
        return f"nothing could be unpacked: {evidence.layout.refused.detail}"
    if any(fault.stage == STATIC for fault in evidence.faults):
        return HARNESS_FAILED
    why = evidence.reading(f"{subject}.").why
    if why == NOT_MEASURED and evidence.layout.roles.get(subject) == ():
        return "the submission holds no file for it"
    return why


def unmeasured(evidence: Evidence, what: str) -> Finding:
    """The finding of a rule that has no probe yet."""
    refused = evidence.layout.refused
    why = f"nothing could be unpacked: {refused.detail}" if refused else NOT_MEASURED
    return Finding(verdict="unknown", message=f"{what}: {why}")
