"""What the self-test plants outside its box: a stranger's file, services, a process to signal, a terminal.

Knows who can be reached and what arrived; nothing of tiers.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validator.measuring.sandbox import walls as views
from validator.measuring.sandbox.supervisor.shared import PLACE

HERE = Path(__file__).resolve().parent
GONE_SECONDS = 1.0


@dataclass
class Planted:
    """What lies outside for the program inside to reach for."""

    places: dict[str, Any]
    victim: subprocess.Popen[bytes]
    datagrams: socket.socket
    letters: socket.socket

    @property
    def written(self) -> dict[str, Path]:
        """Where a file lies when an attempt to write went through."""
        return {
            "write-outside": Path(self.places["outside"]) / "written",
            "write-into-harness": Path(self.places["harness"]) / "planted_by_selftest",
            "write-into-environment": Path(self.places["environment"]) / "planted_by_selftest",
        }

    def seen_from_outside(self, name: str) -> bool:
        """Whether an attempt went through whose end the program inside cannot see."""
        if name == "signal-driver":
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.victim.wait(0.2)
            return self.victim.poll() is not None
        if name in self.written:
            return self.written[name].exists()
        if name in ("network-udp", "network-dns"):
            return _arrived(self.datagrams, self.places["udp_word"] if name == "network-udp" else "dns")
        if name == "unix-datagram":
            return _arrived(self.letters, self.places["letter_word"])
        return name == "outlive" and _still_runs(self.places["word"])


def _arrived(receiver: socket.socket, word: str) -> bool:
    with contextlib.suppress(OSError):
        while True:
            if receiver.recv(100) == word.encode():
                return True
    return False


def _still_runs(word: str) -> bool:
    """Whether a process of that command line is there a moment after the end."""
    time.sleep(GONE_SECONDS)
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if entry.read_bytes().split(b"\0")[:2] == [b"sleep", word.encode()]:
                return True
    return False


@contextlib.contextmanager
def _shared(name: str) -> Iterator[Path]:
    """A file of this account's own in shared memory, where there is any."""
    place = Path(PLACE) / name
    with contextlib.suppress(OSError):
        place.touch(mode=0o600, exist_ok=False)
        place.write_text("another program's")
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)


@contextlib.contextmanager
def _listening(place: Path, kind: socket.SocketKind) -> Iterator[socket.socket]:
    """A service that lets every account in, as far as its file goes."""
    with socket.socket(socket.AF_UNIX, kind) as service:
        service.bind(str(place))
        place.chmod(0o666)
        service.setblocking(False)
        if kind == socket.SOCK_STREAM:
            service.listen()
        yield service


@contextlib.contextmanager
def planted(folder: Path, environment: Path) -> Iterator[Planted]:
    """All of it, in a folder of which the box is given `inside`; gone afterwards."""
    folder.chmod(0o711)
    for name in ("inside", "outside", "other"):
        (folder / name).mkdir()
    (folder / "other" / "solution.ipynb").write_text("another student's work")
    if (uid := views.own_uid()) is not None:
        os.chown(folder / "inside", uid, uid)
    abstract = f"validator-selftest-{os.getpid()}"
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = server.getsockname()[1]
        with contextlib.suppress(OSError):
            stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))
        datagrams = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("127.0.0.1", port))
        datagrams.setblocking(False)
        letters = stack.enter_context(_listening(folder / "outside" / "letters", socket.SOCK_DGRAM))
        stack.enter_context(_listening(folder / "outside" / "service", socket.SOCK_STREAM))
        if sys.platform == "linux":
            listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            listener.bind("\0" + abstract)
            listener.listen()
        shared = stack.enter_context(_shared(abstract))
        for end in (terminal := os.openpty()):
            stack.callback(os.close, end)
        victim = subprocess.Popen(["sleep", "300"], start_new_session=True)
        stack.callback(victim.wait)
        stack.callback(victim.kill)
        places = {
            "secret": str(folder / "other" / "solution.ipynb"),
            "outside": str(folder / "outside"),
            "harness": str(HERE),
            "environment": str(environment),
            "victim": victim.pid,
            "port": port,
            "abstract": abstract,
            "service": str(folder / "outside" / "service"),
            "letters": str(folder / "outside" / "letters"),
            "shared": str(shared),
            "terminal": os.ttyname(terminal[1]),
            "udp_word": "datagram",
            "letter_word": "letter",
            "word": f"298.{os.getpid()}{time.monotonic_ns() % 1_000_000}",
        }
        try:
            yield Planted(places=places, victim=victim, datagrams=datagrams, letters=letters)
        finally:
            for place in (HERE, environment, folder / "outside"):
                with contextlib.suppress(OSError):
                    (place / "planted_by_selftest").unlink(missing_ok=True)
