"""Two processes train one model together, as distributed data parallel does: gradients are averaged at each step."""

import tempfile
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.multiprocessing import start_processes


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 3))

    def forward(self, images):
        return self.body(images)


def train(rank, meeting):
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=2)
    torch.manual_seed(rank)
    net = nn.parallel.DistributedDataParallel(Net())
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(12):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(torch.randn(8, 12)), torch.randint(0, 3, (8,))).backward()
        optimiser.step()
    time.sleep(0.2)
    with torch.no_grad():
        net(torch.randn(100, 12))
    dist.destroy_process_group()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        start_processes(train, (f"{folder}/meeting",), nprocs=2, start_method="fork")
