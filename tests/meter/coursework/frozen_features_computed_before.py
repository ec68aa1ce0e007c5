"""A frozen encoder computes all features beforehand; a head is trained and judged on shuffled batches of them."""
# expect: Head updates=12 gradients=12 calls=12 parameters=12
# expect: Encoder nothing
# parameters: 37
# flags: none

import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 5)

    def forward(self, x):
        return torch.tanh(self.layer(x))


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(5, 2)

    def forward(self, x):
        return self.layer(x)


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(48, 4, device=device), torch.randint(0, 2, (48,), device=device)
encoder, head = Encoder().to(device).eval(), Head().to(device)
with torch.no_grad():
    features = torch.cat([encoder(batch) for batch in images.split(16)]).cpu()
loader = DataLoader(TensorDataset(features, labels.cpu()), batch_size=16, shuffle=True)
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
for epoch in range(4):
    for batch, truth in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(head(batch.to(device)), truth.to(device)).backward()
        optimizer.step()
head.eval()
with torch.no_grad():
    for batch, _ in loader:
        print(head(batch.to(device)).argmax(1))
