"""Which environment variables of the harness a boxed command may see. Everything else is left out."""

from __future__ import annotations

import os
from collections.abc import Mapping

_NAMES = """
PATH LANG LANGUAGE TZ LD_LIBRARY_PATH DYLD_LIBRARY_PATH VIRTUAL_ENV
OMP_NUM_THREADS OMP_WAIT_POLICY MKL_NUM_THREADS OPENBLAS_NUM_THREADS NUMEXPR_NUM_THREADS
CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER NVIDIA_VISIBLE_DEVICES CUDA_HOME
SYSTEMROOT SYSTEMDRIVE COMSPEC PATHEXT WINDIR
"""
ALLOWED = frozenset(_NAMES.split())
"""No proxy, no token, no user name, no display: by name, so that a new secret stays out unasked."""


def allowed(*, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The harness's own environment reduced to the allow-list, with `extra` on top."""
    kept = {name: value for name, value in os.environ.items() if name in ALLOWED or name.startswith("LC_")}
    return {**kept, **(extra or {})}
