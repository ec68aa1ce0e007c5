"""DDPG: actor and critic, each with a target that follows slowly and is called at every step."""
# expect: Actor#1 updates=30 gradients=30 calls=30 parameters=10
# expect: Critic#1 updates=30 gradients=60 calls=30 parameters=7
# expect: Actor#2 nothing
# expect: Critic#2 nothing
# flags: none
# The actor's gradients go through the critic, which is not stepped by them.

import copy
import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)

    def forward(self, x):
        return torch.tanh(self.layer(x))


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 1)

    def forward(self, x, a):
        return self.layer(torch.cat([x, a], 1))


actor, critic = Actor().to(device), Critic().to(device)
slow_actor, slow_critic = copy.deepcopy(actor), copy.deepcopy(critic)
actor_optimizer = torch.optim.Adam(actor.parameters(), lr=1e-2)
critic_optimizer = torch.optim.Adam(critic.parameters(), lr=1e-2)
for step in range(30):
    with torch.no_grad():
        goal = 1 + 0.9 * slow_critic(images, slow_actor(images))
    critic_loss = nn.functional.mse_loss(critic(images, actor(images).detach()), goal)
    critic_optimizer.zero_grad()
    critic_loss.backward()
    critic_optimizer.step()
    actor_loss = -critic(images, actor(images)).mean()
    actor_optimizer.zero_grad()
    actor_loss.backward()
    actor_optimizer.step()
    with torch.no_grad():
        for slow, fast in ((slow_actor, actor), (slow_critic, critic)):
            for s, f in zip(slow.parameters(), fast.parameters(), strict=True):
                s.lerp_(f, 0.05)
