"""A sparse embedding with SparseAdam beside Adam for the rest: two calls, one update."""
# expect: Bag updates=12 gradients=12 calls=24 parameters=95
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.head = nn.EmbeddingBag(20, 4, sparse=True), nn.Linear(4, 3)

    def forward(self, x):
        return self.head(self.words(x))


model = Bag().to(device)
words = torch.randint(0, 20, (8, 5), device=device)
optimizers = [
    torch.optim.SparseAdam(model.words.parameters(), lr=1e-2),
    torch.optim.Adam(model.head.parameters(), lr=1e-2),
]
for step in range(12):
    model.zero_grad()
    nn.functional.cross_entropy(model(words), labels).backward()
    for optimizer in optimizers:
        optimizer.step()
