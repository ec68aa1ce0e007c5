"""What the agent costs: the same training with and without it, in turn, in fresh processes; prints the ratio.

Run from the root of the checkout: `python benchmarks/meter.py [repeats]`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from validator.measuring.meter.recorder import Recorder

AGENT = Path(__file__).resolve().parents[1] / "validator" / "measuring" / "agent"
STEPS = 1000
SCRIPT = """
import sys, time
began = time.process_time()
import torch
from torch import nn
imported = time.process_time()
torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(4),
                    nn.Flatten(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 20))
optimiser = torch.optim.AdamW(net.parameters())
images, labels = torch.randn({batch}, 3, 28, 28), torch.randint(0, 20, ({batch},))
def train(steps):
    for _ in range(steps):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(images), labels).backward()
        optimiser.step()
train(50)
started = time.process_time()
train({steps})
print(time.process_time() - started, imported - began)
"""


def seconds(batch: int, *, metered: bool) -> tuple[float, float]:
    """CPU seconds of the training loop, and of importing torch."""
    with tempfile.TemporaryDirectory(prefix="vb") as name:
        folder = Path(name)
        settings = {"socket": f"{name}/s", "counters": f"{name}/c", "handed": name}
        (folder / "agent.json").write_text(json.dumps(settings), encoding="utf-8")
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        if metered:
            environment |= {"PYTHONPATH": str(AGENT), "VALIDATOR_AGENT": str(folder / "agent.json")}
        steps = STEPS if batch == 1 else STEPS // 5
        with Recorder(folder / "s", folder / "log", folder / "c"):
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT.format(batch=batch, steps=steps)],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
    loop, imported = map(float, done.stdout.split())
    return loop / steps, imported


def main(repeats: int = 3) -> None:
    """Print one line for each batch size."""
    print("batch   without      with         ratio   (CPU time a step, medians)")
    for batch in (1, 32):
        pairs = [(seconds(batch, metered=False), seconds(batch, metered=True)) for _ in range(repeats)]
        without, with_agent = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
        print(f"{batch:5d}   {without * 1e3:7.3f} ms   {with_agent * 1e3:7.3f} ms   {with_agent / without:5.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
