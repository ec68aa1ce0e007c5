"""Folded, channels-last Inception against the network as pytorch-fid runs it: images a second, and how far apart.

python benchmarks/inception.py [--images 50] [--rounds 3]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from fixtures.weights import write_inception_weights
from validator.measuring.metrics import inception_features
from validator.measuring.metrics.inception import SIDE, inception_network


def as_shipped(images: np.ndarray, network: torch.nn.Module, batch_size: int) -> np.ndarray:
    """Features by pytorch-fid's own steps."""
    features = []
    for first in range(0, len(images), batch_size):
        batch = torch.from_numpy(images[first : first + batch_size]).float().div(255)
        with torch.no_grad():
            batch = torch.nn.functional.interpolate(batch, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
            features.append(network(2 * batch - 1).flatten(1).numpy())
    return np.concatenate(features)


def main() -> None:
    """Print both ways side by side, the best of some rounds each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    sizes = parser.parse_args()
    images = np.random.default_rng(0).integers(0, 256, (sizes.images, 3, 32, 32), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        weights = write_inception_weights(Path(folder))
        network = inception_network(weights, folded=False)
        our_seconds, their_seconds = [], []
        for _ in range(sizes.rounds):
            start = time.perf_counter()
            theirs = as_shipped(images, network, 50)
            their_seconds.append(time.perf_counter() - start)
            start = time.perf_counter()
            ours = inception_features(images, weights=weights)
            our_seconds.append(time.perf_counter() - start)
    print(f"images {sizes.images}, threads {torch.get_num_threads()}, best of {sizes.rounds}")
    print(f"ours (loading and folding included)  {sizes.images / min(our_seconds):7.1f} images/s")
    print(f"as pytorch-fid runs it               {sizes.images / min(their_seconds):7.1f} images/s")
    difference = np.abs(ours - theirs).max() / np.abs(theirs).max()
    print(f"ratio {min(their_seconds) / min(our_seconds):.1f}; largest relative difference {difference:.1e}")


if __name__ == "__main__":
    main()
