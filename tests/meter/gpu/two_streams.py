"""Two networks on two streams."""
# expect: Left updates=12 gradients=12 calls=12 parameters=43
# expect: Right updates=12 gradients=12 calls=12 parameters=43
# flags: none

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


class Left(Net):
    pass


class Right(Net):
    pass


models = [Left().to(device), Right().to(device)]
optimizers = [torch.optim.Adam(model.parameters(), lr=1e-2) for model in models]
streams = [torch.cuda.Stream() for _ in models]
torch.cuda.synchronize()
for step in range(12):
    for model, optimizer, stream in zip(models, optimizers, streams, strict=True):
        with torch.cuda.stream(stream):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images), labels).backward()
            optimizer.step()
torch.cuda.synchronize()
