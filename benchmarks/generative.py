"""The whole measurement of one submission's samples, with what never changes already kept: seconds by part, and memory.

python benchmarks/generative.py [--samples 10000] [--train 50000] [--test 10000] [--protocols pytorch-fid clean].
Samples, real images and weights are look-alikes made from a seed; the network is the real architecture. What is kept is
filled beforehand with a projection of the pixels in the network's place: the seconds of a submission do not depend on
the values, and 80,000 images would take more than an hour on two cores. The measured process starts after that.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from aims import at_most, machine

from validator.evidence import Submission
from validator.measuring.datasets import DataError, cifar100
from validator.measuring.metrics import MetricError
from validator.measuring.probes import samples, samples_fid_protocol, samples_setting
from validator.measuring.probes.task import Task
from validator.plan import Plan

AIM_SECONDS = {"cpu": 480.0, "cuda": 10.0}
COUNTS = ("samples", "train", "test")


def main() -> None:
    """Make the data, fill what is kept, then measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, count in zip(COUNTS, (10_000, 50_000, 10_000), strict=True):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--protocols", nargs="+", default=["pytorch-fid", "clean"])
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        measure(Path(asked.inside), asked)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.perf_counter()
        make(folder, asked)
        print(f"data and what is kept, made once: {time.perf_counter() - start:.0f} s", flush=True)
        options = [word for count in COUNTS for word in (f"--{count}", str(getattr(asked, count)))]
        command = [sys.executable, __file__, *options, "--protocols", *asked.protocols, "--inside", name]
        subprocess.run(command, check=True)


def make(folder: Path, asked: argparse.Namespace) -> None:
    """Data sets, weights and samples under `folder`, and everything that a first submission leaves kept."""
    from fixtures.data import write_cifar100
    from fixtures.weights import write_inception_weights

    write_cifar100(folder, train=asked.train, test=asked.test, seed=1)
    write_cifar100(folder / "other", train=1, test=asked.samples, seed=2)
    write_inception_weights(folder)
    setting = setting_for(folder, asked)
    with (
        patch.object(samples_setting, "inception_features", projected),
        patch.object(samples_fid_protocol, "clean_inception_features", projected),
    ):
        for each in samples.MEASURES:
            run(lambda each=each: each.measure(setting))


def projected(images: np.ndarray, **_: Any) -> np.ndarray:
    """Features (n, 2048) in the network's place."""
    matrix = np.random.default_rng(0).normal(size=(images[0].size, 2048)).astype(np.float32) / 5000
    return np.concatenate(
        [part.reshape(len(part), -1) @ matrix for part in np.array_split(images, -(-len(images) // 4096))]
    )


def setting_for(folder: Path, asked: argparse.Namespace) -> samples_setting.Setting:
    """One submission with these samples."""
    plan = Plan(roles=(), samples=asked.samples, fid_fewest=5, fid_protocols=tuple(asked.protocols))
    task = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(folder / "out" / "abcd12"),
        plan=plan,
        data=str(folder),
        lookalike=True,
    )
    images = cifar100.load(folder / "other", "test", lookalike=True).images
    return samples_setting.setting_of(task, images)


def measure(folder: Path, asked: argparse.Namespace) -> None:
    """Print the seconds of each part, their sum and the peak memory."""
    setting = setting_for(folder, asked)
    spent: dict[str, float] = {}

    def timed(name: str, call: Callable[[], object]) -> None:
        start = time.perf_counter()
        said = run(call)
        spent[name] = time.perf_counter() - start
        print(f"{name:28s} {spent[name]:8.1f} s{said}", flush=True)

    print(f"{json.dumps({name: getattr(asked, name) for name in COUNTS})} on {setting.device}; {machine()}", flush=True)
    timed("features of the samples", lambda: setting.sample_features)
    for each in samples.MEASURES:
        timed(each.measure.__module__.rpartition(".")[2], lambda each=each: each.measure(setting))
    print(f"together {at_most(sum(spent.values()), AIM_SECONDS.get(setting.device, 480.0), 's')}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.1f} GiB")


def run(call: Callable[[], object]) -> str:
    """What could not be measured, in words."""
    try:
        call()
    except (DataError, MetricError) as error:
        return f"   not measured: {str(error)[:80]}"
    return ""


if __name__ == "__main__":
    main()
