"""FID by pytorch-fid's own `calculate_fid_given_paths` and by ours, on the same images and weights: how far apart.

python benchmarks/parity.py [--images 2300]. The images are PNG files for theirs and arrays for ours; the network is the
real architecture with weights from a seed. Half an hour on two CPU cores, most of it theirs. SciPy must be older than
1.18 for pytorch-fid to run. The third figure decouples the two: the nuclear norm of the centred data, on which nothing
is squared. With 2,048 images or fewer the covariances are singular, and each null direction puts the root of a rounding
error, some 1e-8 of the scale, into the matrix root.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from aims import at_most, machine
from PIL import Image
from pytorch_fid import fid_score, inception

from fixtures.data import write_cifar100
from fixtures.weights import write_inception_weights
from validator.evidence import Submission
from validator.measuring.datasets import cifar100
from validator.measuring.metrics import frechet_distance, inception_features
from validator.measuring.probes import samples_fid
from validator.measuring.probes.samples_fid_trivial import blurred
from validator.measuring.probes.samples_setting import setting_of
from validator.measuring.probes.task import Task
from validator.plan import Plan

AIM = 1e-6
COLLAPSED_TO = 64


def main() -> None:
    """One line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=2300)
    count = parser.parse_args().images
    warnings.simplefilter("ignore", DeprecationWarning)
    print(f"{count} images a set; {machine()}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_cifar100(folder, train=count, test=count, seed=1)
        natural, reference = (cifar100.load(folder, split, lookalike=True).images for split in ("train", "test"))
        weights = write_inception_weights(folder)
        print(f"{refused(folder)} (fewer than 2,048)", flush=True)
        sets = {
            "natural": natural,
            f"collapsed to {COLLAPSED_TO}": natural[np.arange(count) % COLLAPSED_TO],
            "identical": reference,
            "blurred": blurred(natural),
        }
        compare(sets, reference, weights, folder)


def compare(sets: dict[str, np.ndarray], reference: np.ndarray, weights: Path, folder: Path) -> None:
    """Theirs and ours for each set, against the same reference."""
    state = torch.load(weights, weights_only=True)
    ours_reference = inception_features(reference, weights=weights)
    with patch.object(inception, "load_state_dict_from_url", lambda *_, **__: state):
        kept = str(folder / "reference.npz")
        fid_score.save_fid_stats([pngs(reference, folder / "reference"), kept], 50, "cpu", 2048, num_workers=0)
        for name, images in sets.items():
            start = time.perf_counter()
            paths = [pngs(images, folder / name), kept]
            theirs = float(fid_score.calculate_fid_given_paths(paths, 50, "cpu", 2048, num_workers=0))
            their_seconds, start = time.perf_counter() - start, time.perf_counter()
            features = inception_features(images, weights=weights)
            ours = frechet_distance(generated=features, reference=ours_reference)
            seconds = time.perf_counter() - start
            print(f"{name:16s} pytorch-fid {theirs:18.10f} in {their_seconds:.0f} s, ", end="")
            print(f"ours {ours:18.10f} in {seconds:.0f} s")
            print(f"{'':16s} {difference(ours, theirs, ours_reference)}")
            third = by_singular_values(features, ours_reference)
            print(
                f"{'':16s} from the data {third:.10f}: pytorch-fid {theirs - third:+.1e}, ours {ours - third:+.1e}",
                flush=True,
            )


def by_singular_values(generated: np.ndarray, reference: np.ndarray) -> float:
    """The same distance from the centred data: Tr((C_g C_r)^(1/2)) is the sum of the singular values of G' F."""
    parts = [rows.astype(np.float64) for rows in (generated, reference)]
    factors = [(rows - rows.mean(axis=0)) / np.sqrt(len(rows) - 1) for rows in parts]
    between = float(np.square(parts[0].mean(axis=0) - parts[1].mean(axis=0)).sum())
    spreads = sum(float(np.square(factor).sum()) for factor in factors)
    return between + spreads - 2 * float(np.linalg.svd(factors[0] @ factors[1].T, compute_uv=False).sum())


def difference(ours: float, theirs: float, reference: np.ndarray) -> str:
    """Relative to the distance; where that is 0, to the trace of the reference's covariance."""
    trace = float(reference.astype(np.float64).var(axis=0, ddof=1).sum())
    if theirs > AIM * trace:
        return f"relative difference {at_most(abs(ours - theirs) / theirs, AIM, '')}"
    return f"difference, relative to the trace of the covariance, {at_most(abs(ours - theirs) / trace, AIM, '')}"


def pngs(images: np.ndarray, folder: Path) -> str:
    """The images as files."""
    folder.mkdir(exist_ok=True)
    for number, image in enumerate(images):
        Image.fromarray(image.transpose(1, 2, 0)).save(folder / f"{number:05}.png")
    return str(folder)


def refused(folder: Path) -> str:
    """What the harness says of 2,047 samples, though a plan asks for no more."""
    task = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(folder / "out" / "abcd12"),
        plan=Plan(roles=(), samples=2047),
        data=str(folder),
        lookalike=True,
    )
    setting = setting_of(task, np.zeros((2047, 3, 32, 32), np.uint8))
    return samples_fid.measure(setting).readings["fid"].why


if __name__ == "__main__":
    main()
