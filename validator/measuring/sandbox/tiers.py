"""Which tiers this machine has, tried and not assumed, and which one a run gets. Knows no limit of a run."""

from __future__ import annotations

import functools
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from validator.measuring.sandbox import box, bubblewrap
from validator.measuring.sandbox import walls as views
from validator.measuring.sandbox.limits import Limits
from validator.measuring.sandbox.supervisor import cgroups, landlock, seccomp
from validator.measuring.sandbox.walls import TIERS, Tier, Walls

TRY_SECONDS = 20.0
WALLED = "walled"
NEVER_ROOT = (
    "notebooks never run as root, and their account could not be given what it needs: let others enter the folders "
    "above the interpreter (chmod o+x), or run the harness as an ordinary user"
)
LOOKS = "four looks a second, with a limit of its own on each process"
USERNS_HELP = (
    "where the kernel keeps user namespaces from ordinary users (Ubuntu 24.04 and newer), an AppArmor profile for "
    "bwrap or `sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows them"
)


class SandboxError(RuntimeError):
    """The wished tier cannot be had here; the message says why and what helps."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One tier: whether it works here, and why not, in words with the cure."""

    tier: Tier
    works: bool
    detail: str


def found() -> tuple[Found, ...]:
    """Every tier, best first, each tried with a command that does nothing."""
    return tuple(tried(tier) for tier in TIERS)


@functools.cache
def tried(tier: Tier) -> Found:
    """One tier, tried when it is first asked for: most runs use the first and need not wait for the others."""
    reasons = {"T1": _no_t1, "T2": _no_t2}
    return _tried(tier, reasons[tier]() if tier in reasons else "")


def choose(wished: str = "auto") -> Tier:
    """The best tier that works (`auto`), the best one with walls (`walled`), or the wished one. Raises SandboxError."""
    if wished == "auto":
        best = next((tier for tier in TIERS if tried(tier).works), None)
        if best is None:
            raise SandboxError(f"no sandbox works here: {tried('T3').detail}; {NEVER_ROOT}")
        return best
    if wished == WALLED:
        walled = next((tier for tier in TIERS if tier != "T3" and tried(tier).works), None)
        if walled is None:
            raise SandboxError(f"no sandbox with walls works here: {why_not_better('T3')}")
        return walled
    known = next((tier for tier in TIERS if tier == wished), None)
    if known is None:
        raise SandboxError(f"no sandbox tier is called {wished!r}: auto, {', '.join(TIERS)}")
    entry = tried(known)
    if not entry.works:
        raise SandboxError(f"{TIERS[entry.tier]} does not work here: {entry.detail}")
    return entry.tier


def why_not_better(tier: Tier) -> str:
    """Why this is the best tier here; empty for the first one."""
    better = [tried(other) for other in TIERS if other < tier and not tried(other).works]
    return "; ".join(f"{TIERS[entry.tier]}: {entry.detail}" for entry in better)


def memory_guard() -> str:
    """What keeps the memory and the processes of a whole box within their limits here, in words."""
    group = cgroups.made({"memory": 1 << 30, "processes": 64})
    if group is None:
        return LOOKS
    group.remove()
    return f"{group.name} and {LOOKS}"


def _no_t1() -> str:
    if sys.platform != "linux":
        return "it exists on Linux only"
    return "" if bubblewrap.program() else "bwrap is not installed (Debian, Ubuntu: apt-get install bubblewrap)"


def _no_t2() -> str:
    if sys.platform != "linux":
        return "it exists on Linux only"
    if not landlock.version():
        return "this kernel has no Landlock (Linux 5.13 and newer), or it is switched off"
    return "" if seccomp.available() else "this kernel or processor has no seccomp filter that is known here"


def _tried(tier: Tier, why: str) -> Found:
    if why:
        return Found(tier=tier, works=False, detail=why)
    with tempfile.TemporaryDirectory(prefix="v-try-") as folder:
        python = Path(getattr(sys, "_base_executable", sys.executable))
        walls = Walls(tier=tier, readable=(Path(sys.base_prefix), Path(folder)), uid=views.own_uid())
        Path(folder).chmod(0o755)
        command = [str(python), "-I", "-S", "-c", "print('works')"]
        outcome = box.run(command, limits=Limits(wall_seconds=TRY_SECONDS), cwd=Path(folder), walls=walls)
    if outcome.ok and outcome.stdout == b"works\n":
        return Found(tier=tier, works=True, detail="works")
    said = outcome.stderr.decode("utf-8", "replace").strip()[-200:] or f"ended with code {outcome.exit_code}"
    cure = f"; {USERNS_HELP}" if tier == "T1" and "uid map" in said else ""
    return Found(tier=tier, works=False, detail=said + cure)
