"""Exact neighbours by FAISS and re-ranking, against comparing all with all, and against FAISS's own distances.

python benchmarks/neighbours.py [--generated 2000] [--reference 20000]
"""

from __future__ import annotations

import argparse
import time

import faiss
import numpy as np

from validator.measuring.metrics.neighbours import exhaustive_keys, nearest_neighbours


def photographs(seed: int, count: int) -> np.ndarray:
    """Images (count, 3, 32, 32) with the 1/f spectrum of photographs."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(32)[:, None], np.fft.rfftfreq(32)[None])
    frequency[0, 0] = 1 / 32
    spectrum = np.fft.rfft2(rng.normal(size=(count, 3, 32, 32)).astype(np.float32)) / frequency
    waves = np.fft.irfft2(spectrum)
    waves *= 60 / waves.std()
    return np.clip(waves + 120, 0, 255).astype(np.uint8)


def main() -> None:
    """Print the ways side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generated", type=int, default=2000)
    parser.add_argument("--reference", type=int, default=20_000)
    sizes = parser.parse_args()
    reference = photographs(1, sizes.reference)
    generated = photographs(2, sizes.generated)
    generated[:20] = reference[:20]
    rows, others = generated.reshape(len(generated), -1), reference.reshape(len(reference), -1)

    start = time.perf_counter()
    distances, indices = nearest_neighbours(generated=generated, reference=reference, k=8)
    our_seconds = time.perf_counter() - start
    start = time.perf_counter()
    keys = exhaustive_keys(rows, others, 8)
    exhaustive_seconds = time.perf_counter() - start
    start = time.perf_counter()
    approximate, _ = faiss.knn(rows.astype(np.float32), others.astype(np.float32), 8)
    faiss_seconds = time.perf_counter() - start

    np.testing.assert_array_equal(keys, distances * len(reference) + indices)
    print(f"generated {sizes.generated}, reference {sizes.reference}, k 8")
    print(f"FAISS, then whole numbers {our_seconds:7.2f} s   exact")
    print(f"all with all, float64     {exhaustive_seconds:7.2f} s   exact, the same")
    wrong = np.abs(approximate - distances).max()
    print(f"FAISS alone, raw pixels   {faiss_seconds:7.2f} s   off by up to {wrong:.0f}; copies up to", end=" ")
    print(f"{approximate[:20, 0].max():.0f} instead of {distances[:20, 0].max()}")
    print(f"ratio to all with all {exhaustive_seconds / our_seconds:.1f}")


if __name__ == "__main__":
    main()
