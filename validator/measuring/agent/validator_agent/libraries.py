"""Tells who asks for deep-learning frameworks other than PyTorch and JAX, whether they are installed or not.

Knows names of modules and frames. Whether a library may be used is not known here.
"""

from __future__ import annotations

import sys
from typing import Any

from . import callers, imports

WATCHED = (
    *("tensorflow", "tf_keras", "keras", "keras_core", "tflearn", "tensorlayer", "sonnet", "mxnet", "gluon", "paddle"),
    *("mindspore", "oneflow", "jittor", "megengine", "tinygrad", "theano", "lasagne", "chainer", "cntk", "caffe"),
    *("caffe2", "dynet", "mlx", "nnabla", "dl4j", "flux", "juliacall", "julia"),
)
MAX_TOLD = 50


class Libraries:
    """Each attempt once for each place it is made at."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._told: set[tuple[str, str, str]] = set()

    def asked(self, name: str, spec: Any) -> None:
        """Somebody imports this module; `spec` is what was found, or None."""
        try:
            found = callers.importer(sys._getframe(1))
            if found is not None:
                self._tell(name, spec, by=found[0], frame=found[1])
        except Exception as error:
            self._channel.fault("libraries", error)

    def _tell(self, name: str, spec: Any, *, by: str, frame: Any) -> None:
        cell = self._channel.cell
        where = callers.place(frame, cell) if by == "student" else str(frame.f_globals.get("__name__"))[:80]
        if (name, by, where) in self._told or len(self._told) >= MAX_TOLD:
            return
        self._told.add((name, by, where))
        origin = getattr(spec, "origin", None) or ""
        # A file of the submission may bear such a name: that is not the library.
        own = bool(spec) and bool(origin) and not callers.is_installed(origin)
        self._channel.emit("import", module=name, ok=spec is not None, by=by, where=where, own=own)


def install(channel: Any) -> None:
    """Watch the names from now on."""
    libraries = Libraries(channel)
    for name in WATCHED:
        imports.watch(name, libraries.asked)
