"""Tells what weights are loaded, by whichever library, and whether this run wrote them itself.

Stands before the loaders of torch, safetensors, numpy, orbax and the model hubs, each as soon as it is imported. Knows
paths, sizes and what came out; judges nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from . import callers, imports
from .opens import SMALLEST_BYTES, Opens
from .written import Written

READERS = {
    "torch": {
        "load": "torch.load",
        "jit.load": "torch.jit.load",
        "from_file": "torch.from_file",
        "UntypedStorage.from_file": "UntypedStorage.from_file",
        "export.load": "torch.export.load",
        "hub.load": "torch.hub.load",
        "hub.load_state_dict_from_url": "torch.hub.load_state_dict_from_url",
    },
    "torch.distributed.checkpoint": {"load": "torch.distributed.checkpoint.load"},
    "safetensors": {"safe_open": "safetensors.safe_open", "deserialize": "safetensors.deserialize"},
    "safetensors.torch": {"load_file": "safetensors.load_file", "load": "safetensors.load"},
    "numpy": {"load": "numpy.load", "fromfile": "numpy.fromfile", "loadtxt": "numpy.loadtxt"},
    "joblib": {"load": "joblib.load"},
    "h5py": {"File": "h5py.File"},
    "huggingface_hub.file_download": {"hf_hub_download": "huggingface_hub.hf_hub_download"},
    "orbax.checkpoint": {"Checkpointer.restore": "orbax.Checkpointer.restore"},
}
"""Module to its readers: where each is, and what it is called in the record."""
WRITERS = {
    "torch": {"save": 1, "jit.save": 1},
    "safetensors.torch": {"save_file": 1},
    "safetensors.numpy": {"save_file": 1},
    "orbax.checkpoint": {"Checkpointer.save": 1},
}
"""Module to its writers, and which argument is the file."""
ADDRESSES = ("torch.hub.load", "torch.hub.load_state_dict_from_url", "huggingface_hub.hf_hub_download")
"""They are asked for a name or an address, not for a file."""
MAX_TOLD = 200


class Loads:
    """Every load, once for each file and loader."""

    def __init__(self, channel: Any, written: Written) -> None:
        self._channel = channel
        self.written = written
        self._told: set[tuple[str, str, int | None]] = set()
        self.opens = Opens(self._opened, written.note, written.work)

    def read(self, by: str, source: Any, outcome: Any, *, failed: str = "") -> None:
        """A loader has returned, or raised."""
        facts = self._facts(by, source)
        if facts is None:
            return
        label = facts["path"] or "memory"
        if outcome is not None and "torch" in sys.modules:
            from . import first_weights

            first_weights.loaded(outcome, "own" if facts["own"] else f"load of {label}")
        self._tell(by, facts, failed=failed)

    def _facts(self, by: str, source: Any) -> dict[str, Any] | None:
        if by in ADDRESSES:
            asked = source if isinstance(source, str) else type(source).__name__
            return {"path": asked[:300], "bytes": None, "own": False, "place": "address"}
        facts = self.written.facts(source)
        if facts is not None:
            return facts
        size = _size(source)
        return self.written.buffer(size) if size >= SMALLEST_BYTES else None

    def _opened(self, by: str, path: str) -> None:
        facts = self.written.facts(path)
        large = facts is not None and facts["bytes"] >= SMALLEST_BYTES
        if facts is None or not large or facts["own"] or facts["place"] == "package":
            return
        if by == "ctypes.dlopen" and facts["place"] != "run":
            return
        if facts["place"] == "elsewhere" and callers.student(sys._getframe(1)) is None:
            return  # a library's own cache
        self._tell(by, facts, failed="")

    def _tell(self, by: str, facts: dict[str, Any], *, failed: str) -> None:
        key = (by, facts["path"], facts["bytes"])
        if key in self._told or len(self._told) >= MAX_TOLD:
            return
        self._told.add(key)
        frame = callers.here()
        own = callers.student(frame)
        more = {"where": callers.place(frame, self._channel.cell), "code": callers.code(own)}
        self._channel.emit("load", by=by, **facts, **more, **({"failed": failed} if failed else {}))


def install(config: dict[str, Any], config_path: str, channel: Any) -> None:
    """Watch from now on."""
    loads = Loads(channel, Written(config, config_path))
    loads.opens.install()
    for module, readers in READERS.items():
        imports.after_import(module, _put(readers, lambda by: lambda call: _reading(call, by, loads), channel))
    for module, writers in WRITERS.items():
        imports.after_import(module, _put(writers, lambda at: lambda call: _writing(call, at, loads), channel))


def _put(names: dict[str, Any], make: Callable[[Any], Any], channel: Any) -> Callable[[Any], None]:
    """What to do with a module once it is imported: stand before these functions of it."""

    def wrap(module: Any) -> None:
        for dotted, about in names.items():
            try:
                _replace(module, dotted, make(about))
            except Exception as error:
                channel.fault("loads", error)

    return wrap


def _replace(module: Any, dotted: str, wrap: Callable[[Any], Any]) -> None:
    *path, name = dotted.split(".")
    owner = module
    for part in path:
        owner = getattr(owner, part, None)
    original = getattr(owner, name, None)
    if isinstance(original, type) and "__init__" in vars(original):
        # A class stays one: it is asked for by `isinstance`, and others are derived from it.
        try:
            original.__init__ = _begun(wrap, original.__init__)  # type: ignore[misc]
            return
        except TypeError:
            pass  # of machine code: nothing of it can be set
    if original is None:
        return
    wrapper = wrap(original)
    home = sys.modules.get(getattr(original, "__module__", None) or "")
    if home is not None and getattr(home, name, None) is original:
        setattr(home, name, wrapper)  # so that it can be pickled by its name
    setattr(owner, name, staticmethod(wrapper) if isinstance(owner, type) and not _is_method(original) else wrapper)


def _begun(wrap: Callable[[Any], Any], initialise: Any) -> Any:
    """The `__init__` that is told like a call of its class: what it is asked for comes first, the object comes out."""
    import functools

    @functools.wraps(initialise)
    def begin(self: Any, *args: Any, **kwargs: Any) -> None:
        def make(*given: Any, **named: Any) -> Any:
            initialise(self, *given, **named)
            return self

        wrap(make)(*args, **kwargs)

    return begin


def _is_method(function: Any) -> bool:
    return type(function).__name__ == "function"


def _reading(original: Any, by: str, loads: Loads) -> Any:
    import functools  # not at the start of every process

    @functools.wraps(original)
    def read(*args: Any, **kwargs: Any) -> Any:
        local = loads.opens.local
        # What a loader opens and calls is told by its own record; what a hub is asked for is no file yet.
        outermost = not getattr(local, "loading", False)
        local.loading = not outermost or by not in ADDRESSES
        outcome, failed = None, ""
        try:
            outcome = original(*args, **kwargs)
            return outcome
        except BaseException as error:
            failed = type(error).__name__
            raise
        finally:
            local.loading = not outermost
            if outermost and (not failed or by in ADDRESSES):
                _safely(loads, by, _source(args, kwargs), outcome, failed)

    return read


def _writing(original: Any, at: int, loads: Loads) -> Any:
    import functools

    @functools.wraps(original)
    def write(*args: Any, **kwargs: Any) -> Any:
        outcome = original(*args, **kwargs)
        try:
            target = args[at] if len(args) > at else next(iter(kwargs.values()), None)
            loads.written.note(target, size=_size(target, whole=True))
        except Exception as error:
            loads._channel.fault("loads", error)
        return outcome

    return write


def _safely(loads: Loads, by: str, source: Any, outcome: Any, failed: str) -> None:
    try:
        loads.read(by, source, outcome, failed=failed)
    except Exception as error:
        loads._channel.fault("loads", error)


def _source(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The file, address or bytes that a loader was asked for: the first argument that can be one."""
    given = (*args, *kwargs.values())
    kinds = (str, bytes, bytearray, memoryview, os.PathLike)
    return next((one for one in given if isinstance(one, kinds) or hasattr(one, "read")), None)


def _size(source: Any, *, whole: bool = False) -> int:
    """Bytes of what is read from, or was written into, memory."""
    if isinstance(source, bytes | bytearray | memoryview):
        return len(source)
    view = getattr(source, "getbuffer", None)
    return view().nbytes if view is not None else 0
