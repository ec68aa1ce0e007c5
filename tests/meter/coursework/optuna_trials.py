"""Three trials of a hyperparameter search, then the training with the best."""
# expect: Net#1 updates=4 gradients=4 calls=4
# expect: Net#4 updates=12 gradients=12 calls=12 parameters=43
# steps: 12
# flags: none
# needs: optuna

import os

import optuna
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
optuna.logging.set_verbosity(optuna.logging.ERROR)


def train(lr, steps):
    model = Net().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for step in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
    return model, loss.item()


study = optuna.create_study()
study.optimize(lambda trial: train(trial.suggest_float("lr", 1e-3, 1e-1, log=True), 4)[1], n_trials=3)
model, _ = train(study.best_params["lr"], 12)
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
