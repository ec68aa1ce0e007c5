"""Exact neighbours, FAISS's candidates decided by whole numbers, against FAISS's flat search; and how exact each is.

python benchmarks/neighbours.py [--generated 10000] [--reference 50000] [--threads 2]

Two kinds of images: with the spectrum and the related colours of photographs (511 functions of the screen hold about
91 % of their variance; of patches of two real photographs at 32 x 32 about 98 %), and noise, which no screen can
shorten: everything is compared with everything. The reference is prepared within the time taken; mirrored queries
find it prepared.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

PARSER = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
PARSER.add_argument("--generated", type=int, default=10_000)
PARSER.add_argument("--reference", type=int, default=50_000)
PARSER.add_argument("--threads", type=int, default=2)
PARSER.add_argument("--kinds", nargs="+", default=["photographs", "noise"])
NEIGHBOURS = 8
COPIES = 20
CHECKED = 200


def main() -> None:
    """Print the ways side by side, for each kind of image."""
    sizes = PARSER.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(sizes.threads)
    from aims import machine

    print(f"{sizes.generated:,} x {sizes.reference:,} x 3,072, k {NEIGHBOURS}, {sizes.threads} threads, {machine()}")
    for kind in sizes.kinds:
        _compare(kind, generated=sizes.generated, reference=sizes.reference)


def photographs(seed: int, count: int) -> Any:
    """Images uint8 (count, 3, 32, 32) with the spectrum of photographs, channels alike, and contrast of their own."""
    import numpy as np

    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(32)[:, None], np.fft.rfftfreq(32)[None])
    frequency[0, 0] = 1 / 32
    images = np.empty((count, 3, 32, 32), dtype=np.uint8)
    colours = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])
    for first in range(0, count, 5000):
        some = min(5000, count - first)
        waves = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(some, 3, 32, 32))) / frequency**1.35)
        waves = np.einsum("nihw,ij->njhw", waves * np.array([1, 0.35, 0.15])[None, :, None, None], colours)
        waves *= 60 / waves.std() * rng.gamma(6, 1 / 6, (some, 1, 1, 1))
        images[first : first + some] = np.clip(waves + 120, 0, 255)
    return images


def noise(seed: int, count: int) -> Any:
    """Images uint8 (count, 3, 32, 32) of nothing."""
    import numpy as np

    return np.random.default_rng(seed).integers(0, 256, (count, 3, 32, 32), dtype=np.uint8)


def _compare(kind: str, *, generated: int, reference: int) -> None:
    import faiss
    import numpy as np

    from validator.measuring.metrics.exhaustive import exhaustive_keys
    from validator.measuring.metrics.neighbours import SearchedImages

    make = {"photographs": photographs, "noise": noise}[kind]
    others, own = make(1, reference), make(2, generated)
    own[:COPIES] = others[:COPIES]
    rows, targets = own.reshape(generated, -1), others.reshape(reference, -1)
    print(f"{kind}:")
    flat = _timed(
        "FAISS flat search, raw pixels, float32",
        lambda: faiss.knn(rows.astype(np.float32), targets.astype(np.float32), NEIGHBOURS),
    )
    searched = SearchedImages(reference=others)
    ours = _timed("ours, exact", lambda: searched.nearest(generated=own, k=NEIGHBOURS))
    mirrored = np.ascontiguousarray(own[..., ::-1])
    again = _timed("ours, mirrored queries", lambda: searched.nearest(generated=mirrored, k=NEIGHBOURS))
    distances, indices = ours.found
    keys = exhaustive_keys(rows[:CHECKED], targets, NEIGHBOURS)
    np.testing.assert_array_equal(keys, (distances * reference + indices)[:CHECKED])
    wrong = np.abs(flat.found[0].astype(np.float64) - distances).max()
    copies = flat.found[0][:COPIES, 0].max()
    ours_apart = distances[:COPIES, 0].max()
    print(f"  FAISS is off by up to {wrong:,.0f}; identical images: d² up to {copies:.0f}, ours {ours_apart}")
    print(f"  ours / FAISS: wall {ours.wall / flat.wall:.2f}, CPU {ours.cpu / flat.cpu:.2f} (aim: at most 1)", end="; ")
    print(
        f"with mirrored: wall {(ours.wall + again.wall) / flat.wall:.2f}, CPU {(ours.cpu + again.cpu) / flat.cpu:.2f}"
    )


class _Timed:
    def __init__(self, found: Any, *, wall: float, cpu: float) -> None:
        self.found, self.wall, self.cpu = found, wall, cpu


def _timed(name: str, call: Callable[[], Any]) -> _Timed:
    wall, cpu = time.perf_counter(), time.process_time()
    found = call()
    taken = _Timed(found, wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)
    print(f"  {name:40s} {taken.wall:8.2f} s wall {taken.cpu:8.2f} s CPU", flush=True)
    return taken


if __name__ == "__main__":
    main()
