"""What the sandbox keeps in on this machine: each tier tried, and the one that is used attacked from inside."""

from __future__ import annotations

from collections.abc import Iterator

from validator.measuring import sandbox
from validator.measuring.sandbox import selftest, tiers
from validator.running.check import Check


def tiers_here() -> Iterator[Check]:
    """Which tiers work, and why the others do not; staff mark cohorts in the first two."""
    try:
        chosen = tiers.choose()
    except tiers.SandboxError as error:
        yield Check(name="sandbox", ok=False, detail=str(error))
        return
    yield Check(name="sandbox", ok=chosen != "T3", detail=f"{sandbox.TIERS[chosen]} is used")
    for entry in tiers.found():
        if entry.tier != chosen:
            yield Check(
                name=f"sandbox {entry.tier}",
                ok=entry.works,
                detail=f"{sandbox.TIERS[entry.tier]}: {entry.detail}",
                optional=True,
            )
    yield Check(name="memory of a box", ok=True, detail=f"kept by {tiers.memory_guard()}", optional=True)


def attacked() -> tuple[str, list[Check]]:
    """The tier that is used, and every attempt to break out of it; in T3 what is open is known and said."""
    try:
        tier = tiers.choose()
    except tiers.SandboxError:
        return "no sandbox", []
    attempts = [
        Check(
            name=attempt.name,
            ok=attempt.refused,
            detail=_told(attempt),
            optional=tier == "T3" or bool(attempt.known),
        )
        for attempt in selftest.attempts(tier)
    ]
    return sandbox.TIERS[tier], attempts


def _told(attempt: selftest.Attempt) -> str:
    words = f"{attempt.says}: {attempt.detail}" if attempt.detail != "sent" else attempt.says
    return f"{words}; known to be open in this tier: {attempt.known}" if attempt.known else words
