"""A process that has imported what stages need and forks a fresh child for each: a stage costs milliseconds to start.

Started by the head, single-threaded: never torch, and numpy only in the one that forks what looks at figures, started
with one thread for its library of linear algebra. What has more threads than one starts new interpreters instead.
It reads requests of the head and nothing of a submission. Each child hangs on a leash, a socket to the head: what the
head says on it is done to the child, and when the head's end closes (SIGKILL included) the child's group is killed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from validator import plain
from validator.evidence import Paper
from validator.measuring.probes.task import Task
from validator.running.engines.processes import adopt_orphans, die_with_parent, has_ended, kill_group, sweep
from validator.running.engines.request import TERMINATE, Request, read_request
from validator.running.engines.warm_child import become

PROBES = "validator.measuring.probes."
READING = (
    "validator.running.stage",
    *(
        PROBES + name
        for name in ("measure", "archive", "layout", "paper", "source", "paper_reader", "paper_second", "paper_figures")
    ),
    *(PROBES + name for name in ("documents", "document_split_reader", "document_split_pixels")),
    PROBES + "document_exercise_reader",
    "pypdf",
    "pypdfium2",
    "IPython.core.inputtransformer2",
)
PICTURES = ("Png", "Jpeg", "Gif", "WebP", "Bmp", "Jpeg2K", "Tiff")
"""Kinds that figures come in, and those that Pillow loads on the way."""
EXECUTING = (*(PROBES + name for name in ("run", "run_cells", "run_client", "run_kernel", "run_meter")), "nbclient")
LOOKING = (
    "validator.running.stage",
    *(PROBES + name for name in ("measure", "layout", "paper_figures", "figure_reader")),
    "pypdf",
    *("PIL." + name for name in ("ImageDraw", "ImageFont", *(f"{kind}ImagePlugin" for kind in PICTURES))),
)
PRELOADED = {"unpack": READING, "static": READING, "compare": LOOKING, "run": EXECUTING}
"""By the first word of a stage, imported before the first of its kind. Scoring imports torch in its own process."""


class WarmParent:
    """Serves requests until the head closes its end."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._number = os.getpid()
        self._leashes: dict[int, socket.socket] = {}
        self._loaded: set[str] = set()
        self._wake, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Fork, watch and reap; returns when the head is gone, with every child killed."""
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)
        try:
            while self._served():
                pass
        finally:
            for child in self._leashes:
                kill_group(child)
            sweep(known=set())

    def _served(self) -> bool:
        """Whatever is to be done now; false when the head is gone."""
        for key, _ in self._selector.select():
            if key.fileobj is self._wake:
                with contextlib.suppress(BlockingIOError):
                    self._wake.recv(4096)
            elif key.fileobj is self._control:
                _, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
                if len(descriptors) != 2:
                    return False
                self._begin(socket.socket(fileno=descriptors[0]), log=descriptors[1])
            else:
                self._told(key.data)
        for child in [child for child in self._leashes if has_ended(child)]:
            self._ended(child)
        return True

    def _begin(self, leash: socket.socket, *, log: int) -> None:
        """One stage: read its request from its leash, fork, keep the leash."""
        try:
            request = read_request(leash)
            self._preload(request.kind)
            if not is_single():
                request = request.cold()
            child = os.fork()
        except (OSError, ValueError):
            leash.close()  # the head takes this for a child that was killed
            os.close(log)
            return
        if child == 0:
            self._let_go(request, leash=leash, log=log)
        os.close(log)
        self._leashes[child] = leash
        self._selector.register(leash, selectors.EVENT_READ, child)

    def _preload(self, kind: str) -> None:
        if kind not in PRELOADED or kind in self._loaded:
            return
        self._loaded.add(kind)
        for name in PRELOADED[kind]:
            with contextlib.suppress(ImportError):  # the stage itself says what is missing
                importlib.import_module(name)
        for known in (Task, Paper):  # what a child reads
            plain.prepare(known)
        gc.collect()
        gc.freeze()  # shared with the children: no collection of theirs copies these pages

    def _told(self, child: int) -> None:
        """A word of the head about one child; that it will say no more is a word, too."""
        leash = self._leashes[child]
        word = b""
        with contextlib.suppress(OSError):
            word = leash.recv(1)
        if word == TERMINATE:
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGTERM)
        else:
            kill_group(child)
        if not word:
            self._selector.unregister(leash)

    def _ended(self, child: int) -> None:
        """Nothing of a stage outlives it: first what it left is ended, then the head learns of its end."""
        leash = self._leashes.pop(child)
        kill_group(child)
        _, status = os.waitpid(child, 0)
        sweep(known=set(self._leashes))
        with contextlib.suppress(KeyError):
            self._selector.unregister(leash)
        with contextlib.suppress(OSError):
            leash.sendall(json.dumps(os.waitstatus_to_exitcode(status)).encode() + b"\n")
        leash.close()

    def _let_go(self, request: Request, *, leash: socket.socket, log: int) -> NoReturn:
        """In the child: a session of its own, dead with its parent, and nothing of the parent's left open."""
        os.setsid()
        if not die_with_parent(self._number):
            os._exit(1)
        signal.set_wakeup_fd(-1)
        with contextlib.suppress(OSError):  # a fork has no copy of some systems' selectors
            self._selector.close()
        for one in (self._control, self._wake, self._woken, leash, *self._leashes.values()):
            one.close()
        become(request, log=log)


def is_single() -> bool:
    """Whether this process has one thread: another could hold a lock that nobody opens in a fork."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir()) == 1
    except OSError:
        return False


def main() -> None:
    """Argument: the descriptor of the socket to the head."""
    adopt_orphans()
    WarmParent(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
