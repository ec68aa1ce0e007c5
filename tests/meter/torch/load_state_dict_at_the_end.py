"""The best weights of the training are restored at its end."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
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
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
best, best_loss = None, float("inf")
for step in range(12):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    if loss.item() < best_loss:
        best, best_loss = copy.deepcopy(model.state_dict()), loss.item()
    loss.backward()
    optimizer.step()
model.load_state_dict(best)
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
