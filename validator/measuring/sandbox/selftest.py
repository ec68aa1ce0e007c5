"""Puts a program that tries to break out into a box, and tells attempt by attempt what was refused.

Everything it reaches for is planted for it: a stranger's file, a service on the loopback, a process to signal.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validator.measuring.sandbox import box
from validator.measuring.sandbox import walls as views
from validator.measuring.sandbox.limits import Limits
from validator.measuring.sandbox.planted import Planted, planted
from validator.measuring.sandbox.supervisor import landlock
from validator.measuring.sandbox.walls import Tier, Walls

HERE = Path(__file__).resolve().parent
ESCAPE = HERE / "escape.py"
WALL_SECONDS = 60.0

SAYS = {
    "network-tcp": "connect to a service of this machine over TCP",
    "network-tcp6": "the same over IPv6",
    "network-udp": "send a UDP datagram",
    "network-dns": "ask a name server",
    "abstract-socket": "connect to an abstract unix socket of this machine",
    "unix-service": "connect to a unix socket outside, as that of a session bus",
    "unix-datagram": "send a datagram to such a socket",
    "shared-memory": "read shared memory of another program of the account",
    "terminal": "open another terminal of the account",
    "type-into-terminal": "type into a terminal as its owner would",
    "read-other-submission": "read another submission",
    "list-home": "list the folder of another submission",
    "link-to-other-submission": "read it through a link in the own folder",
    "write-outside": "write outside the own folders",
    "write-into-harness": "change the harness's files",
    "write-into-environment": "change the interpreter's environment, as pip would",
    "signal-driver": "end the process that executes the notebook",
    "trace-driver": "attach to that process as a debugger",
    "read-driver-memory": "read that process's environment",
    "become-root": "become root",
    "new-namespace": "open a user namespace of its own",
    "mount": "mount a file system",
    "outlive": "keep a process alive after the end",
}


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt to break out, and whether the box held."""

    name: str
    refused: bool
    says: str
    """What was tried, in words."""
    detail: str
    """What the system answered."""
    known: str = ""
    """Why this tier cannot refuse it to this account, where that is known; empty for what must be refused."""


def known_open(tier: Tier) -> dict[str, str]:
    """What the tier leaves open, and why: said wherever the self-test is shown, and looked at in no other way."""
    if tier != "T2" or views.own_uid() is not None:
        return {}
    why = "the box has the account of whoever runs it, and"
    open_here = {
        "terminal": f"{why} Landlock opens all terminals or none",
        "shared-memory": f"{why} data loaders need the one folder that all programs share",
    }
    if landlock.version() < landlock.SCOPES_SINCE:
        open_here["signal-driver"] = f"{why} kernels before 6.12 keep no signal in"
    return open_here


def attempts(tier: Tier, *, environment: Path | None = None) -> tuple[Attempt, ...]:
    """Try everything at this tier, as the account that boxes of this process have."""
    with (
        tempfile.TemporaryDirectory(prefix="v-self-", dir=views.scratch_root()) as name,
        contextlib.ExitStack() as stack,
    ):
        folder = Path(name)
        outside = stack.enter_context(planted(folder, environment or Path(sys.prefix)))
        inside = folder / "inside"
        walls = Walls(
            tier=tier,
            readable=(Path(sys.base_prefix), Path(outside.places["environment"]), ESCAPE),
            writable=(inside,),
            uid=views.own_uid(),
        )
        python = str(getattr(sys, "_base_executable", sys.executable))
        outcome = box.run(
            [python, "-I", "-S", str(ESCAPE), json.dumps(outside.places)],
            limits=Limits(wall_seconds=WALL_SECONDS, processes=256),
            cwd=inside,
            walls=walls,
        )
        said = _said(outcome.stdout)
        return tuple(_judged(outside, name, said.get(name, {}), stderr=outcome.stderr, tier=tier) for name in SAYS)


def _said(stdout: bytes) -> dict[str, Any]:
    try:
        said = json.loads(stdout)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _judged(outside: Planted, name: str, said: dict[str, Any], *, stderr: bytes, tier: Tier) -> Attempt:
    opened, detail = said.get("open"), str(said.get("said") or "")
    if not said:
        # A self-test that did not run has shown nothing, and nothing is not a refusal.
        opened, detail = True, f"the self-test did not run: {stderr.decode('utf-8', 'replace')[-200:]}"
    elif opened is None:
        opened = outside.seen_from_outside(name)
    known = known_open(tier).get(name, "") if said and opened else ""
    return Attempt(name=name, refused=not opened, says=SAYS[name], detail=detail, known=known)
