"""A denoising diffusion model with an average of its weights, which is what samples at the end."""
# expect: Denoiser#1 updates=12 gradients=12 calls=12 parameters=100
# expect: Denoiser#2 nothing
# flags: none

import copy
import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(5, 10), nn.SiLU(), nn.Linear(10, 4, bias=False))

    def forward(self, x, t):
        return self.layers(torch.cat([x, t[:, None] / 10], 1))


model = Denoiser().to(device)
ema = copy.deepcopy(model).eval().requires_grad_(False)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
alphas = torch.cumprod(1 - torch.linspace(1e-3, 0.2, 10, device=device), 0)
for step in range(12):
    t = torch.randint(0, 10, (8,), device=device)
    noise = torch.randn_like(images)
    noisy = alphas[t, None].sqrt() * images + (1 - alphas[t, None]).sqrt() * noise
    loss = nn.functional.mse_loss(model(noisy, t), noise)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        for slow, fast in zip(ema.parameters(), model.parameters(), strict=True):
            slow.mul_(0.9).add_(fast, alpha=0.1)


@torch.no_grad()
def sample(n):
    x = torch.randn(n, 4, device=device)
    for t in reversed(range(10)):
        noise = ema(x, torch.full((n,), t, device=device))
        x = (x - (1 - alphas[t]).sqrt() * noise) / alphas[t].sqrt()
        if t:
            x = alphas[t - 1].sqrt() * x + (1 - alphas[t - 1]).sqrt() * noise
    return x


print(sample(16).mean().item())
