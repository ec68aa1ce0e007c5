"""Folded, channels-last Inception against the network as pytorch-fid runs it: images a second, and how far apart.

python benchmarks/inception.py [--images 100] [--rounds 3]. On a GPU when there is one. The fraction of peak is that of
a float32 matrix product of 4,096 on the same device, measured in the same run; an image is 11.42 GFLOP.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from aims import at_least, at_most, machine

from fixtures.weights import write_inception_weights
from validator.measuring.metrics import clean_inception_features, inception_features
from validator.measuring.metrics.inception import SIDE, inception_network

GFLOP_AN_IMAGE = 11.42
SQUARE = 4096


def as_shipped(images: np.ndarray, network: torch.nn.Module, batch_size: int, device: str) -> np.ndarray:
    """Features by pytorch-fid's own steps."""
    features = []
    for first in range(0, len(images), batch_size):
        batch = torch.from_numpy(images[first : first + batch_size]).to(device).float().div(255)
        with torch.no_grad():
            batch = torch.nn.functional.interpolate(batch, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
            features.append(network(2 * batch - 1).flatten(1).cpu().numpy())
    return np.concatenate(features)


def seconds(call: Callable[[], object]) -> float:
    """Wall seconds, what a GPU still does included."""
    start = time.perf_counter()
    call()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def peak_gflops(device: str) -> float:
    """Of a float32 product without TF32, the best of five."""
    one, other = (torch.randn(SQUARE, SQUARE, device=device) for _ in range(2))
    return 2e-9 * SQUARE**3 / min(seconds(lambda: one @ other) for _ in range(5))


def main() -> None:
    """Print both ways side by side, the best of some rounds each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    count, batch = asked.images or (10_000 if device == "cuda" else 100), 250 if device == "cuda" else 25
    images = np.random.default_rng(0).integers(0, 256, (count, 3, 32, 32), dtype=np.uint8)
    times: dict[str, list[float]] = {name: [] for name in ("loading", "ours", "clean", "theirs")}
    settings = {"batch_size": batch, "device": device}
    with tempfile.TemporaryDirectory() as folder:
        weights = write_inception_weights(Path(folder))
        network = inception_network(weights, folded=False).to(device)
        found = {}

        def keep(name: str, call: Callable[[], np.ndarray]) -> None:
            times[name].append(seconds(lambda: found.update({name: call()})))

        for _ in range(asked.rounds):
            keep("theirs", lambda: as_shipped(images, network, 50, device))
            keep("ours", lambda: inception_features(images, weights=weights, **settings))
            keep("clean", lambda: clean_inception_features(images, weights=weights, **settings))
            times["loading"].append(seconds(lambda: inception_network(weights)))
    tell(count, {name: min(each) for name, each in times.items()}, peak_gflops(device), found, device)


def tell(count: int, best: dict[str, float], peak: float, found: dict[str, np.ndarray], device: str) -> None:
    """The table."""
    rate = count / (best["ours"] - best["loading"])
    name = torch.cuda.get_device_name() if device == "cuda" else f"{torch.get_num_threads()} threads"
    print(f"images {count} on {device} ({name}); {machine()}; best of the rounds")
    print(f"as pytorch-fid runs it       {count / best['theirs']:8.1f} images/s")
    print(f"ours                         {rate:8.1f} images/s, and {best['loading']:.2f} s to load and fold once")
    print(f"ours, clean-fid's resize     {count / (best['clean'] - best['loading']):8.1f} images/s")
    part = rate * GFLOP_AN_IMAGE / peak
    print(f"{rate * GFLOP_AN_IMAGE:.0f} GFLOP/s, {part:.0%} of a float32 matrix product on this machine ({peak:.0f})")
    print(f"ratio {at_least(rate * best['theirs'] / count, 1.8, 'times')}")
    difference = np.linalg.norm(found["ours"] - found["theirs"]) / np.linalg.norm(found["theirs"])
    print(f"relative difference of the features {at_most(float(difference), 1e-6, '')}")


if __name__ == "__main__":
    main()
