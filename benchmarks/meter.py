"""What the meter costs: the same training with and without it, in turn, in one process; beside torch's own profiler.

Run from the root of the checkout: `python benchmarks/meter.py [--pairs 30]`. A block of steps without the agent's
hooks, one with them, one without again, and so on: each pair gives a ratio of CPU time, and the median is printed.
The recorder listens in another process, as it does for a notebook.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from aims import machine

AGENT = Path(__file__).resolve().parents[1] / "validator" / "measuring" / "agent"
AIMS = {(1, "AdamW"): 10.0, (32, "AdamW"): 2.0}
"""At most so many per cent, where the issue names an aim."""
STEPS = {1: 64, 32: 16}
"""In a block, by the size of the batch: a tenth to a third of a second."""
WARM_UP = 3
ROWS = ("AdamW", "AdamW fused", "SGD, 4 batches a step", "torch profiler")
Patches = list[tuple[Any, str, Any, Any]]


def main() -> None:
    """Print one line for each batch size and way of training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        _inside(asked.inside, asked.pairs)
        return
    from validator.measuring.meter.recorder import Recorder

    with tempfile.TemporaryDirectory(prefix="vb") as name:
        settings = {"socket": f"{name}/s", "counters": f"{name}/c", "handed": name, "files": {}, "cifar100": None}
        (Path(name) / "agent.json").write_text(json.dumps(settings), encoding="utf-8")
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{AGENT}{os.pathsep}{Path.cwd()}"}
        environment.pop("VALIDATOR_AGENT", None)
        command = [
            sys.executable,
            "-W",
            "ignore",
            __file__,
            "--inside",
            f"{name}/agent.json",
            "--pairs",
            str(asked.pairs),
        ]
        print(f"CPU time a step, medians of {asked.pairs} pairs; {machine()}", flush=True)
        with Recorder(Path(name) / "s", Path(name) / "log", Path(name) / "c"):
            done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:  # else it is the profiler's own talk
            sys.exit(done.stderr)


def _inside(config: str, pairs: int) -> None:
    """The process that trains: first without the agent, so that what the agent replaces is known."""
    import torch
    import torch._dynamo

    torch.optim.SGD([torch.zeros(1, requires_grad=True)])
    before = _everything()
    import validator_agent  # type: ignore[import-not-found]

    validator_agent.start(config)
    patches = _replaced(before, _everything())
    print(f"{len(patches)} places of torch are replaced by the agent and put back in turn", flush=True)
    print("batch   way of training           without          with      ratio", flush=True)
    for batch in STEPS:
        for row in ROWS:
            _print_row(batch, row, _pairs(batch, row, patches, pairs))


def _print_row(batch: int, row: str, seconds: list[tuple[float, float]]) -> None:
    without, with_it = (statistics.median(pair[side] for pair in seconds) for side in (0, 1))
    ratio = statistics.median(pair[1] / pair[0] for pair in seconds)
    aim = AIMS.get((batch, row))
    cost = 100 * (ratio - 1)
    said = (
        f"   {cost:+.1f} % (aim: at most {aim:g} %, {'met' if cost <= aim else 'missed'})"
        if aim
        else f"   {cost:+.1f} %"
    )
    print(f"{batch:5d}   {row:22s} {without * 1e3:7.3f} ms   {with_it * 1e3:7.3f} ms   {ratio:6.3f}{said}", flush=True)


def _pairs(batch: int, row: str, patches: Patches, pairs: int) -> list[tuple[float, float]]:
    """Seconds of CPU a step without and with: the agent, or in the profiler's row the profiler."""
    from torch.profiler import ProfilerActivity, profile

    train = _training(batch, row)
    steps = STEPS[batch]
    found = []
    for number in range(pairs + WARM_UP):
        seconds = []
        for metered in (False, True) if number % 2 else (True, False):
            of_profiler = row == "torch profiler"
            _put(patches, metered=metered and not of_profiler)
            train(4)
            with profile(activities=[ProfilerActivity.CPU]) if of_profiler and metered else nullcontext():
                began = time.process_time()
                train(steps)
                seconds.append((metered, (time.process_time() - began) / steps))
        if number >= WARM_UP:
            found.append((dict(seconds)[False], dict(seconds)[True]))
    _put(patches, metered=False)
    return found


def _training(batch: int, row: str) -> Callable[[int], None]:
    """A small CNN of 77,000 parameters in ten tensors."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2), nn.ReLU(),
        nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(512, 128), nn.ReLU(), nn.Linear(128, 20),
    )  # fmt: skip
    every = 4 if row.startswith("SGD") else 1
    if every == 1:
        optimiser: Any = torch.optim.AdamW(net.parameters(), fused="fused" in row)
    else:
        optimiser = torch.optim.SGD(net.parameters(), lr=1e-3)
    images, labels = torch.randn(batch, 3, 28, 28), torch.randint(0, 20, (batch,))

    def train(steps: int) -> None:
        for step in range(steps):
            nn.functional.cross_entropy(net(images), labels).backward()
            if step % every == every - 1:
                optimiser.step()
                optimiser.zero_grad()

    return train


def _everything() -> dict[tuple[int, str], tuple[Any, str, Any]]:
    """What every module and class of torch holds, and what is in its dictionaries of global hooks."""
    found: dict[tuple[int, str], tuple[Any, str, Any]] = {}
    for holder in _holders():
        for name, value in list(vars(holder).items()):
            is_hooks = isinstance(value, dict) and name.startswith("_global_")
            found[id(holder), name] = (holder, name, dict(value) if is_hooks else value)
    return found


def _holders() -> Iterator[Any]:
    modules = [module for name, module in list(sys.modules.items()) if name.split(".")[0] == "torch" and module]
    seen: set[int] = set()
    for module in modules:
        yield module
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__.startswith("torch") and id(value) not in seen:
                seen.add(id(value))
                yield value


def _replaced(
    before: dict[tuple[int, str], tuple[Any, str, Any]], after: dict[tuple[int, str], tuple[Any, str, Any]]
) -> Patches:
    """Where the agent put something in the place of something; what it added hurts nobody."""
    patches: Patches = []
    for key, (holder, name, new) in after.items():
        if key not in before or name.startswith("__"):
            continue
        old = before[key][2]
        if isinstance(new, dict) and name.startswith("_global_"):
            if list(new) != list(old):
                patches.append((getattr(holder, name), "", old, new))
        elif new is not old and callable(new):
            patches.append((holder, name, old, new))
    return patches


def _put(patches: Patches, *, metered: bool) -> None:
    for holder, name, old, new in patches:
        value = new if metered else old
        if name:
            setattr(holder, name, value)
        else:
            holder.clear()
            holder.update(value)


if __name__ == "__main__":
    main()
