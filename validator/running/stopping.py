"""What a signal to the head does: the first lets running stages end and keeps the state, the second ends at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

MESSAGE = b"\nending the running stages; once more ends at once\n"


class Terminated(BaseException):
    """Told to end by a signal that is not the keyboard's; `code` is the exit code that says which."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.code = 128 + number


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Within this block Ctrl-C raises KeyboardInterrupt and SIGTERM (or a closed terminal) Terminated, once.

    The next signal ends this process at once; stages end with it. Only the main thread may receive signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def first(number: int, frame: FrameType | None) -> None:
        for each in ENDING:
            signal.signal(each, at_once)
        os.write(2, MESSAGE)  # a print could be in progress, and does not bear a second inside it
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise Terminated(number)

    def at_once(number: int, frame: FrameType | None) -> None:
        os._exit(128 + number)

    before = {each: signal.getsignal(each) for each in ENDING}
    try:
        for each, handler in before.items():
            if handler is not signal.SIG_IGN:  # as under nohup
                signal.signal(each, first)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
