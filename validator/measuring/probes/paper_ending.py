"""How the reader of one PDF ended, however it was started, and what that says about the file."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from validator.plan import MIB, PaperLimits

SPENT = tuple(getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name))
"""How the kernel ends a process that used up its processor time (or, with the second, the machine's memory)."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """One reader's end. `exit_code` is None when a signal ended it, and the other way round."""

    exit_code: int | None
    signal: int | None
    timed_out: bool
    stdout: bytes
    truncated: bool
    """Whether it said more than was kept."""
    out_of_memory: bool

    @property
    def ok(self) -> bool:
        """Ended by itself with exit code 0, and all it said is here."""
        return self.exit_code == 0 and not self.timed_out and not self.truncated

    @property
    def limited(self) -> bool:
        """Whether it was ended by a limit of time, memory or output that is ours and not the file's."""
        return self.timed_out or self.truncated or self.out_of_memory or self.signal in SPENT

    def why(self, limits: PaperLimits) -> str:
        """For a person who wonders about the file."""
        if self.timed_out:
            return f"reading it takes longer than {limits.wall_seconds:g} seconds"
        if self.truncated:
            return "its reader says more than can be true"
        if self.signal in SPENT:
            return f"reading it takes more than {limits.cpu_seconds} seconds of processor time, or all memory there is"
        if self.out_of_memory:
            return f"reading it needs more than {limits.memory_bytes // MIB} MiB of memory"
        ended = f"signal {self.signal}" if self.signal is not None else f"exit code {self.exit_code}"
        return f"its reader ended early ({ended})"
