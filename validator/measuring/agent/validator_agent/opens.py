"""Sees, by Python's audit hook, files of weights that are opened and libraries of machine code that are loaded.

Knows names and sizes. Costs a comparison for each audit event; reads nothing, forbids nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from . import callers

SUFFIXES = (
    *(".pt", ".pth", ".ckpt", ".safetensors", ".bin", ".npy", ".npz", ".pkl", ".pickle", ".p", ".joblib", ".msgpack"),
    *(".h5", ".hdf5", ".keras", ".onnx", ".pb", ".tflite", ".eqx", ".weights", ".params", ".model", ".state", ".dat"),
    *(".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".mat", ".parquet", ".gguf", ".dill", ".pkg"),
)
CODE = (".py", ".pyc", ".so", ".ttf")
"""Opened all the time, by the import of any module."""
PAGES = (".ipynb", ".pdf", ".png", ".jpg", ".jpeg", ".svg", ".json", ".html")
"""Libraries open these for many reasons; of interest only where the student's own code opens them."""
SMALLEST_BYTES = 10_000
"""5,000 numbers of two bytes: no network that small is worth the trouble."""


class Opens:
    """Tells `seen(by, path)` of each file once; what a loader opens, the loader's own record tells better."""

    def __init__(self, seen: Callable[[str, Any], None], noted: Callable[[Any], None], inside: str) -> None:
        self._seen, self._noted, self._inside = seen, noted, inside
        self.local = threading.local()
        self._told: set[str] = set()

    def install(self) -> None:
        """For good: audit hooks cannot be taken away."""
        opened, tell = self._opened, self._tell

        def hook(event: str, args: tuple[Any, ...]) -> None:
            if event == "open":
                path, mode, _ = args
                if type(path) is str and not path.endswith(CODE):
                    opened(path, mode)
            elif event == "ctypes.dlopen" and args and type(args[0]) is str:
                tell("ctypes.dlopen", args[0])

        sys.addaudithook(hook)

    def _opened(self, path: str, mode: Any) -> None:
        if isinstance(mode, str) and set(mode) & set("wax+"):
            self._noted(path)
        elif mode is not None and self._may_hold_weights(path):
            self._tell("open", path)

    def _may_hold_weights(self, path: str) -> bool:
        low = path.lower()
        if low.endswith(PAGES):
            return self._is_near(path) and callers.opens_itself(sys._getframe(3))
        return low.endswith(SUFFIXES) or self._is_near(path)

    def _is_near(self, path: str) -> bool:
        """Whether a file without a telling suffix lies in the run's own folder."""
        return not path.startswith("/") or path.startswith(self._inside)

    def _tell(self, by: str, path: str) -> None:
        if path in self._told or getattr(self.local, "loading", False) or len(self._told) > 2000:
            return
        self._told.add(path)
        self.local.loading = True
        try:
            self._seen(by, path)
        finally:
            self.local.loading = False
