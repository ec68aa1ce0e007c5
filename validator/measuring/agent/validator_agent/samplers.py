"""Finds what made images in the run: functions of a count or of noise, methods, networks called on noise.

Looks at calls without gradients whose output is `(n, 3, 32, 32)`; keeps shapes, names and weak references, never a
tensor of the student's. Judges nothing, calls nothing.
"""

from __future__ import annotations

import re
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from .frames import id_of, locals_of, outwards
from .noise import Noise, noise_of

LOOKS = 3
"""How often one place in the code is looked at: its first calls, in which noise is still noise."""
MAX_PLACES = 200
IMAGE_VALUES = 3 * 32 * 32
UNFIT = re.compile(
    r"train|fit|eval|test|valid|save|plot|show|display|fid|main|step|loss|reconstr|interpol", re.IGNORECASE
)
COUNTS = re.compile(r"^(n|k|b|bs)$|num|count|size|batch|sampl|imag", re.IGNORECASE)
SIMPLE = (bool, int, float, str, type(None))


class Labels:
    """Whole numbers, one for each image, drawn anew within the range that was seen."""

    def __init__(self, tensor: Any) -> None:
        self.low, self.high = int(tensor.min()), int(tensor.max())
        self.dtype, self.device = tensor.dtype, tensor.device

    def draw(self, count: int) -> Any:
        """Labels `(count,)`."""
        import torch

        return torch.randint(self.low, self.high + 1, (count,), dtype=self.dtype, device=self.device)


class Count:
    """The argument that says how many."""

    def draw(self, count: int) -> Any:
        """The number itself."""
        return count


@dataclass(frozen=True)
class Shape:
    """A shape whose first number says how many."""

    rest: tuple[int, ...]

    def draw(self, count: int) -> Any:
        """The whole shape."""
        return (count, *self.rest)


@dataclass(frozen=True)
class Held:
    """What is passed on as it was: a simple value, or an object by a weak reference."""

    get: Callable[[], Any]

    def draw(self, count: int) -> Any:
        """The same as before."""
        return self.get()


@dataclass
class Candidate:
    """One thing that can be called again: what it is called, how it is found, and its arguments."""

    name: str
    find: Callable[[], Any]
    arguments: dict[str, Any]
    positional: bool
    depth: int
    """0 is what the cell itself called."""
    training: bool | None = None
    """For a network called directly: the mode it was in."""
    stable: bool = True
    """False when what is passed on changed from call to call: a part of a loop."""
    constants: dict[str, Any] = field(default_factory=dict)

    @property
    def noise(self) -> tuple[str, Noise] | None:
        """The argument that is noise."""
        return next(((key, value) for key, value in self.arguments.items() if isinstance(value, Noise)), None)


class Seen:
    """All candidates of the process, by where in the code they are."""

    def __init__(self) -> None:
        self.candidates: dict[Any, Candidate] = {}
        self._looks: dict[Any, int] = {}

    def left(self, module: Any, arguments: Any, output: Any) -> None:
        """A module that was called from outside any module is done. Never raises."""
        try:
            self._left(module, arguments, output)
        except Exception:
            return  # strange objects among a student's names

    def _left(self, module: Any, arguments: Any, output: Any) -> None:
        import torch

        rows = 0 if torch.is_grad_enabled() else _rows(output)
        if not rows:
            return
        frame: FrameType | None = sys._getframe(1)
        space = vars(sys.modules["__main__"])
        frames = [found for found in outwards(frame) if found.f_globals is space]
        place = (id(module), *((id(found.f_code), found.f_lasti) for found in frames[:1]), *map(id_of, frames[1:]))
        if self._looks.get(place, 0) >= LOOKS or len(self._looks) >= MAX_PLACES:
            return
        self._looks[place] = self._looks.get(place, 0) + 1
        functions = [found for found in frames if found.f_code.co_name.isidentifier()]
        for depth, found in enumerate(reversed(functions)):
            self._note(id_of(found), _of_function(found, rows, depth))
        self._note(("module", id(module)), _of_module(module, arguments, output, rows, depth=len(functions)))

    def _note(self, key: Any, candidate: Candidate | None) -> None:
        before = self.candidates.get(key)
        if before is not None and candidate is not None and before.constants != candidate.constants:
            before.stable = False
        elif before is None and candidate is not None:
            self.candidates[key] = candidate


