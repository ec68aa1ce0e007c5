"""The recorder: listens outside the student's process and writes down what the agents inside say.

Knows datagrams, who sent them and in what order; not what they mean. Whatever arrives, it never raises.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import socket
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from validator.measuring.meter import counters, peers

MAX_DATAGRAM_BYTES = 1 << 16
MAX_LOG_BYTES = 64 << 20
MAX_CLIENTS = 256
GRACE_SECONDS = 0.3
COUNTING = ("updates", "gradients", "calls", "images", "quiet_images")


class RecorderError(RuntimeError):
    """The recorder cannot listen; the message says where and why."""


class _Client:
    """One connection: one process, as the kernel attests it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.peer = peers.peer_pid(connection)
        self.known_as = peers.own_pids(self.peer)
        self.expected_seq = 0
        self.said_bye = False
        self.tail = b""
        self.counts: dict[tuple[str, str], dict[str, int]] = {}


class Recorder:
    """Listens while the context is open; the log is complete when it closes."""

    def __init__(
        self, socket_path: Path, log_path: Path, counters_path: Path, *, max_log_bytes: int = MAX_LOG_BYTES
    ) -> None:
        self.socket_path, self.log_path, self.counters_path = socket_path, log_path, counters_path
        self._max_log_bytes = max_log_bytes
        self._written = 0
        self._latest: dict[tuple[int, str, str], bytes] = {}
        self._malformed = 0
        self._gone: list[tuple[float, int]] = []
        self._stop = threading.Event()

    def __enter__(self) -> Recorder:
        counters.make(self.counters_path)
        self._log: BinaryIO = self.log_path.open("a+b")
        self._server = socket.socket(socket.AF_UNIX, socket_type())
        try:
            self._server.bind(str(self.socket_path))
        except OSError as error:
            self._log.close()
            self._server.close()
            raise RecorderError(f"{self.socket_path}: cannot listen ({error})") from error
        self._server.listen(64)
        self._server.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._listen, name="recorder", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._server.close()
        self._selector.close()
        self._log.flush()
        if not self._is_in_place():
            self._put_back()
        self._log.close()
        self.socket_path.unlink(missing_ok=True)

    def _is_in_place(self) -> bool:
        """Whether the log's name still leads to what was written."""
        try:
            return os.path.samestat(self.log_path.lstat(), os.fstat(self._log.fileno()))
        except OSError:
            return False

    def _put_back(self) -> None:
        """Whoever removed or replaced the log gains nothing: its content is written again, and that is recorded."""
        self._integrity("log-removed", peer=0)
        self._log.seek(0)
        if self.log_path.is_dir() and not self.log_path.is_symlink():
            shutil.rmtree(self.log_path, ignore_errors=True)
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        self.log_path.unlink(missing_ok=True)
        with self.log_path.open("xb") as anew:
            shutil.copyfileobj(self._log, anew)

    def _listen(self) -> None:
        while not self._stop.is_set():
            self._serve(timeout_seconds=0.1)
            self._check_the_gone()
            self._log.flush()
        while self._serve(timeout_seconds=0.05):
            pass
        time.sleep(GRACE_SECONDS if self._gone else 0)
        self._check_the_gone()
        self._close()

    def _serve(self, *, timeout_seconds: float) -> bool:
        """Take what is there; False when nothing was."""
        ready = self._selector.select(timeout_seconds)
        for key, _ in ready:
            try:
                self._accept() if key.data is None else self._receive(key.data)
            except OSError:
                if key.data is not None:
                    self._drop(key.data)
        return bool(ready)

    def _accept(self) -> None:
        connection, _ = self._server.accept()
        if len(self._selector.get_map()) > MAX_CLIENTS:
            connection.close()
            self._integrity("too-many-clients", peer=0)
            return
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ, _Client(connection))

    def _receive(self, client: _Client) -> None:
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

    def _datagrams(self, client: _Client, payload: bytes) -> list[bytes]:
        if client.connection.type == getattr(socket, "SOCK_SEQPACKET", None):
            return [payload]
        *lines, client.tail = (client.tail + payload).split(b"\n")
        if len(client.tail) > MAX_DATAGRAM_BYTES:
            client.tail = b""
            self._malformed += 1
        return lines

    def _take(self, client: _Client, payload: bytes) -> None:
        try:
            record: Any = json.loads(payload, parse_constant=lambda word: None)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
            self._malformed += 1
            return
        self._check(client, record)
        client.said_bye = client.said_bye or record["kind"] == "bye"
        self._write({**record, "peer": client.peer, "arrival_ns": time.monotonic_ns()})

    def _check(self, client: _Client, record: dict[str, Any]) -> None:
        """What an honest agent never does: skip a number, count down, speak for another process."""
        seq = record.get("seq")
        if seq != client.expected_seq:
            self._integrity("sequence-gap", peer=client.peer, expected=client.expected_seq, got=str(seq)[:80])
        client.expected_seq = seq + 1 if isinstance(seq, int) and 0 <= seq < 2**63 else client.expected_seq + 1
        pid = record.get("pid")
        if client.peer and not (isinstance(pid, int) and pid in client.known_as):
            self._integrity("other-pid", peer=client.peer, got=str(pid)[:80])
        key = (record["kind"], str(record.get("name")))
        now = {name: record[name] for name in COUNTING if isinstance(record.get(name), int)}
        before = client.counts.get(key, {})
        fallen = [name for name, value in now.items() if value < before.get(name, 0)]
        if fallen:
            self._integrity("count-decreased", peer=client.peer, of=key[1][:80], names=fallen)
        if now and (key in client.counts or len(client.counts) < 4096):
            client.counts[key] = now

    def _drop(self, client: _Client) -> None:
        self._selector.unregister(client.connection)
        client.connection.close()
        if not client.said_bye and client.peer:
            self._gone.append((time.monotonic() + GRACE_SECONDS, client.peer))

    def _check_the_gone(self) -> None:
        """A connection that ended without a bye is a death, unless the process lives on."""
        now = time.monotonic()
        due = [peer for at, peer in self._gone if at <= now]
        self._gone = [entry for entry in self._gone if entry[0] > now]
        for peer in due:
            alive = peers.alive(peer)
            self._integrity("silenced" if alive else "died", peer=peer)

    def _integrity(self, what: str, *, peer: int, **more: Any) -> None:
        self._write({"kind": "integrity", "what": what, "peer": peer, "arrival_ns": time.monotonic_ns(), **more})

    def _write(self, record: dict[str, Any]) -> None:
        try:
            line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        except (ValueError, RecursionError):  # nested or numbered beyond what can be written, though it could be read
            self._malformed += 1
            return
        if self._written + len(line) <= self._max_log_bytes:
            self._log.write(line)
            self._written += len(line)
            return
        # The log is full: keep the newest of each kind, so that totals survive.
        key = (record.get("peer", 0), record["kind"], str(record.get("name", record.get("what", "")))[:80])
        if key in self._latest or len(self._latest) < 4096:
            self._latest[key] = line

    def _close(self) -> None:
        self._log.writelines(self._latest.values())
        if self._latest:
            self._written = 0
            self._integrity("log-full", peer=0, kept_bytes=self._max_log_bytes)
        if self._malformed:
            self._written = 0
            self._integrity("malformed", peer=0, count=self._malformed)
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                key.data.connection.close()


def socket_type() -> socket.SocketKind:
    """Datagrams in order where the system has them for unix sockets; elsewhere a stream of lines."""
    if sys.platform == "darwin" or not hasattr(socket, "SOCK_SEQPACKET"):
        return socket.SOCK_STREAM
    return socket.SOCK_SEQPACKET
