"""What a boxed command may use, and what became of it. Plain data; starts nothing."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Resources of one command and everything it starts. None leaves one without a limit."""

    wall_seconds: float
    memory_bytes: int | None = None
    """Data segment of each process (RLIMIT_DATA): reservations that are never touched, as CUDA makes, stay allowed."""
    tree_bytes: int | None = None
    """Memory of the command and all its children together, looked at four times a second, and counted by the
    kernel where this account may make a control group."""
    file_bytes: int | None = None
    """Largest file that may be written."""
    disk_bytes: int | None = None
    """Disk under all writable folders together, removed files that are still open included."""
    processes: int | None = None
    """Processes and threads (RLIMIT_NPROC where the account is the box's own), and processes of the tree."""
    cpu_seconds: int | None = None
    """Processor time of each process."""
    output_bytes: int = MIB
    """Kept of stdout and of stderr each; what follows is read and dropped."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the supervisor told of a command once all was over; None and empty where it could not."""

    detached: int | None = None
    """Processes that the command left behind and that were ended after it."""
    excess: str = ""
    """`memory`, `processes` or `disk`, when the tree of processes was ended for passing that limit."""
    peak_bytes: int | None = None
    """Most memory that the tree held when it was looked at."""
    guard: str = ""
    """`cgroup v1` or `cgroup v2` where the kernel counted memory and processes too; empty where only looks did."""


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
    excess: str = ""
    """`memory`, `processes` or `disk`, when the tree of processes was ended for passing that limit."""
    guard: str = ""
    """`cgroup v1` or `cgroup v2` where the kernel counted memory and processes too; empty where only looks did."""
    tier: str = ""
    missing: tuple[str, ...] = ()
    """Limits asked for that this operating system does not have, by name."""

    @property
    def ok(self) -> bool:
        """Ended by itself with exit code 0."""
        return self.exit_code == 0 and not self.timed_out
