"""Tells which modules are called from outside any module, at no cost to the modules inside.

While such a call runs on the only thread that may call modules, torch finds no hook of ours and takes its short way.
Knows calls and threads; nothing of networks, inputs or records.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch.nn.modules import module as modules

KEY = -77_001
"""Where our hooks stand among those of torch, which numbers them from 0."""
HARMLESS = ("IPython", "ipykernel", "tensorboard", "torch", "tornado", "tqdm", "validator_agent", "wandb", "zmq")
"""Whose threads call no module, or only from inside one."""
NOBODY = 0


def _nothing(module: Any, output: Any) -> None:
    """Nobody asks what a call computed."""


class RootCalls:
    """Calls `called(module, args)` before each, and `left(module, output)` after those that were watched to the end."""

    def __init__(self, called: Callable[[Any, Any], None], left: Callable[[Any, Any], None] = _nothing) -> None:
        self._called, self._left = called, left
        self._call = NOBODY
        """The frame of the call that runs while our hook is hidden."""
        self._looked: tuple[list[int], bool] = ([], False)
        """The threads there were, and whether the main one was the only one that may call modules."""
        self._was_alone = True
        """When the last such call was made; a call that began among threads may go on when they have ended."""
        self.paused = False
        self._ended_in: Any = None
        """The frame that told of the end of a call, while it tells."""
        self.listeners: list[Callable[[Any, Any, Any], None]] = []
        """Called with module, arguments and output after those that were watched to the end; they never raise."""

    def install(self) -> None:
        """Watch every module of the process."""
        is_compiling, called = torch.compiler.is_compiling, self._called

        def before(module: Any, args: Any) -> None:
            if is_compiling():
                return
            if self.paused or torch._C._get_tracing_state() is not None:
                return
            call = _call_of(sys._getframe(1))
            alone = self._only_caller()
            if not (alone and self._was_alone) and _is_within(call.f_back):
                return
            self._was_alone = alone
            if alone:
                self._hide(module, call)
            called(module, args)

        def ended(module: Any, args: Any, output: Any) -> None:
            if is_compiling() or _is_within(sys._getframe(1), self._call):
                return
            module._forward_hooks.pop(KEY, None)
            module._forward_hooks_always_called.pop(KEY, None)
            self.reset()
            if not self.paused and torch._C._get_tracing_state() is None:
                self._left(module, output)
                self._ended_in = sys._getframe(1)
                for listener in self.listeners:
                    listener(module, args, output)
                self._ended_in = None

        self._before, self._ended = before, ended
        self._show()

    def remove(self) -> None:
        """Take the hook away."""
        modules._global_forward_pre_hooks.pop(KEY, None)

    def in_place(self) -> bool:
        """Whether torch calls the hook, or will again when the call that now runs has ended."""
        return self._call != NOBODY or modules._global_forward_pre_hooks.get(KEY) is self._before

    def keywords(self) -> dict[str, Any]:
        """What the call that ends was given by name: torch tells its hooks of the rest only. For listeners."""
        frame = _call_of(self._ended_in) if self._ended_in is not None else None
        given = frame.f_locals.get("kwargs") if frame is not None else None
        return dict(given) if isinstance(given, dict) else {}

    def reset(self) -> None:
        """The next call comes from outside any module: also after one that ended in a way that runs no hook."""
        if self._call != NOBODY:
            self._show()

    def _show(self) -> None:
        modules._global_forward_pre_hooks[KEY] = self._before
        self._call = NOBODY

    def _hide(self, module: Any, call: Any) -> None:
        """From here to the end of this call nothing is told; torch runs an `always called` hook even if it raises."""
        hooks, always = (module.__dict__.get(name) for name in ("_forward_hooks", "_forward_hooks_always_called"))
        if hooks is not None and always is not None:
            hooks[KEY], always[KEY] = self._ended, True
            self._call = id(call)
            modules._global_forward_pre_hooks.pop(KEY, None)

    def _only_caller(self) -> bool:
        """Whether this is the main thread and no other one may call modules; looked at when the threads change."""
        threads = list(threading._active)  # type: ignore[attr-defined]
        if threads != self._looked[0]:
            others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
            self._looked = (threads, all(map(_is_harmless, others)))
        return self._looked[1] and threading.get_ident() == threading.main_thread().ident


def _is_harmless(thread: Any) -> bool:
    target = getattr(thread, "_target", None)
    function = getattr(target, "__func__", target)
    homes = (type(thread).__module__, getattr(function, "__module__", None) or "")
    return any(home.partition(".")[0] in HARMLESS for home in homes)


def _call_of(frame: Any) -> Any:
    """The frame in which torch handles the call that this hook belongs to."""
    code = modules.Module._call_impl.__code__
    outer = frame
    for _ in range(3):
        if outer is None or outer.f_code is code:
            return outer or frame
        outer = outer.f_back
    return frame


def _is_within(frame: Any, call: int = NOBODY) -> bool:
    """Whether this frame belongs to a call inside that one, or inside any: a module may call itself."""
    code = modules.Module._call_impl.__code__
    while frame is not None:
        if id(frame) == call:
            return False
        if frame.f_code is code:
            return True
        frame = frame.f_back
    return False
