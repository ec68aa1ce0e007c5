"""What a pickle would build, read from its opcodes and built as plain notes: nothing is imported, nothing is called.

A global stays a name, a call stays a pair of a name and its arguments. Opcodes: CPython's `pickletools`, protocols 0-5.
"""

from __future__ import annotations

import io
import pickletools
from collections.abc import Callable
from typing import Any, BinaryIO

from validator.measuring.probes.weights_found import plain_text
from validator.measuring.probes.weights_notes import Call, Global, Noted, Persistent

MOST_OPCODES = 400_000
"""A checkpoint of a thousand tensors has some 60,000."""
PICKLE_BYTES = 8 * 1024 * 1024
"""Of one pickle no more is read: the values of tensors lie beside it."""
MOST_ITEMS = 100_000
MARK = object()


class PickleProblem(Exception):
    """Why the opcodes cannot be followed."""


def noted(file: BinaryIO) -> Noted:
    """Follow one pickle from where the file stands. Raises PickleProblem."""
    machine = _Machine()
    try:
        for number, (opcode, argument, _) in enumerate(pickletools.genops(file)):
            if number > MOST_OPCODES:
                raise PickleProblem(f"more than {MOST_OPCODES:,} opcodes")
            machine.step(opcode.name, argument)
    except PickleProblem:
        raise
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, MemoryError) as error:
        raise PickleProblem(f"no pickle that can be followed ({type(error).__name__})") from error
    return Noted(globals=tuple(dict.fromkeys(machine.globals)), built=machine.stack[-1] if machine.stack else None)


def noted_bytes(content: bytes) -> Noted:
    """The same of bytes that hold one pickle."""
    return noted(io.BytesIO(content))


class _Machine:
    """The stack and the memo of one unpickling that builds notes."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.globals: list[Global] = []
        self._memo: dict[int, Any] = {}

    def step(self, name: str, argument: Any) -> None:
        """One opcode; one that is not known here leaves nothing behind."""
        if name in CONSTANTS:
            self.stack.append(CONSTANTS[name]())
        elif name in LITERALS:
            self.stack.append(argument)
        elif name in ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[len(self._memo) if argument is None else int(argument)] = self.stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self.stack.append(self._memo[int(argument)])
        elif name in ("GLOBAL", "INST", "STACK_GLOBAL"):
            self._global(name, argument)
        elif name not in ("PROTO", "FRAME", "STOP"):
            getattr(self, f"_{name.lower()}", self._unknown)()

    def _unknown(self) -> None:
        raise PickleProblem("an opcode that no checkpoint needs")

    def _global(self, opcode: str, argument: Any) -> None:
        if opcode == "STACK_GLOBAL":
            name, module = self.stack.pop(), self.stack.pop()
        else:
            module, _, name = str(argument).partition(" ")
        if not isinstance(module, str) or not isinstance(name, str):
            raise PickleProblem("a name to import that is no text")
        found = Global(module=plain_text(module), name=plain_text(name))
        self.globals.append(found)
        self.stack.append(Call(function=found, arguments=self._marked()) if opcode == "INST" else found)

    def _marked(self) -> list[Any]:
        """What stands above the last mark, which goes away with it."""
        items: list[Any] = []
        while (top := self.stack.pop()) is not MARK:
            items.append(top)
        return items[::-1]

    def _mark(self) -> None:
        self.stack.append(MARK)

    def _pop(self) -> None:
        self.stack.pop()

    def _pop_mark(self) -> None:
        self._marked()

    def _dup(self) -> None:
        self.stack.append(self.stack[-1])

    def _tuple(self) -> None:
        self.stack.append(tuple(self._marked()))

    def _tuple1(self) -> None:
        self._last(1)

    def _tuple2(self) -> None:
        self._last(2)

    def _tuple3(self) -> None:
        self._last(3)

    def _last(self, number: int) -> None:
        items = [self.stack.pop() for _ in range(number)]
        self.stack.append(tuple(items[::-1]))

    def _list(self) -> None:
        self.stack.append(self._marked())

    def _dict(self) -> None:
        items = self._marked()
        self.stack.append(_pairs(items))

    def _frozenset(self) -> None:
        self.stack.append(self._marked())

    def _append(self) -> None:
        item = self.stack.pop()
        self._extend([item])

    def _appends(self) -> None:
        self._extend(self._marked())

    def _additems(self) -> None:
        self._extend(self._marked())

    def _extend(self, items: list[Any]) -> None:
        top = self.stack[-1]
        if isinstance(top, Call):
            top.items.extend((None, item) for item in items)
        else:
            top.extend(items)

    def _setitem(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._set([(key, value)])

    def _setitems(self) -> None:
        self._set(_pairs(self._marked()))

    def _set(self, pairs: list[tuple[Any, Any]]) -> None:
        top = self.stack[-1]
        (top.items if isinstance(top, Call) else top).extend(pairs)

    def _reduce(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        self.stack.append(Call(function=function, arguments=arguments))

    _newobj = _reduce

    def _newobj_ex(self) -> None:
        self.stack.pop()
        self._reduce()

    def _obj(self) -> None:
        function, *arguments = self._marked()
        self.stack.append(Call(function=function, arguments=arguments))

    def _build(self) -> None:
        state = self.stack.pop()
        if isinstance(self.stack[-1], Call):
            self.stack[-1].state = state

    def _binpersid(self) -> None:
        self.stack.append(Persistent(key=self.stack.pop()))


def _pairs(items: list[Any]) -> list[tuple[Any, Any]]:
    """A dictionary is kept as its pairs: a key may be anything."""
    return list(zip(items[::2], items[1::2], strict=True))


def _nothing() -> None:
    return None


CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": _nothing,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": list,
    "EMPTY_LIST": list,
    "EMPTY_SET": list,
    "EMPTY_TUPLE": tuple,
}
LITERALS = frozenset(
    {
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
        *("STRING", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
        *("UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"),
    }
)
