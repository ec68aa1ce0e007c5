"""Contrastive learning with a momentum encoder and a queue of keys."""
# expect: Net#1 updates=12 gradients=12 calls=12 parameters=43
# expect: Net#2 nothing
# flags: none

import copy
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
query_encoder = Net().to(device)
key_encoder = copy.deepcopy(query_encoder)
for p in key_encoder.parameters():
    p.requires_grad = False
queue = nn.functional.normalize(torch.randn(32, 3, device=device), dim=1)
optimizer = torch.optim.SGD(query_encoder.parameters(), lr=0.1, momentum=0.9)
for step in range(12):
    q = nn.functional.normalize(query_encoder(images + 0.1 * torch.randn_like(images)), dim=1)
    with torch.no_grad():
        for k, p in zip(key_encoder.parameters(), query_encoder.parameters(), strict=True):
            k.data = k.data * 0.9 + p.data * 0.1
        keys = nn.functional.normalize(key_encoder(images + 0.1 * torch.randn_like(images)), dim=1)
    logits = torch.cat([(q * keys).sum(1, keepdim=True), q @ queue.T], 1) / 0.2
    loss = nn.functional.cross_entropy(logits, torch.zeros(8, dtype=torch.long, device=device))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    queue = torch.cat([keys, queue])[:32]
