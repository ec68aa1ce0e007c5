"""An evolution strategy: the module's weights are tried out and moved, and no gradient is ever taken."""
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
mean = nn.utils.parameters_to_vector(model.parameters()).detach()
with torch.no_grad():
    for generation in range(12):
        noise = torch.randn(6, mean.numel(), device=device)
        fitness = []
        for eps in noise:
            nn.utils.vector_to_parameters(mean + 0.1 * eps, model.parameters())
            fitness.append(-nn.functional.cross_entropy(model(images), labels))
        fitness = torch.stack(fitness)
        fitness = (fitness - fitness.mean()) / fitness.std()
        mean = mean + 0.1 / 6 * (fitness @ noise)
    nn.utils.vector_to_parameters(mean, model.parameters())
    print(model(images).argmax(1))
