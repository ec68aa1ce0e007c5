"""The recorder: listens outside the student's process and writes down what the agents inside say.

Knows datagrams, who sent them and in what order; not what they mean. Whatever arrives, it never raises.
"""

from __future__ import annotations

import contextlib
import json
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from validator.measuring.meter import counters, peers
from validator.measuring.meter.clients import Client, Heard
from validator.measuring.meter.journal import Journal
from validator.measuring.meter.witness import Witness

MAX_DATAGRAM_BYTES = 1 << 16
MAX_LOG_BYTES = 64 << 20
MAX_CLIENTS = 256
OWN_KINDS = frozenset({"integrity", "process", "opened", "degraded"})
"""What the recorder says itself: nobody may say it in its place."""
GRACE_SECONDS = 0.3
LOOK_SECONDS = 0.1


class RecorderError(RuntimeError):
    """The recorder cannot listen; the message says where and why."""


class Recorder:
    """Listens while the context is open; the log is complete when it closes."""

    def __init__(
        self,
        socket_path: Path,
        log_path: Path,
        counters_path: Path,
        *,
        max_log_bytes: int = MAX_LOG_BYTES,
        witnesses: Sequence[Witness] = (),
    ) -> None:
        self.socket_path, self.log_path, self.counters_path = socket_path, log_path, counters_path
        self._max_log_bytes = max_log_bytes
        self._gone: list[tuple[float, Client]] = []
        self._heard = Heard()
        self._witnesses = list(witnesses)
        self._next_look = 0.0
        self._stop = threading.Event()

    def __enter__(self) -> Recorder:
        counters.make(self.counters_path)
        self._log = Journal(self.log_path, max_bytes=self._max_log_bytes)
        self._server = socket.socket(socket.AF_UNIX, socket_type())
        try:
            self._server.bind(str(self.socket_path))
        except OSError as error:
            self._log.abandon()
            self._server.close()
            raise RecorderError(f"{self.socket_path}: cannot listen ({error})") from error
        self._server.listen(64)
        self._server.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ, None)
        self._bell, self._rung = socket.socketpair()
        self._selector.register(self._rung, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._listen, name="recorder", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._bell.send(b".")
        self._thread.join()
        self._bell.close()
        self._rung.close()
        self._server.close()
        self._selector.close()
        self._log.close()
        self.socket_path.unlink(missing_ok=True)

    def _listen(self) -> None:
        while not self._stop.is_set():
            self._serve(timeout_seconds=0.1)
            self._check_the_gone()
            self._look()
            self._log.flush()
        while self._serve(timeout_seconds=0):  # what was said before the end is here already
            pass
        time.sleep(GRACE_SECONDS if self._gone else 0)
        self._check_the_gone()
        self._last_look()
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                key.data.connection.close()

    def _look(self) -> None:
        """Ask the other witnesses; one that fails is asked no more, and that is recorded."""
        if time.monotonic() < self._next_look:
            return
        for witness in list(self._witnesses):
            self._ask(witness, witness.look)
        self._next_look = time.monotonic() + LOOK_SECONDS

    def _last_look(self) -> None:
        for witness in list(self._witnesses):
            self._ask(witness, witness.close)

    def _ask(self, witness: Witness, question: Callable[[Heard], Iterable[dict[str, Any]]]) -> None:
        try:
            for record in question(self._heard):
                self._log.write({"peer": 0, "arrival_ns": time.monotonic_ns(), **record})
        except Exception as error:  # noqa: BLE001 - what an operating system may answer is not to be listed
            self._witnesses.remove(witness)
            with contextlib.suppress(OSError):  # of the log itself, as on a full disk
                self._log.write({"kind": "degraded", "what": f"{type(witness).__name__}: {error!r}"[:300], "peer": 0})

    def _serve(self, *, timeout_seconds: float) -> bool:
        """Take what is there; False when nothing was."""
        ready = self._selector.select(timeout_seconds)
        for key, _ in ready:
            try:
                if key.fileobj is self._rung:
                    self._rung.recv(1)
                else:
                    self._accept() if key.data is None else self._receive(key.data)
            except OSError:
                if key.data is not None:
                    self._drop(key.data)
        return bool(ready)

    def _accept(self) -> None:
        connection, name = self._server.accept()
        if len(self._selector.get_map()) > MAX_CLIENTS + 1:
            connection.close()
            self._log.integrity("too-many-clients", peer=0)
            return
        connection.setblocking(False)
        client = Client(connection, name)
        self._selector.register(connection, selectors.EVENT_READ, client)
        self._heard.opened(client.peer)

    def _receive(self, client: Client) -> None:
        for _ in range(256):  # then the next client's turn
            try:
                payload = client.connection.recv(MAX_DATAGRAM_BYTES)
            except BlockingIOError:
                return
            if not payload:
                self._drop(client)
                return
            for line in self._datagrams(client, payload):
                self._take(client, line)

    def _datagrams(self, client: Client, payload: bytes) -> list[bytes]:
        if client.connection.type == getattr(socket, "SOCK_SEQPACKET", None):
            return [payload]
        *lines, client.tail = (client.tail + payload).split(b"\n")
        if len(client.tail) > MAX_DATAGRAM_BYTES:
            client.tail = b""
            self._log.malformed += 1
        return lines

    def _take(self, client: Client, payload: bytes) -> None:
        try:
            record: Any = json.loads(payload, parse_constant=lambda word: None)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
            self._log.malformed += 1
            return
        for what, details in client.odd(record):
            self._log.integrity(what, peer=client.peer, **details)
        self._heard.record(client.peer, record)
        if record["kind"] in OWN_KINDS:
            self._log.integrity("recorders-kind", peer=client.peer, got=record["kind"])
            return
        self._log.write({**record, "peer": client.peer, "arrival_ns": time.monotonic_ns()})

    def _drop(self, client: Client) -> None:
        self._selector.unregister(client.connection)
        client.connection.close()
        self._heard.closed(client.peer)
        if not client.said_bye and client.peer:
            self._gone.append((time.monotonic() + GRACE_SECONDS, client))

    def _check_the_gone(self) -> None:
        """A connection that ended without a bye is a death, unless the process lives on."""
        now = time.monotonic()
        due = [client for at, client in self._gone if at <= now]
        self._gone = [entry for entry in self._gone if entry[0] > now]
        for client in due:
            if peers.alive(client.peer) and peers.image(client.peer) == client.image:
                self._log.integrity("silenced", peer=client.peer)
            else:  # gone, or another program in its place, which speaks for itself
                self._log.integrity("died", peer=client.peer)


def socket_type() -> socket.SocketKind:
    """Datagrams in order where the system has them for unix sockets; elsewhere a stream of lines."""
    if sys.platform == "darwin" or not hasattr(socket, "SOCK_SEQPACKET"):
        return socket.SOCK_STREAM
    return socket.SOCK_SEQPACKET
