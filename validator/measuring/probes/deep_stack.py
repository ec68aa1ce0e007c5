"""Calls on a stack that hostile nesting does not exhaust. Knows nothing of what is called."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

STACK_BYTES = 256 * 1024 * 1024
"""Address space, not memory. The parser's own depth limits hold well within it; on the usual 8 MiB some Python versions
(3.12.1 on a row of minus signs) end the process instead of raising MemoryError."""

_SIZE = threading.Lock()
"""`threading.stack_size` is one setting for the whole process."""


def on_deep_stack(call: Callable[[], T]) -> T:
    """Call in a thread with a deep stack, wait, and return or raise what it returned or raised."""
    answer: Future[T] = Future()

    def work() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            answer.set_exception(error)

    with _SIZE:
        before = threading.stack_size(STACK_BYTES)
        try:
            thread = threading.Thread(target=work, name="deep stack")
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    return answer.result()
