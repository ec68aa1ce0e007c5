"""Backprop written out by hand, on the weights of a Module that is called for the forward pass."""
# expect: unknown because updates-without-gradient
# flags: updates-without-gradient, maybe judged-untrained

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
body, head = model.body, model.head
onehot = nn.functional.one_hot(labels, 3).float()
with torch.no_grad():
    for step in range(30):
        logits = model(images)
        hidden = torch.relu(images @ body.weight.T + body.bias)
        d_logits = (torch.softmax(logits, 1) - onehot) / len(images)
        d_hidden = (d_logits @ head.weight) * (hidden > 0)
        head.weight -= 0.1 * d_logits.T @ hidden
        head.bias -= 0.1 * d_logits.sum(0)
        body.weight -= 0.1 * d_hidden.T @ images
        body.bias -= 0.1 * d_hidden.sum(0)
