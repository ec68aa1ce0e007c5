"""A whole step is captured in a CUDA graph after three warm-up steps, and replayed nine times."""
# expect: Net updates=12 gradients=12 parameters=43
# flags: none
# Capturing records the step and does not execute it: 3 steps before, and 9 replays.

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


device = os.environ.get("DEVICE", "cuda")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
model = Net().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, capturable=True)


def train_step():
    loss = nn.functional.cross_entropy(model(images), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss


side = torch.cuda.Stream()
side.wait_stream(torch.cuda.current_stream())
with torch.cuda.stream(side):
    for step in range(3):
        train_step()
torch.cuda.current_stream().wait_stream(side)
graph = torch.cuda.CUDAGraph()
with torch.cuda.graph(graph):
    loss = train_step()
for step in range(9):
    images.copy_(torch.randn(8, 4, device=device))
    graph.replay()
print(loss.item())
