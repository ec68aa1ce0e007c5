"""Federated averaging: two rounds, three clients, two steps each; the server takes their mean."""
# expect: Net updates=2|4 parameters=43
# steps: any
# flags: none
# Each client is a copy that makes two updates, 4 in a line and 12 in all; the server's network changes twice.

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
server = Net().to(device)
for round_number in range(2):
    states = []
    for client in range(3):
        model = copy.deepcopy(server)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for step in range(2):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images + client), labels).backward()
            optimizer.step()
        states.append(model.state_dict())
    server.load_state_dict({key: torch.stack([state[key] for state in states]).mean(0) for key in states[0]})