def _rows(output: Any) -> int:
    """How many images of 32 by 32 a module returned; 0 when that is not what it returned."""
    first = output[0] if isinstance(output, (tuple, list)) and output else output
    if getattr(first, "dim", None) is None or first.dim() not in (2, 4) or not first.is_floating_point():
        return 0
    size = tuple(first.shape)
    return size[0] if size[1:] in ((3, 32, 32), (IMAGE_VALUES,)) else 0


def _of_function(frame: FrameType, rows: int, depth: int) -> Candidate | None:
    """The function of this frame, when it can be found by its name and its arguments can be made again."""
    code = frame.f_code
    if UNFIT.search(code.co_name) or code.co_flags & 0x0C:  # takes *arguments or **options
        return None
    names = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    local = locals_of(frame)
    if any(name not in local for name in names):
        return None
    values = {name: local[name] for name in names}
    owner = values.pop("self", None) if names[:1] == ["self"] else None
    find = _method(owner, code) if owner is not None else _function(code, frame.f_globals)
    arguments = _arguments(values, rows) if find is not None else None
    if find is None or arguments is None:
        return None
    name = f"{type(owner).__name__}.{code.co_name}" if owner is not None else code.co_name
    constants = {key: repr(value) for key, value in values.items() if isinstance(value, SIMPLE)}
    constants = {key: value for key, value in constants.items() if not isinstance(arguments[key], Count)}
    return Candidate(name[:80], find, arguments, positional=False, depth=depth, constants=constants)


def _of_module(module: Any, arguments: Any, output: Any, rows: int, *, depth: int) -> Candidate | None:
    """A network that was called on noise, unless what it returned has the shape of that noise: one step of many."""
    made = _arguments({str(place): value for place, value in enumerate(arguments)}, rows)
    if made is None or not isinstance(made.get("0"), Noise) or made["0"].shape == (3, 32, 32):
        return None
    name = type(module).__name__[:80]
    return Candidate(name, weakref.ref(module), made, positional=True, depth=depth, training=module.training)


def _function(code: CodeType, space: dict[str, Any]) -> Callable[[], Any] | None:
    def find() -> Any:
        found = space.get(code.co_name)
        inner = found
        while inner is not None and getattr(inner, "__code__", None) is not code:
            inner = getattr(inner, "__wrapped__", None)  # such as `@torch.no_grad()`
        return found if inner is not None else None

    return find if find() is not None else None


def _method(owner: Any, code: CodeType) -> Callable[[], Any] | None:
    if not hasattr(type(owner), code.co_name) or not getattr(type(owner), "__weakref__", True):
        return None
    try:
        reference = weakref.ref(owner)
    except TypeError:
        return None
    return lambda: getattr(reference(), code.co_name, None)


def _arguments(values: dict[str, Any], rows: int) -> dict[str, Any] | None:
    """How to make each argument again; None when one is data, or when nothing says how many."""
    made: dict[str, Any] = {}
    counted = _count_among(values, rows)
    for name, value in values.items():
        argument = Count() if name == counted else _argument(value, rows)
        if argument is None:
            return None
        made[name] = argument
    several = sum(isinstance(argument, (Count, Noise, Shape)) for argument in made.values())
    return made if several >= 1 else None


def _count_among(values: dict[str, Any], rows: int) -> str | None:
    equal = [name for name, value in values.items() if type(value) is int and value == rows]
    return next((name for name in equal if COUNTS.search(name)), equal[0] if equal else None)


def _argument(value: Any, rows: int) -> Any:
    if isinstance(value, SIMPLE):
        return Held(lambda: value)
    if isinstance(value, (tuple, list)) and value and all(type(part) is int for part in value):
        numbers = tuple(value)
        return Shape(numbers[1:]) if numbers[0] == rows and len(numbers) > 1 else Held(lambda: numbers)
    if hasattr(value, "detach") and hasattr(value, "dim"):
        return _tensor(value, rows)
    if type(value).__module__ == "torch":  # a device, a dtype
        return Held(lambda: value)
    try:
        return Held(weakref.ref(value))
    except TypeError:
        return None


def _tensor(value: Any, rows: int) -> Any:
    """Noise and labels are drawn anew; one number for all images is a time, and images are data."""
    if value.dim() == 0 or value.shape[0] != rows:
        return Held(weakref.ref(value))
    if value.dim() == 1 and not value.is_floating_point() and not value.is_complex():
        labels = Labels(value)
        return None if labels.low == labels.high and rows > 1 else labels
    return noise_of(value)
