"""What the head asks its warm parent for: one child, as one line of JSON on the child's leash."""

from __future__ import annotations

import json
import socket
import sys
from dataclasses import dataclass, replace
from typing import Any

STAGE_PROGRAM = (sys.executable, "-P", "-m", "validator.running.stage")
TERMINATE, KILL = b"t", b"k"
"""What the head says on a leash afterwards. Its end closing means the second."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One child to fork: arguments of the stage program when `warm`, else the command line of another program."""

    command: tuple[str, ...]
    warm: bool
    environment: dict[str, str]
    memory_bytes: int | None
    """Soft limit of the data segment; None leaves the machine's."""

    @property
    def kind(self) -> str:
        """The first word of the stage: `static`, `run`, `score`; empty for another program."""
        return self.command[0].partition("-")[0] if self.warm else ""

    def cold(self) -> Request:
        """The same stage as a new interpreter."""
        return replace(self, command=(*STAGE_PROGRAM, *self.command), warm=False) if self.warm else self

    def line(self) -> bytes:
        """The request as it travels."""
        return json.dumps(vars(self)).encode() + b"\n"


def read_request(leash: socket.socket) -> Request:
    """Read it. Raises ValueError when the head went before all was said."""
    said = bytearray()
    while not said.endswith(b"\n"):
        piece = leash.recv(65536)
        if not piece:
            raise ValueError("no request")
        said += piece
    found: dict[str, Any] = json.loads(said)
    return Request(**{**found, "command": tuple(found["command"])})
