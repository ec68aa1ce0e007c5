"""Mean teacher: the average of the student's weights judges the unlabelled images, at every step."""
# expect: Net#1 updates=30 gradients=30 calls=30 parameters=43
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
student = Net().to(device)
teacher = Net().to(device)
teacher.load_state_dict(student.state_dict())
optimizer = torch.optim.Adam(student.parameters(), lr=1e-2)
for step in range(30):
    with torch.no_grad():
        target = torch.softmax(teacher(images + 0.1), 1)
    logits = student(images)
    loss = nn.functional.cross_entropy(logits, labels) + (torch.softmax(logits, 1) - target).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    for slow, fast in zip(teacher.parameters(), student.parameters(), strict=True):
        slow.data.mul_(0.95).add_(fast.data, alpha=0.05)
