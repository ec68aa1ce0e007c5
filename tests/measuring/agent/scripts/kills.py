"""Twenty children train until they are killed: by SIGKILL at any moment, a segmentation fault, or `os._exit`.

Each leaves the number of updates it had finished in a page of its own: what is true.
"""

import ctypes
import json
import mmap
import os
import random
import resource
import signal
import struct
import time
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(0)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
random.seed(7)
images, labels = torch.randn(8, 4), torch.randint(0, 3, (8,))
truth = {}


def train(page, after, ending):
    net = nn.Linear(4, 3)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    for step in range(1, 10**9):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(images), labels).backward()
        optimiser.step()
        struct.pack_into("<Q", page, 0, step)
        if step == after and ending is None:
            return
        if step == after:
            ending()


train(mmap.mmap(-1, 8), 1, None)  # whatever torch loads at a first step is loaded once
for number in range(20):
    page = mmap.mmap(-1, 8)
    endings = {0: lambda: os._exit(0), 1: lambda: ctypes.string_at(0)}
    child = os.fork()
    if child == 0:
        train(page, random.randint(5, 60) + number, endings.get(number % 4, lambda: None))
    if number % 4 > 1:
        while struct.unpack_from("<Q", page)[0] < 3:
            time.sleep(0.001)
        time.sleep(random.random() * 0.05)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    truth[child] = struct.unpack_from("<Q", page)[0]
Path("truth.json").write_text(json.dumps(truth), encoding="utf-8")
