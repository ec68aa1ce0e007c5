"""Reports each outermost optimiser call with the tensors it stepped; knows nothing of networks or records."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)


class OptimiserHooks:
    """Calls `stepped(optimisers)` once for each outermost `step`: a subclass calling `super().step()` is one call."""

    def __init__(self, stepping: Callable[[Any], None], stepped: Callable[[list[Any]], None]) -> None:
        self._stepping = stepping
        self._stepped = stepped
        self._local = threading.local()

    def install(self) -> None:
        """Register for all optimisers of the process, those made before included."""
        self._put(self._before, self._after)

    def leave_alone(self, disable: Callable[[Any], Any]) -> None:
        """Tell the compiler, once it is loaded, not to look into the hooks: it would warn the student of them."""
        for handle in self._handles:
            handle.remove()
        self._put(disable(self._before), disable(self._after))

    def _put(self, before: Any, after: Any) -> None:
        self._handles = [register_optimizer_step_pre_hook(before), register_optimizer_step_post_hook(after)]

    def _before(self, optimiser: Any, args: Any, kwargs: Any) -> None:
        caller = sys._getframe(1)
        while caller.f_back is not None and "_dynamo" in caller.f_code.co_filename:
            caller = caller.f_back  # the compiler's wrapper around this hook ends before the step does
        stack = self._calls()
        if stack and not _is_below(caller, stack[0][0]):
            stack.clear()  # the call we remember ended in an exception, which runs no hook
            self._local.inner = []
        stack.append((caller, optimiser))
        self._stepping(optimiser)

    def _after(self, optimiser: Any, args: Any, kwargs: Any) -> None:
        stack = self._calls()
        inner = self._local.inner
        if not any(entry[1] is optimiser for entry in inner):
            inner.append((None, optimiser))
        if stack:
            stack.pop()
        if not stack:
            self._local.inner = []
            self._stepped([entry[1] for entry in inner])

    def _calls(self) -> list[tuple[Any, Any]]:
        if not hasattr(self._local, "stack"):
            self._local.stack, self._local.inner = [], []
        return self._local.stack  # type: ignore[no-any-return]


def _is_below(frame: Any, outer: Any) -> bool:
    while frame is not None:
        if frame is outer:
            return True
        frame = frame.f_back
    return False
