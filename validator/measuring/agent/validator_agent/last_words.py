"""Lets a forked child of multiprocessing say its last words: it ends by `os._exit`, which runs no exit handlers.

Knows multiprocessing and the channel; nothing of what is said.
"""

from __future__ import annotations

from typing import Any

from . import imports

AFTER_ALL_OTHERS = -1000
"""Finalizers run from the highest number to the lowest."""


def install(channel: Any) -> None:
    """From now on the channel is closed where such a child ends."""
    imports.after_import("multiprocessing.util", lambda util: util.register_after_fork(channel, _begin))


def _begin(channel: Any) -> None:
    """A child begins: those that were spawned end in the ordinary way."""
    if channel.forked:
        from multiprocessing.util import Finalize

        Finalize(None, channel.close, exitpriority=AFTER_ALL_OTHERS)
