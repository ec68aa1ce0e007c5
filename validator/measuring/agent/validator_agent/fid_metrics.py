"""FID libraries that are fed batch by batch: torchmetrics and torcheval. What is fed as generated is kept.

The classes are replaced, because their own need weights that nobody can download here; they count nothing.
"""

from __future__ import annotations

import functools
from typing import Any

from . import imports, stand_ins
from .fid_calls import FidCalls
from .fid_fed import Fed

ABOUT = "Stands in for a library that computes FID: the harness computes it outside."
PARENTS = ("torchmetrics", "torchmetrics.image", "torcheval", "torcheval.metrics")
PLACES = {
    "torchmetrics.image.fid": {"FrechetInceptionDistance": 1},
    "torchmetrics.image.kid": {"KernelInceptionDistance": 2},
    "torchmetrics.image.mifid": {"MemorizationInformedFrechetInceptionDistance": 1},
    "torchmetrics.image.inception": {"InceptionScore": 2},
    "torcheval.metrics.image.fid": {"FrechetInceptionDistance": 1},
}
"""Modules, their classes, and how many numbers `compute` answers with."""
PACKAGES = {
    "torchmetrics.image": {
        name: size for module, found in PLACES.items() if "metrics.image" in module for name, size in found.items()
    },
    "torcheval.metrics": {"FrechetInceptionDistance": 1},
}


def install(calls: FidCalls, channel: Any) -> None:
    """Wait for each module; where the library is missing, its FID classes are there all the same."""
    for name in (*PARENTS, *PLACES, "torcheval.metrics.image"):
        imports.stand_in(name, lambda name: stand_ins.empty(name, channel, about=ABOUT))
    for name, classes in (*PLACES.items(), *PACKAGES.items()):
        imports.after_import(name, functools.partial(_replace, classes=classes, calls=calls))
    for name in ("torchmetrics", "torcheval"):
        imports.after_import(name, _nothing_else)


def _nothing_else(module: Any) -> None:
    """A stand-in has FID only: whoever asks for more is told what an import would have said."""
    if getattr(module, "__doc__", None) != ABOUT or not hasattr(module, "__path__") or module.__path__:
        return

    def missing(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ModuleNotFoundError(f"No module named {module.__name__!r}", name=module.__name__)

    module.__getattr__ = missing


def _replace(module: Any, classes: dict[str, int], calls: FidCalls) -> None:
    for name, numbers in classes.items():
        setattr(module, name, _metric(name, module.__name__.partition(".")[0], numbers, calls))


def _metric(name: str, library: str, numbers: int, calls: FidCalls) -> Any:
    import torch

    class Metric(torch.nn.Module):
        """Keeps what it is fed as generated, and answers not-a-number."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__()
            self.reset()

        def reset(self) -> Any:
            self._call = 0
            self._fed: Fed | None = None
            return self

        def update(self, images: Any = None, real: Any = None, is_real: Any = None, **options: Any) -> Any:
            given = images if images is not None else options.get("imgs")
            genuine = real if real is not None else is_real
            if given is None or genuine:
                return self
            if self._fed is None:
                self._call = calls.number()
                self._fed = calls.fed(self._call, 1, f"{library} {name}.update")
            if self._fed is not None:
                self._fed.take(given)
            return self

        def forward(self, *args: Any, **options: Any) -> Any:
            self.update(*args, **options)
            return self._answer()

        def compute(self) -> Any:
            if self._fed is not None:
                calls.tell(self._call, library, [self._fed])
            return self._answer()

        @staticmethod
        def _answer() -> Any:
            nan = torch.tensor(float("nan"))
            return nan if numbers == 1 else (nan,) * numbers

        def set_dtype(self, dtype: Any) -> Any:
            return self

    Metric.__name__ = Metric.__qualname__ = name
    return Metric
