"""A DataLoader with two worker processes that compute with torch themselves."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# flags: none
# device: cpu

import os

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Noisy(Dataset):
    def __len__(self):
        return 48

    def __getitem__(self, index):
        weight = torch.nn.Linear(4, 4).requires_grad_(False)
        return weight(torch.full((4,), index / 48)), index % 3


loader = DataLoader(Noisy(), batch_size=8, num_workers=2)
model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(2):
    for x, y in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
