"""Stands at the entry of the autograd engine: every gradient evaluation of the process passes here, once.

The engine object that torch calls is replaced by one of a subclass of its own type, so that code that calls the
object directly, asks for its type, or loads the modules around it again still passes here. Knows evaluations and
threads; nothing of networks or records.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.autograd.graph

from .leaves import leaves_of, plain

TRACED = ("FakeTensor", "FunctionalTensor")


class Evaluation:
    """One gradient evaluation, with all engine runs inside it: checkpointing runs the engine inside the engine."""

    __slots__ = ("counted", "keys", "serial")

    def __init__(self, serial: int) -> None:
        self.serial = serial
        self.counted: set[int] = set()
        """Numbers of the networks it has reached so far."""
        self.keys: list[tuple[int, ...]] = []
        """The tensors that each engine run reached, by their identities."""

    def reaches_again(self, key: tuple[int, ...]) -> bool:
        """Whether an earlier run of this evaluation reached any of these: a hook that trains does so."""
        return any(not set(key).isdisjoint(earlier) for earlier in self.keys)


class EngineEntry:
    """Tells `entering(leaves, outputs, evaluation, given)` before each run, and `left(evaluation)` after the outermost.

    `given` says that the caller named the tensors to differentiate by.
    """

    def __init__(
        self,
        entering: Callable[[list[Any], Sequence[Any], Evaluation, bool], None],
        left: Callable[[Evaluation], None],
        fault: Callable[..., None],
    ) -> None:
        self._entering, self._left, self._fault = entering, left, fault
        self._active = threading.local()
        self._outer: list[Evaluation] = []
        self._serial = 0

    def install(self) -> None:
        """Put an engine of ours where torch looks for the engine, and where it looks for the engine's type."""
        entry = self
        plain = torch._C._ImperativeEngine

        class MeteredEngine(plain):  # type: ignore[misc, valid-type]
            def run_backward(self, outputs: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
                return entry._run(super().run_backward, outputs, args, kwargs)

        self._type = MeteredEngine
        torch._C._ImperativeEngine = MeteredEngine  # type: ignore[misc]
        sys.modules["torch.autograd.variable"].ImperativeEngine = MeteredEngine  # type: ignore[attr-defined]
        torch.autograd.Variable._execution_engine = MeteredEngine()

    def in_place(self) -> bool:
        """Whether torch still calls the engine through this entry."""
        engine = getattr(torch.autograd.Variable, "_execution_engine", None)
        own = type(engine) is self._type and "run_backward" not in getattr(engine, "__dict__", {})
        return own and torch._C._ImperativeEngine is self._type

    def leave_alone(self, disable: Callable[[Any], Any]) -> None:
        """Tell the compiler, once it is loaded, not to look into this entry."""
        self._type.run_backward = disable(self._type.run_backward)  # type: ignore[method-assign, unused-ignore]

    def current(self) -> Evaluation | None:
        """The evaluation that this thread is inside of, if any."""
        if not self._outer:
            return None
        own: Evaluation | None = getattr(self._active, "now", None)
        if own is None and threading.get_ident() not in threading._active:  # type: ignore[attr-defined]
            return self._outer[-1]  # the engine's own threads (one for each device) are unknown to `threading`
        return own

    def _run(self, engine: Callable[..., Any], outputs: Sequence[Any], args: Any, kwargs: Any) -> Any:
        for output in outputs:
            if _traced(output):
                return engine(outputs, *args, **kwargs)  # the compiler rehearses: nothing is computed
        outer = self.current()
        if outer is not None:
            self._tell(outputs, args, kwargs, outer)
            return engine(outputs, *args, **kwargs)
        evaluation = self._begin()
        try:
            self._tell(outputs, args, kwargs, evaluation)
            gradients = engine(outputs, *args, **kwargs)
        finally:
            self._end(evaluation)
        self._left(evaluation)
        return gradients

    @contextmanager
    def evaluation(self) -> Iterator[Evaluation]:
        """One gradient evaluation of this thread; engine runs inside it belong to it."""
        evaluation = self._begin()
        try:
            yield evaluation
        finally:
            self._end(evaluation)

    def _begin(self) -> Evaluation:
        self._serial += 1
        evaluation = Evaluation(self._serial)
        self._outer.append(evaluation)
        self._active.now = evaluation
        return evaluation

    def _end(self, evaluation: Evaluation) -> None:
        self._active.now = None
        self._outer = [other for other in self._outer if other is not evaluation]

    def _tell(self, outputs: Sequence[Any], args: Any, kwargs: Any, evaluation: Evaluation) -> None:
        try:
            inputs = kwargs.get("inputs", args[3] if len(args) > 3 else None)
            self._entering(list(inputs) if inputs else leaves_of(outputs), outputs, evaluation, bool(inputs))
        except Exception as error:
            self._fault("gradients", error)


def _traced(output: Any) -> bool:
    """Whether this stands for a tensor while the compiler rehearses: by its true type, as anybody may take a name."""
    if not isinstance(output, torch.Tensor):
        return False
    inner = plain(output) if torch._C._functorch.is_functorch_wrapped_tensor(output) else output
    if type(inner).__name__ not in TRACED:
        return False
    from torch._subclasses.fake_tensor import FakeTensor
    from torch._subclasses.functional_tensor import FunctionalTensor

    if isinstance(inner, FunctionalTensor):
        inner = torch._from_functional_tensor(inner.elem)
    return isinstance(inner, FakeTensor)
