"""A teacher is trained, then a small student on its soft labels."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# expect: Student updates=12 gradients=12 calls=12 parameters=15
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


class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(x)


teacher = Net().to(device)
optimizer = torch.optim.Adam(teacher.parameters(), lr=1e-2)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(teacher(images), labels).backward()
    optimizer.step()
teacher.eval()
student = Student().to(device)
optimizer = torch.optim.Adam(student.parameters(), lr=1e-2)
for step in range(12):
    with torch.no_grad():
        soft = torch.softmax(teacher(images) / 2, 1)
    loss = nn.functional.kl_div(torch.log_softmax(student(images) / 2, 1), soft, reduction="batchmean")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
