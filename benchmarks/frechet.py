"""The Frechet step against pytorch-fid's matrix root, on features of the same make: seconds, and how far apart.

python benchmarks/frechet.py [--width 2048] [--count 10000]
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
from pytorch_fid.fid_score import calculate_frechet_distance

from validator.measuring.metrics.frechet import fit_reference, frechet_to


def features(seed: int, *, count: int, width: int, scale: float) -> np.ndarray:
    """Rectified features (count, width) with a power-law spectrum, as a network's are."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(1).normal(size=(width, width)) / width**0.5
    spectrum = np.arange(1, width + 1) ** -0.6
    return np.maximum(0, (scale * rng.normal(size=(count, width)) * spectrum) @ mixing + 0.02).astype(np.float32)


def main() -> None:
    """Print both ways side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--count", type=int, default=10_000)
    sizes = parser.parse_args()
    generated = features(2, count=sizes.count, width=sizes.width, scale=1.1)
    reference = features(3, count=sizes.count, width=sizes.width, scale=1.0)

    start = time.perf_counter()
    fitted = fit_reference(reference)
    fit_seconds = time.perf_counter() - start
    start = time.perf_counter()
    ours = frechet_to(fitted, generated=generated)
    our_seconds = time.perf_counter() - start

    wide, other = generated.astype(np.float64), reference.astype(np.float64)
    start = time.perf_counter()
    moments = [moment for part in (wide, other) for moment in (part.mean(axis=0), np.cov(part, rowvar=False))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        theirs = calculate_frechet_distance(*moments)
    their_seconds = time.perf_counter() - start

    print(f"features                 ({sizes.count}, {sizes.width})")
    print(f"reference, fitted once   {fit_seconds:8.2f} s")
    print(f"ours, a submission       {our_seconds:8.2f} s   {ours:.10f}")
    print(f"pytorch-fid, matrix root {their_seconds:8.2f} s   {theirs:.10f}")
    print(f"ratio {their_seconds / our_seconds:.1f}; relative difference {abs(ours - theirs) / theirs:.1e}")


if __name__ == "__main__":
    main()
