"""Remembers which functions were called with which arguments: once for each compilation, and eager calls of flax.

A compiled function is looked at when JAX traces it, where its arguments are at hand; calls of what is compiled cost
nothing. No array is kept. Knows calls; nothing of networks.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from . import imports, jax_held, jax_summaries
from .jax_keeping import kept
from .jax_templates import Template, is_traced, template_of

MOST_CALLS = 200
MOST_EAGER = 64
LOOKS_PAUSE_NS = 200_000_000
ALLOWANCE_SECONDS, ALLOWANCE_SHARE = 2.0, 0.01
"""How long looking at arguments may take: that much at first, then that share of the time."""
LIBRARIES = (
    "jax",
    "jaxlib",
    "flax",
    "equinox",
    "optax",
    "orbax",
    "chex",
    "numpy",
    "jaxtyping",
    "validator_agent",
)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One function of the student's as it was called, with what its arguments looked like."""

    find: Callable[[], Any]
    """The function; None where it held arrays and was let go."""
    arguments: tuple[Template, ...]
    named: dict[str, Template]
    quiet: bool
    """Whether no gradient was taken in it."""
    fed: dict[int, dict[str, Any]]
    """Summaries of its large arrays, by their place among all leaves of the arguments."""
    at_ns: int

    @property
    def templates(self) -> list[Template]:
        """All arguments, those given by name last."""
        return [*self.arguments, *self.named.values()]


class JaxForwards:
    """The calls of one process. `gradients()` says how many gradients were asked for in this thread until now."""

    def __init__(self, gradients: Callable[[], int], fault: Callable[..., None]) -> None:
        self._gradients, self._fault = gradients, fault
        self._local = threading.local()
        self._calls: dict[Any, Call] = {}
        self._eager = self._eager_ns = 0
        self._began, self._spent = time.monotonic(), 0.0
        self.paused = False
        self.watchers: list[Callable[[Any], None]] = []
        """Told of every call while the harness draws samples."""

    def install(self) -> None:
        """Stand where JAX begins to trace a compiled function, and where flax applies a module."""
        from jax._src import pjit

        original = getattr(pjit, "_infer_params", None)
        imports.after_import("flax.linen", self._wrap_linen)
        if original is None:
            return  # another version of JAX: only eager calls are seen

        def _infer_params(fun: Any, ji: Any, args: Any, kwargs: Any, *rest: Any, **options: Any) -> Any:
            with self._around(lambda: _students(fun, args, kwargs)):
                return original(fun, ji, args, kwargs, *rest, **options)

        _infer_params.__wrapped__ = original  # type: ignore[attr-defined]
        pjit._infer_params = _infer_params

    @property
    def calls(self) -> list[Call]:
        """What was called, the latest first."""
        return sorted(self._calls.values(), key=lambda call: -call.at_ns)

    def watch(self, watcher: Callable[[Any], None]) -> None:
        """Tell this of every call from now on, compiled or not, and remember none: the student's code is done."""
        import jax
        from jax._src import pjit

        if not self.watchers:
            pjit._get_fastpath_data = lambda *args, **options: None
            jax.clear_caches()  # what has a fast path already would not be seen
        self.watchers[:] = [watcher]
        self.paused = True

    @contextmanager
    def pausing(self) -> Iterator[None]:
        """What the harness itself calls is not remembered."""
        self.paused = True
        try:
            yield
        finally:
            self.paused = False

    @contextmanager
    def _around(self, asked: Callable[[], Any]) -> Iterator[None]:
        """Remember the call that `asked` tells of, unless it is a part of another."""
        if self.watchers:
            self._tell(asked)
        if self.paused or getattr(self._local, "inside", False):
            yield
            return
        call, before = None, self._gradients()
        began = time.monotonic()
        try:
            affordable = self._spent < ALLOWANCE_SECONDS + (began - self._began) * ALLOWANCE_SHARE
            call = self._seen(*found) if affordable and (found := asked()) is not None else None
        except Exception as error:
            self._fault("jax-forwards", error)
        self._spent += time.monotonic() - began
        if call is None:
            yield
            return
        self._local.inside = True
        try:
            yield
        finally:
            self._local.inside = False
            self._remember(call, quiet=self._gradients() == before)

    def _tell(self, asked: Callable[[], Any]) -> None:
        try:
            found = asked()
            for watcher in self.watchers:
                watcher(found)
        except Exception as error:
            self._fault("jax-forwards", error)

    def _seen(self, function: Any, args: Any, kwargs: Any) -> tuple[Any, ...] | None:
        if is_traced((args, kwargs)):
            return None
        hints = jax_held.hints()
        arguments = tuple(template_of(argument, hints) for argument in args)
        named = {name: template_of(argument, hints) for name, argument in kwargs.items()}
        return function, arguments, named, jax_summaries.large_arrays(arguments, named, args, kwargs)

    def _remember(self, seen: tuple[Any, ...], *, quiet: bool) -> None:
        function, arguments, named, fed = seen
        call = Call(
            find=kept(function), arguments=arguments, named=named, quiet=quiet, fed=fed, at_ns=time.monotonic_ns()
        )
        key = (
            _code(function),
            tuple(t.shapes for t in arguments),
            tuple((n, t.shapes) for n, t in named.items()),
            quiet,
        )
        before = self._calls.pop(key, None)
        if before is not None:
            for place, summary in before.fed.items():
                fed[place] = jax_summaries.merged(summary, fed[place]) if place in fed else summary
        self._calls[key] = call
        if len(self._calls) > MOST_CALLS:
            self._calls.pop(next(iter(self._calls)))

    def _wrap_linen(self, linen: Any) -> None:
        original = linen.Module.apply

        def apply(module: Any, variables: Any, *args: Any, **kwargs: Any) -> Any:
            with self._around(lambda: self._eager_call(module, original, (variables, *args), kwargs)):
                return original(module, variables, *args, **kwargs)

        apply.__wrapped__ = original  # type: ignore[attr-defined]
        for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
            setattr(apply, attribute, getattr(original, attribute, None))
        linen.Module.apply = apply

    def _eager_call(self, module: Any, original: Any, args: Any, kwargs: Any) -> Any:
        """An eager application: the first ones are looked at, and then a few a second."""
        now = time.monotonic_ns()
        if not self.watchers:
            if self._eager >= MOST_EAGER and now - self._eager_ns < LOOKS_PAUSE_NS:
                return None
            self._eager, self._eager_ns = self._eager + 1, now
        if getattr(module, "scope", None) is not None:
            return None
        return _Applied(original, module), args, kwargs


