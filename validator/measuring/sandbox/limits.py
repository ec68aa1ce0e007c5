"""What a boxed command may use, and what became of it. Plain data; starts nothing."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024

TIER = "T3 rlimits and process group"
"""The box of this version: no network or file-system isolation, and every report says so."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Resources of one command and everything it starts. None leaves one without a limit."""

    wall_seconds: float
    memory_bytes: int | None = None
    """Data segment of each process (RLIMIT_DATA): reservations that are never touched, as CUDA makes, stay allowed."""
    file_bytes: int | None = None
    """Largest file that may be written."""
    cpu_seconds: int | None = None
    """Processor time of each process."""
    output_bytes: int = MIB
    """Kept of stdout and of stderr each; what follows is read and dropped."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one boxed command ended. `exit_code` is None when a signal ended it, and the other way round."""

    exit_code: int | None
    signal: int | None
    timed_out: bool
    stdout: bytes
    stderr: bytes
    truncated: bool
    """Whether more output came than was kept."""
    wall_seconds: float
    detached: int | None
    """Processes that the command left behind and that were ended after it; None when that is not known."""
    tier: str = TIER
    missing: tuple[str, ...] = ()
    """Limits asked for that this operating system does not have, by name."""

    @property
    def ok(self) -> bool:
        """Ended by itself with exit code 0."""
        return self.exit_code == 0 and not self.timed_out
