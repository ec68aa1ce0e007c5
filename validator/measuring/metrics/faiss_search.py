"""FAISS as a proposer of candidates, loaded only once a process of its own has shown that it loads and searches.

faiss-gpu carries the libraries of CUDA 12, torch those of CUDA 13: loading one beside the other can kill a process.
So a child process tries first, once, in the same order; whatever ends it, the marking goes on without FAISS.
"""

from __future__ import annotations

import functools
import importlib.util
import subprocess
import sys
from types import ModuleType

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Int64 = npt.NDArray[np.int64]

SECONDS = 120
TRIAL = """
import sys
device, torch_first = sys.argv[1:]
if torch_first == "yes":
    import torch
    if device == "cuda":
        torch.zeros(1, device="cuda")
import faiss
import numpy as np
rows = np.random.default_rng(0).normal(size=(2000, 64)).astype(np.float32)
if device == "cuda":
    found = faiss.knn_gpu(faiss.StandardGpuResources(), rows[:300], rows, 2)[1]
else:
    found = faiss.knn(rows[:300], rows, 2)[1]
sys.exit(0 if (found[:, 0] == np.arange(300)).all() else 1)
"""


@functools.cache
def trusted(device: str, *, torch_first: bool) -> bool:
    """Whether FAISS loads and finds rows among themselves, tried in a process of its own."""
    command = [sys.executable, "-c", TRIAL, device, "yes" if torch_first else "no"]
    try:
        tried = subprocess.run(command, check=False, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


def proposals(queries: Float32, reference: Float32, count: int, *, device: str) -> tuple[Float32, Int64] | None:
    """The `count` nearest as FAISS sees them: squared distances float32 (n, count) and indices int64 (n, count).

    None when FAISS is not there, cannot be trusted, or answers with anything but distinct rows of the reference.
    """
    faiss = _loaded()
    if faiss is None:
        return None
    try:
        if device != "cpu" and _searches_on_gpu(faiss):
            found = faiss.knn_gpu(faiss.StandardGpuResources(), queries, reference, count)
        else:
            found = faiss.knn(queries, reference, count)
    except (RuntimeError, MemoryError, AttributeError, AssertionError):
        return None
    return _sound(found, (len(queries), count), len(reference))


def _loaded() -> ModuleType | None:
    """FAISS itself, imported only when that has been seen to end well."""
    if "faiss" not in sys.modules and not (importlib.util.find_spec("faiss") and trusted("cpu", torch_first=_torch())):
        return None
    try:
        return importlib.import_module("faiss")
    except ImportError:
        return None


def _searches_on_gpu(faiss: ModuleType) -> bool:
    return hasattr(faiss, "StandardGpuResources") and trusted("cuda", torch_first=_torch())


def _torch() -> bool:
    return "torch" in sys.modules


def _sound(found: object, shape: tuple[int, int], references: int) -> tuple[Float32, Int64] | None:
    """The answer, if it is one: finite distances and, in each row, different indices into the reference."""
    if not (isinstance(found, tuple) and len(found) == 2):
        return None
    squared, index = (np.asarray(each) for each in found)
    if squared.shape != shape or index.shape != shape or not np.issubdtype(index.dtype, np.integer):
        return None
    if not np.isfinite(squared).all() or index.min() < 0 or index.max() >= references:
        return None
    ordered = np.sort(index, axis=1)
    if (ordered[:, 1:] == ordered[:, :-1]).any():
        return None
    return squared.astype(np.float32), index.astype(np.int64)
