"""What thread settings cost a small training loop on a busy machine: CPU time a step, side by side in one run.

Two training processes run at once, as `--jobs 2` on two cores would start them, first with torch's own choice of
threads, then with the cores shared among the slots and no busy waiting, as the local engine starts its stages.
"""

from __future__ import annotations

import os
import subprocess
import sys

STEPS = 300
LOOP = f"""
import time, torch
from torch import nn
torch.manual_seed(0)
network, images, labels = nn.Linear(149, 1000), torch.randn(4, 149), torch.randint(0, 20, (4,))
optimizer = torch.optim.Adam(network.parameters())
started = time.process_time()
for _ in range({STEPS}):
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(images), labels).backward()
    optimizer.step()
print((time.process_time() - started) / {STEPS} * 1e3)
"""


def cpu_milliseconds(settings: dict[str, str], processes: int) -> float:
    """Mean CPU time of one step over processes that run at the same time."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    started = [
        subprocess.Popen([sys.executable, "-c", LOOP], env={**plain, **settings}, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    return sum(float(process.communicate()[0]) for process in started) / processes


def main() -> None:
    """Print both figures and their ratio."""
    cores = os.cpu_count() or 1
    own = cpu_milliseconds({}, cores)
    shared = cpu_milliseconds({"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}, cores)
    print(f"{cores} processes on {cores} cores, CPU time a step: torch's choice {own:.2f} ms, engine's {shared:.2f} ms")
    print(f"ratio {own / shared:.1f}")


if __name__ == "__main__":
    main()
