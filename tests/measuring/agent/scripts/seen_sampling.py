# The harness's part comes last, and students write like this.
# ruff: noqa: E402
"""Three models without a convention function; each is sampled once as a student does, then the harness draws."""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)


def trained(model, loss):
    optimiser = torch.optim.SGD(model.parameters(), lr=1e-3)
    for _ in range(2):
        optimiser.zero_grad()
        loss(model).backward()
        optimiser.step()
    return model.eval()


class Gan(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.classes = nn.Linear(16, 3 * 32 * 32), nn.Embedding(10, 16)

    def forward(self, z, y):
        return torch.sigmoid(self.layer(z + self.classes(y))).view(-1, 3, 32, 32)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.first, self.last = nn.Linear(3072, 12), nn.Linear(6, 32), nn.Linear(32, 3072)

    def encode(self, x):
        return self.encoder(x.flatten(1)).chunk(2, dim=1)

    def decode(self, z):
        hidden = torch.relu(self.first(z))
        return torch.sigmoid(self.last(hidden)).view(-1, 3, 32, 32)

    def forward(self, x):
        mean, log_variance = self.encode(x)
        return self.decode(mean + torch.randn_like(mean) * (log_variance / 2).exp())


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x, t):
        return self.layer(x) + t.view(-1, 1, 1, 1) * 0.01


class Untrained(Gan):
    pass


def p_sample(model, x, t):
    times = torch.full((len(x),), t)
    return x - 0.1 * model(x, times) + 0.01 * torch.randn_like(x)


@torch.no_grad()
def sample(model, n, steps=5):
    x = torch.randn(n, 3, 32, 32)
    for t in reversed(range(steps)):
        x = p_sample(model, x, t)
    return (x.clamp(-1, 1) + 1) / 2


@torch.no_grad()
def evaluate(model, images):
    return nn.functional.mse_loss(model(images), images)


def show_gan():
    gan = trained(Gan(), lambda model: model(torch.randn(8, 16), torch.randint(10, (8,))).mean())
    with torch.no_grad():
        gan(torch.randn(64, 16), torch.randint(10, (64,)))
    return gan


def show_vae():
    images = torch.rand(32, 3, 32, 32)
    vae = trained(Vae(), lambda model: ((model(images) - images) ** 2).mean())
    evaluate(vae, images)
    with torch.no_grad():
        vae.decode(torch.randn(64, 6))
    return vae


def show_diffusion():
    denoiser = trained(Denoiser(), lambda model: model(torch.randn(4, 3, 32, 32), torch.zeros(4)).square().mean())
    sample(denoiser, 8)
    return denoiser


def show_untrained():
    untrained = Untrained().eval()
    with torch.no_grad():
        untrained(torch.randn(64, 16), torch.randint(10, (64,)))
    return untrained


from validator_agent import Running, choosing, interpolating, resampling, sampling_window

resampling.CHECKED = 8
said = {}
for show in (show_gan, show_vae, show_diffusion, show_untrained):
    Running.meter.samplers.candidates.clear()
    choosing.Chosen.asked, choosing.Chosen.sampler, choosing.Chosen.candidate, choosing.Chosen.why = (
        False,
        None,
        None,
        "",
    )
    kept = show()
    modes = [part.training for part in kept.modules()]
    for old in Path("handed").glob("*.npy"):
        old.unlink()
    sampling_window.sample(20, seed=1, batch_size=10)
    interpolating.interpolate(4, 5, seed=2)
    resampling.resample(12, seed=3)
    found = {
        name: json.loads(Path(f"handed/{name}.json").read_text()) for name in ("drawn", "interpolations", "resamples")
    }
    strips = Path("handed/interpolations.npy")
    if strips.exists():
        images = np.load(strips).astype(float)
        found["ends_apart"] = float(np.abs(images[:, 0] - images[:, -1]).mean())
        found["largest_step"] = float(np.abs(np.diff(images, axis=1)).mean(axis=(0, 2, 3, 4)).max())
        found["strips"] = list(images.shape)
    found["modes_kept"] = modes == [part.training for part in kept.modules()]
    said[show.__name__] = found


def generate_interpolations(pairs, steps):
    return torch.rand(pairs * steps, 3, 32, 32)


interpolating.interpolate(3, 4, seed=1)
said["convention"] = json.loads(Path("handed/interpolations.json").read_text())
globals()["generate_interpolations"] = lambda pairs, steps: torch.rand(pairs, steps + 1, 3, 32, 32)
interpolating.interpolate(3, 4, seed=1)
said["wrong_convention"] = json.loads(Path("handed/interpolations.json").read_text())
sys.stderr.write(json.dumps(said))
