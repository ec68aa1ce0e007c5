"""Tries to break out of the box it runs in, one attempt after another, and prints what was refused.

Run as a program inside a box, standing alone; `selftest.py` plants what it reaches for. Argument: JSON with the places.
Nothing here harms a machine whose box is open: it writes only where its caller made a place for it, and every signal
goes to a process that its caller started for it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 2.0
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
CLONE_NEWUSER = 0x1000_0000


class Open(Exception):
    """The attempt went through; the message says how far."""


def attempts(places: dict[str, Any]) -> dict[str, Callable[[], None]]:
    """Name of each attempt to what tries it: raising Open when it went through, OSError when it was refused."""
    secret, outside = Path(places["secret"]), Path(places["outside"])
    victim, port = int(places["victim"]), int(places["port"])
    return {
        "network-tcp": lambda: _tcp(socket.AF_INET, "127.0.0.1", port),
        "network-tcp6": lambda: _tcp(socket.AF_INET6, "::1", port),
        "network-udp": lambda: _udp(port, places["udp_word"]),
        "network-dns": lambda: _dns(port),
        "abstract-socket": lambda: _unix("\0" + places["abstract"]),
        "unix-service": lambda: _unix(places["service"]),
        "unix-datagram": lambda: _datagram(places["letters"], places["letter_word"]),
        "shared-memory": lambda: _opened(Path(places["shared"]).read_bytes()),
        "terminal": lambda: _terminal(places["terminal"]),
        "type-into-terminal": _type,
        "read-other-submission": lambda: _opened(secret.read_bytes()),
        "list-home": lambda: _opened(os.listdir(secret.parent)),  # noqa: PTH208
        "link-to-other-submission": lambda: _link(secret),
        "write-outside": lambda: _write(outside / "written"),
        "write-into-harness": lambda: _write(Path(places["harness"]) / "planted_by_selftest"),
        "write-into-environment": lambda: _write(Path(places["environment"]) / "planted_by_selftest"),
        "signal-driver": lambda: _signal(victim),
        "trace-driver": lambda: _trace(victim),
        "read-driver-memory": lambda: _opened(Path(f"/proc/{victim}/environ").read_bytes()),
        "become-root": _become_root,
        "new-namespace": lambda: _call("unshare", CLONE_NEWUSER),
        "mount": lambda: _call("mount", b"none", b"/proc", b"tmpfs", 0, None),
        "outlive": lambda: _outlive(places["word"]),
    }


def _tcp(family: int, host: str, port: int) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect((host, port))
    raise Open("connected")


def _udp(port: int, word: str) -> None:
    """What a datagram reaches, only its receiver can say: the caller looks."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.sendto(word.encode(), ("127.0.0.1", port))


def _dns(port: int) -> None:
    """A question to a name server's port, as a resolver would ask it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.connect(("127.0.0.1", port))
        connection.send(b"dns")


def _unix(address: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(address)
    raise Open("connected")


def _datagram(address: str, word: str) -> None:
    """From one of a pair, which is made without asking for an address; whether it arrived, the caller sees."""
    for letter in socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM):
        with letter:
            letter.sendto(word.encode(), address)


def _terminal(place: str) -> None:
    os.close(os.open(place, os.O_RDWR | os.O_NOCTTY))
    raise Open("opened for reading and writing")


def _type() -> None:
    """Into a terminal of its own, which every process could."""
    import fcntl
    import termios

    ours, theirs = os.openpty()
    try:
        if os.fork() == 0:
            try:
                os.setsid()
                fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
                fcntl.ioctl(theirs, termios.TIOCSTI, b"x")
                os._exit(0)
            finally:
                os._exit(1)
        if os.wait()[1] == 0:
            raise Open("typed")
        raise PermissionError("typing is refused")
    finally:
        os.close(ours)
        os.close(theirs)


def _opened(content: object) -> None:
    raise Open(f"read {len(content)} entries or bytes")  # type: ignore[arg-type]


def _link(secret: Path) -> None:
    link = Path("link-to-secret")
    with contextlib.suppress(FileExistsError):
        link.symlink_to(secret)
    _opened(link.read_bytes())


def _write(path: Path) -> None:
    path.write_text("written from inside")  # perhaps into a place that only the box sees: its caller looks


def _signal(victim: int) -> None:
    os.kill(victim, signal.SIGTERM)  # whether it arrived, the caller sees


def _trace(victim: int) -> None:
    _call("ptrace", PTRACE_ATTACH, victim, None, None)


def _become_root() -> None:
    if os.geteuid() == 0:
        raise Open("is root")
    os.setuid(0)
    raise Open("became root")


def _call(name: str, *arguments: Any) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) == 0:
        raise Open(f"{name} succeeded")
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))


def _outlive(word: str) -> None:
    """A process of its own session that its parent no longer knows; whether it lives on, the caller sees."""
    code = f"import subprocess; subprocess.Popen(['sleep', {word!r}], start_new_session=True)"
    subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )


def tried(attempt: Callable[[], None]) -> dict[str, Any]:
    """Whether it went through, and what was said."""
    try:
        attempt()
    except Open as how:
        return {"open": True, "said": str(how)}
    except (OSError, subprocess.SubprocessError, ValueError) as refusal:
        return {"open": False, "said": str(refusal)[:200]}
    return {"open": None, "said": "sent"}


def main() -> None:
    """Print one JSON object: attempt to outcome; `open` null means that only the caller can see."""
    places = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps({name: tried(attempt) for name, attempt in attempts(places).items()}))


if __name__ == "__main__":
    main()
