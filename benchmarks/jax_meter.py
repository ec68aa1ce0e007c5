"""What the agent costs a training in JAX: the same programs with and without it, in turn, in two processes at once.

Run from the root of the checkout: `python benchmarks/jax_meter.py [--python PYTHON] [--rounds 9]`. The Python must have
JAX (a run environment's has). A network of 77,028 parameters at three sizes of batch: a compiled step called from a
Python loop, and a scan inside one program. Each round times a block in either process; ratios are of medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from aims import machine

from validator.measuring.meter.recorder import Recorder

AGENT = Path(__file__).resolve().parents[1] / "validator" / "measuring" / "agent"
BATCHES = (32, 512, 3072)
PROGRAM = """
import sys, time
began = time.perf_counter()
import jax, jax.numpy as jnp
imported = time.perf_counter() - began
key = jax.random.PRNGKey(0)
sizes = [(784, 90), (90,), (90, 64), (64,), (64, 8), (8,)]
start = [jax.random.normal(key, size) * 0.05 for size in sizes]

def loss(params, images, labels):
    w1, b1, w2, b2, w3, b3 = params
    hidden = jax.nn.relu(jax.nn.relu(images @ w1 + b1) @ w2 + b2)
    chances = jax.nn.log_softmax(hidden @ w3 + b3)
    return -jnp.mean(jnp.take_along_axis(chances, labels[:, None], axis=1))

def step(params, images, labels):
    return [value - 0.01 * slope for value, slope in zip(params, jax.grad(loss)(params, images, labels))]

def scan(params, images, labels):
    return jax.lax.scan(lambda params, _: (step(params, images, labels), None), params, None, length=STEPS)[0]

def data(batch):
    return jax.random.normal(key, (batch, 784)), jnp.arange(batch) % 8

def block(how, batch):
    images, labels = data(batch)
    params, began = start, time.process_time()
    if how == "scan":
        params = compiled["scan"](params, images, labels)
    else:
        for _ in range(STEPS):
            params = compiled["step"](params, images, labels)
    jax.block_until_ready(params)
    return (time.process_time() - began) / STEPS

STEPS = 100
compiled = {"step": jax.jit(step), "scan": jax.jit(scan)}
print(imported, flush=True)
for line in sys.stdin:
    how, batch = line.split()
    print(block(how, int(batch)), flush=True)
"""


class Trainer:
    """One process that trains when asked."""

    def __init__(self, python: str, folder: Path, *, metered: bool) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        environment.pop("VALIDATOR_AGENT", None)
        if metered:
            environment |= {"PYTHONPATH": str(AGENT), "VALIDATOR_AGENT": str(folder / "agent.json")}
        self._process = subprocess.Popen(
            [python, "-c", PROGRAM], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.import_seconds = self._answer()

    def seconds(self, how: str, batch: int) -> float:
        """CPU seconds a step of one block: a busy machine lengthens only the wall."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{how} {batch}\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        """Let the process go."""
        self._process.communicate()

    def _answer(self) -> float:
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())


def main() -> None:
    """Print milliseconds a step without and with the agent, what it adds, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vb") as name:
        folder = Path(name)
        settings = {"socket": f"{name}/s", "counters": f"{name}/c", "handed": name}
        (folder / "agent.json").write_text(json.dumps(settings), encoding="utf-8")
        with Recorder(folder / "s", folder / "log", folder / "c"):
            plain = Trainer(options.python, folder, metered=False)
            metered = Trainer(options.python, folder, metered=True)
            print(f"CPU time a step, medians of {options.rounds} blocks; {machine()}")
            for how in ("step", "scan"):
                for batch in BATCHES:
                    row(how, batch, plain, metered, options.rounds)
            plain.end()
            metered.end()


def row(how: str, batch: int, plain: Trainer, metered: Trainer, rounds: int) -> None:
    """One line of the table."""
    pairs = []
    for number in range(rounds + 1):
        pair = plain.seconds(how, batch), metered.seconds(how, batch)
        if number:  # the first block compiles
            pairs.append(pair)
    without, with_it = (statistics.median(column) * 1e3 for column in zip(*pairs, strict=True))
    ratio = statistics.median(second / first for first, second in pairs)
    print(f"{how} batch {batch:>5}: {without:7.3f} ms, with the agent {with_it:7.3f} ms, ratio {ratio:.3f}")


if __name__ == "__main__":
    main()