class _Applied:
    """The application of one flax module, as a function of the variables and the rest."""

    def __init__(self, apply: Any, module: Any) -> None:
        self.apply, self.module = apply, module

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(self.module, *args, **kwargs)

    def code(self) -> Any:
        """Two applications of equal modules are one function."""
        return ("linen", repr(self.module)[:2000])


def _students(fun: Any, args: Any, kwargs: Any) -> tuple[Any, Any, Any] | None:
    """The student's function behind a compiled one with its arguments; None for what a library compiles itself."""
    module = str(getattr(fun, "__module__", None) or type(fun).__module__).split(".")[0]
    if module == "equinox" or type(fun).__module__.startswith("flax.nnx"):
        return _wrapped_call(sys._getframe(1))
    if module in LIBRARIES and not _is_students(getattr(fun, "__self__", None)):
        return None
    return fun, args, kwargs


def _is_students(owner: Any) -> bool:
    """Whether a method is called on an object of a class that the student wrote, such as a flax module."""
    return owner is not None and type(owner).__module__.split(".")[0] not in LIBRARIES


def _wrapped_call(frame: Any) -> tuple[Any, Any, Any] | None:
    """What was given to `filter_jit` or `nnx.jit`: their own frames hold it while they trace."""
    steps = 0
    while frame is not None and steps < 40:
        name = str(frame.f_globals.get("__name__", ""))
        # Asked of the libraries' frames only: a frame keeps alive what it told.
        held = frame.f_locals if name.startswith(("equinox", "flax")) else {}
        if name == "equinox._jit" and "jit_wrapper" in held and "args" in held:
            return held["jit_wrapper"].__wrapped__, held["args"], held["kwargs"]
        if name.startswith("flax.nnx.transforms.compilation") and "args" in held and "kwargs" in held:
            function = getattr(held.get("self"), "fun", None) or held.get("fun") or held.get("f")
            return (function, held["args"], held["kwargs"]) if callable(function) else None
        frame, steps = frame.f_back, steps + 1
    return None


def _code(function: Any) -> Any:
    if isinstance(function, _Applied):
        return function.code()
    inner = getattr(function, "__func__", function)
    return getattr(inner, "__code__", None) or id(inner), id(getattr(function, "__self__", None))
