"""Who is connected to the recorder, and what of its words no honest agent would say. Knows records by their fields.

Writes nothing: each oddity is given back as a name and details.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from validator.measuring.meter import peers

COUNTING = ("updates", "gradients", "calls", "images", "quiet_images")
MOST_NAMES, MOST_GREETED = 4096, 200_000

Oddity = tuple[str, dict[str, Any]]


class Client:
    """One connection: one process, as the kernel attests it."""

    def __init__(self, connection: socket.socket, name: object) -> None:
        self.connection = connection
        self.peer = peers.speaker(connection, name)
        self.known_as = peers.own_pids(self.peer)
        self.image = peers.image(self.peer)
        self.expected_seq = 0
        self.said_bye = False
        self.tail = b""
        self.counts: dict[tuple[str, str], dict[str, int]] = {}

    def odd(self, record: dict[str, Any]) -> Iterator[Oddity]:
        """What an honest agent never does: skip a number, count down, speak for another process."""
        seq = record.get("seq")
        if seq != self.expected_seq:
            yield "sequence-gap", {"expected": self.expected_seq, "got": str(seq)[:80]}
        self.expected_seq = seq + 1 if isinstance(seq, int) and 0 <= seq < 2**63 else self.expected_seq + 1
        pid = record.get("pid")
        if self.peer and not (isinstance(pid, int) and pid in self.known_as) and not self._ended_early(record):
            yield "other-pid", {"got": str(pid)[:80]}
        key = (record["kind"], str(record.get("name")))
        now = {name: record[name] for name in COUNTING if isinstance(record.get(name), int)}
        before = self.counts.get(key, {})
        fallen = [name for name, value in now.items() if value < before.get(name, 0)]
        if fallen:
            yield "count-decreased", {"of": key[1][:80], "names": fallen}
        if now and (key in self.counts or len(self.counts) < MOST_NAMES):
            self.counts[key] = now
        self.said_bye = self.said_bye or record["kind"] == "bye"
        image = record.get("image")
        if record["kind"] == "hello" and isinstance(image, int) and image and self.image[1]:
            self.image = (self.image[0], image)  # it may have become another program before its connection was taken

    def _ended_early(self, record: dict[str, Any]) -> bool:
        """Whether the process was gone before its connection was taken, so that nobody knows what it called itself.

        A fork that did nothing says no more than this; whoever tells of work must have been there.
        """
        return not self.known_as and record["kind"] in {"hello", "bye"}


@dataclass
class Heard:
    """Whom the recorder has heard, by attested process; what its other witnesses are told."""

    connected: dict[int, int] = field(default_factory=dict)
    """How many connections of it are open now."""
    greeted: set[tuple[int, int]] = field(default_factory=set)
    """Who ever said hello, and which of the programs that ran in that process."""
    words: dict[int, int] = field(default_factory=dict)
    """How many records came from it."""
    beating: dict[int, int] = field(default_factory=dict)
    """Who had a heartbeat, with the thread that it came from."""

    def has_met(self, peer: int, image: int) -> bool:
        """Whether that program in that process said hello; 0 where it is not known which program."""
        if not image:
            return any(pid == peer for pid, _ in self.greeted)
        return (peer, image) in self.greeted or (peer, 0) in self.greeted

    def opened(self, peer: int) -> None:
        """A connection of that process."""
        self.connected[peer] = self.connected.get(peer, 0) + 1

    def closed(self, peer: int) -> None:
        """One of its connections is over."""
        left = self.connected.pop(peer, 1) - 1
        if left > 0:
            self.connected[peer] = left
        else:
            self.beating.pop(peer, None)

    def record(self, peer: int, record: dict[str, Any]) -> None:
        """One record of it."""
        self.words[peer] = self.words.get(peer, 0) + 1
        if record["kind"] == "hello":
            image = record.get("image")
            if len(self.greeted) < MOST_GREETED:
                self.greeted.add((peer, image if isinstance(image, int) else 0))
        elif record["kind"] == "hb":
            thread = record.get("thread")
            self.beating[peer] = thread if isinstance(thread, int) else 0
