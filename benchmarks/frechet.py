"""The Frechet step against pytorch-fid's matrix root, on features of the same make: seconds, and how far apart.

python benchmarks/frechet.py [--width 2048] [--count 10000]. Both know the reference beforehand: ours its Cholesky
factor, theirs its mean and covariance, as `pytorch-fid --save-stats` keeps them.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np
from aims import at_least, at_most, machine
from pytorch_fid.fid_score import calculate_frechet_distance

from validator.measuring.metrics.frechet import fit_reference, frechet_to, mean_and_centred
from validator.measuring.metrics.frechet_error import frechet_estimate


def features(seed: int, *, count: int, width: int, scale: float) -> np.ndarray:
    """Rectified features (count, width) with a power-law spectrum, as a network's are."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(1).normal(size=(width, width)) / width**0.5
    spectrum = np.arange(1, width + 1) ** -0.6
    return np.maximum(0, (scale * rng.normal(size=(count, width)) * spectrum) @ mixing + 0.02).astype(np.float32)


def timed(call: Callable[[], float]) -> tuple[float, float, float]:
    """What it returns, and its wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    value = call()
    return value, time.perf_counter() - wall, time.process_time() - cpu


def moments(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance as pytorch-fid takes them."""
    wide = rows.astype(np.float64)
    return wide.mean(axis=0), np.cov(wide, rowvar=False)


def main() -> None:
    """Print both ways side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--count", type=int, default=10_000)
    sizes = parser.parse_args()
    generated = features(2, count=sizes.count, width=sizes.width, scale=1.1)
    reference = features(3, count=sizes.count, width=sizes.width, scale=1.0)
    fitted, stored = fit_reference(reference), moments(reference)
    warnings.simplefilter("ignore", DeprecationWarning)

    ours = timed(lambda: frechet_to(fitted, generated=generated))
    theirs = timed(lambda: float(calculate_frechet_distance(*moments(generated), *stored)))
    # The covariance, which both need, left out.
    centred = mean_and_centred(generated)[1]
    before = timed(lambda: float(np.sum(centred.T @ centred)))
    theirs_before = timed(lambda: float(np.trace(moments(generated)[1])))
    error = timed(lambda: frechet_estimate(fitted, generated=generated).standard_error)

    print(f"features ({sizes.count}, {sizes.width}); {machine()}; wall, CPU seconds")
    print(f"ours, a submission            {ours[1]:7.2f} {ours[2]:7.2f}   {ours[0]:.10f}")
    print(f"pytorch-fid, matrix root      {theirs[1]:7.2f} {theirs[2]:7.2f}   {theirs[0]:.10f}")
    print(f"ours, distance and its error  {error[1]:7.2f} {error[2]:7.2f}   standard error {error[0]:.6f}")
    print(
        f"ratio of wall seconds {at_least(theirs[1] / ours[1], 8, 'times')}, of CPU seconds {theirs[2] / ours[2]:.1f}"
    )
    alone = (theirs[2] - theirs_before[2]) / max(1e-9, ours[2] - before[2])
    print(f"without the covariance, which both compute, ratio of CPU seconds {alone:.1f}")
    print(f"relative difference {at_most(abs(ours[0] - theirs[0]) / theirs[0], 1e-6, '')}")


if __name__ == "__main__":
    main()
