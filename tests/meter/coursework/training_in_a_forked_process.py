"""Training runs in a process of its own, started by fork; the weights come back through a file."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# flags: none
# device: cpu

import multiprocessing
import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


def train(path):
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(12):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    torch.save(model.state_dict(), path)


if __name__ == "__main__":
    process = multiprocessing.get_context("fork").Process(target=train, args=("weights.pt",))
    process.start()
    process.join()
    model = Net()
    model.load_state_dict(torch.load("weights.pt"))
    model.eval()
    with torch.no_grad():
        print(model(images).argmax(1))
