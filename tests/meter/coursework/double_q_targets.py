"""Double Q-learning: a target network is copied from the online one every four steps."""
# expect: Net#1 updates=12 gradients=12 calls=12 parameters=43
# expect: Net#2 nothing
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


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
online, target = Net().to(device), Net().to(device)
target.load_state_dict(online.state_dict())
optimizer = torch.optim.RMSprop(online.parameters(), lr=1e-3)
for step in range(12):
    state, after = torch.randn(8, 4, device=device), torch.randn(8, 4, device=device)
    with torch.no_grad():
        best = online(after).argmax(1, keepdim=True)
        value = 0.9 * target(after).gather(1, best)
    loss = nn.functional.smooth_l1_loss(online(state).gather(1, labels[:, None]), value)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 4 == 3:
        target.load_state_dict(online.state_dict())
