"""Reports each outermost optimiser call with the tensors it stepped; knows nothing of networks or records."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

from torch.optim.optimizer import Optimizer


class OptimiserHooks:
    """Calls `stepped(optimisers)` once for each outermost `step`: a subclass calling `super().step()` is one call."""

    def __init__(self, stepping: Callable[[Any], None], stepped: Callable[[list[Any]], None]) -> None:
        self._stepping = stepping
        self._stepped = stepped
        self._local = threading.local()
        self._used: dict[int, weakref.ref[Any]] = {}

    def install(self) -> None:
        """Register for all optimisers of the process, those made before included."""

        def before(optimiser: Any, args: Any, kwargs: Any) -> None:
            self._before(optimiser, sys._getframe(1))

        def after(optimiser: Any, args: Any, kwargs: Any) -> None:
            self._after(optimiser)

        self._put(before, after)

    def any_unused(self) -> bool:
        """Whether an optimiser is alive that has not stepped yet. Looks at every object there is: not for each step."""
        return any(not self._is_used(optimiser) for optimiser in _alive())

    def any_alive(self) -> bool:
        """Whether there is any optimiser."""
        return bool(_alive())

    def leave_alone(self, disable: Callable[[Any], Any]) -> None:
        """Tell the compiler, once it is loaded, not to look into the hooks: it would warn the student of them."""
        for handle in self._handles:
            handle.remove()
        self._put(*map(disable, self._own))

    def _put(self, before: Any, after: Any) -> None:
        module = sys.modules[Optimizer.__module__]
        self._own = (before, after)
        self._loaded = module.register_optimizer_step_post_hook
        self._handles = [module.register_optimizer_step_pre_hook(before), self._loaded(after)]

    def in_place(self) -> bool:
        """Whether both hooks are registered; a module that was loaded again has forgotten them, and gets them again."""
        module = sys.modules[Optimizer.__module__]
        if module.register_optimizer_step_post_hook is not self._loaded:
            self._put(*self._own)
        before, after = (handle.id for handle in self._handles)
        return before in module._global_optimizer_pre_hooks and after in module._global_optimizer_post_hooks

    def _before(self, optimiser: Any, caller: Any) -> None:
        while caller.f_back is not None and "_dynamo" in caller.f_code.co_filename:
            caller = caller.f_back  # the compiler's wrapper around this hook ends before the step does
        stack = self._calls()
        if stack and not _is_below(caller, stack[0][0]):
            stack.clear()  # the call we remember ended in an exception, which runs no hook
            self._local.inner = []
        stack.append((caller, optimiser))
        if not self._is_used(optimiser):
            self._used = {name: used for name, used in self._used.items() if used() is not None}
            self._used[id(optimiser)] = weakref.ref(optimiser)
        self._stepping(optimiser)

    def _after(self, optimiser: Any) -> None:
        stack = self._calls()
        inner = self._local.inner
        if not any(entry[1] is optimiser for entry in inner):
            inner.append((None, optimiser))
        if stack:
            stack.pop()
        if not stack:
            self._local.inner = []
            self._stepped([entry[1] for entry in inner])

    def _is_used(self, optimiser: Any) -> bool:
        reference = self._used.get(id(optimiser))
        return reference is not None and reference() is optimiser

    def _calls(self) -> list[tuple[Any, Any]]:
        if not hasattr(self._local, "stack"):
            self._local.stack, self._local.inner = [], []
        return self._local.stack  # type: ignore[no-any-return]


def _alive() -> list[Any]:
    return [thing for thing in gc.get_objects() if issubclass(type(thing), Optimizer)]


def _is_below(frame: Any, outer: Any) -> bool:
    while frame is not None:
        if frame is outer:
            return True
        frame = frame.f_back
    return False
