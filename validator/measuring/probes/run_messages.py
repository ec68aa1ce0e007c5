"""What the kernel says, read as fast as it can say it, and whether any of it went missing.

Knows sockets and messages; nothing of notebooks, of budgets or of time.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import zmq
import zmq.asyncio
from zmq.utils.monitor import parse_monitor_message

BATCH = 500
"""Messages read at once before anybody else has a turn."""
WAITING = 5_000
"""Messages that may wait to be read; while more come, the kernel drops what it says."""
STREAM = b"stream."
"""How the topic of printed text starts."""
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What the libraries raise at messages that no honest kernel sends: code in the kernel can send what it likes."""
DYING_SECONDS = 0.1
"""How long a process that ends may take from its first closed connection to its last."""
SLACK = 3
"""Numbers a kernel may use for messages that do not come this way: its replies to an interrupt."""


def careful_context(*, most_bytes: int) -> zmq.asyncio.Context:
    """A context whose sockets refuse larger messages: the sender is cut off, and comes again."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, most_bytes)
    context.setsockopt(zmq.RCVHWM, WAITING)
    return context


def message_of(channel: Any, frames: list[bytes]) -> dict[str, Any] | None:
    """The message in these frames, or None when they hold none."""
    try:
        _, parts = channel.session.feed_identities(frames)
        message: dict[str, Any] = channel.session.deserialize(parts)
        return message if isinstance(message["parent_header"], dict) else None
    except UNREADABLE:
        return None


def printed_bytes(frames: list[bytes]) -> int:
    """Size of the text that these frames print, roughly; 0 for every other kind of message."""
    return sum(map(len, frames[6:])) if frames[0].startswith(STREAM) else 0


class Tally:
    """Kernels number their messages: a gap between the first and the last of a cell is a loss."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._last = self._seen = 0
        self._sender = ""

    def count(self, message: dict[str, Any]) -> None:
        """One message of the kernel, by whatever way it came."""
        sender, _, number = str(message.get("msg_id")).rpartition("_")
        if not number.isdecimal() or len(number) > 15:
            return
        if self._first is None:
            self._first, self._sender = int(number), sender
        if sender == self._sender:  # a child of the kernel numbers its own
            self._seen += 1
            self._last = max(self._last, int(number))

    def count_unread(self) -> None:
        """One message that came and was not looked at."""
        self._seen += 1

    @property
    def lost(self) -> int:
        """How many are missing."""
        missing = self._last - (self._first or 0) + 1 - self._seen if self._first is not None else 0
        return missing if missing > SLACK else 0


class Outputs:
    """What a kernel publishes, read without pause. `told` is called when a message was too large to be received."""

    def __init__(self, channel: Any, told: Callable[[], None]) -> None:
        self._waiting = channel.socket
        self._reading: zmq.Socket[bytes] = zmq.Socket.shadow(self._waiting.underlying)
        self._line = Line(self._waiting)
        self._told = told
        self._poller = zmq.asyncio.Poller()
        self._poller.register(self._waiting, zmq.POLLIN)
        self._poller.register(self._line.events, zmq.POLLIN)

    async def frames(self) -> AsyncIterator[list[bytes]]:
        """Every message as it came. One wait serves many messages: waiting costs more than reading."""
        while True:
            await self._poller.poll()
            for _ in range(BATCH):
                try:
                    frames = self._reading.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    # Only here is no message half read, which connecting anew would not survive.
                    if self._line.was_cut():
                        self._told()
                    break
                yield frames
            await asyncio.sleep(0)

    def close(self) -> None:
        """Stop to look after the connection."""
        self._line.close()


class Line:
    """One connection to the kernel: it is cut at a message that is too large, and the library does not mend that."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._endpoint = socket.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()
        self.events = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self._events: zmq.Socket[bytes] = zmq.Socket.shadow(self.events.underlying)

    def was_cut(self) -> bool:
        """Whether it was since the last time; if so it is connected anew."""
        try:
            event = parse_monitor_message(self._events.recv_multipart(zmq.NOBLOCK))
        except zmq.Again:
            return False
        if event["event"] != zmq.EVENT_DISCONNECTED or not self._is_served():
            return False
        self._socket.disconnect(self._endpoint)
        self._socket.connect(self._endpoint)
        return True

    def _is_served(self) -> bool:
        """Whether somebody still listens there: the connection of a kernel that died is over, and was not cut."""
        time.sleep(DYING_SECONDS)
        with socket.socket(socket.AF_UNIX) as door:
            door.setblocking(False)
            return door.connect_ex(self._endpoint.removeprefix("ipc://")) not in (errno.ECONNREFUSED, errno.ENOENT)

    def close(self) -> None:
        """No more events."""
        with contextlib.suppress(zmq.ZMQError):
            self._socket.disable_monitor()


class Replies:
    """What a kernel answers. `told` is called when an answer was too large to be received."""

    def __init__(self, channel: Any, told: Callable[[], None]) -> None:
        self._line = Line(channel.socket)
        self._told = told
        self._looking = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        while True:
            await self._line.events.poll()
            if self._line.was_cut():
                self._told()

    def close(self) -> None:
        """Stop to look after the connection."""
        self._looking.cancel()
        self._line.close()
