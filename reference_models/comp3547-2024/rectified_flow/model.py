# %% [markdown]
# # A rectified flow for CIFAR-100
#
# A flow carries noise $z \sim \mathcal N(0, I)$ to an image along straight lines. Between a noise $z$ and an image $x$ lies
# $x_t = (1 - t)\, z + t\, x$, which moves with the velocity $x - z$. A network $v_\theta(x_t, t)$ is fitted to that
# velocity by least squares; where lines cross it learns their mean. To sample, start at $z$ and follow
# $\mathrm d x_t = v_\theta(x_t, t)\, \mathrm d t$ from $t = 0$ to $t = 1$. Nothing of the data is used while sampling.
#
# **Sources.** The objective: Liu, Gong and Liu, *Flow Straight and Fast*, ICLR 2023 (arXiv:2209.03003), equation 1;
# Lipman et al., *Flow Matching*, ICLR 2023 (arXiv:2210.02747). The network: Ronneberger et al., *U-Net*, MICCAI 2015, in
# the form of Ho et al., *DDPM*, NeurIPS 2020, appendix B. Time embedding: Vaswani et al., NeurIPS 2017, section 3.5.
# Group normalisation: Wu and He, ECCV 2018. Heun's method for sampling: Karras et al., NeurIPS 2022, algorithm 1.
# Spherical interpolation: Shoemake, SIGGRAPH 1985. The data: Krizhevsky, 2009. All code below is our own.

# %%
import math

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.datasets import CIFAR100
from torchvision.utils import make_grid

# %% [markdown]
# ## The budget
#
# Fewer than 1,000,000 parameters and at most 50,000 optimisation steps. Everything that spends it stands here.

# %%
STEPS = 50_000
BATCH = 128
WIDTH = 44
LEARNING_RATE = 1e-3
SAMPLE_STEPS = 25
PRINT_EVERY = 1_000
SEED = 0

torch.manual_seed(SEED)
device = "cuda" if torch.cuda.is_available() else "cpu"

# %% [markdown]
# ## The data
#
# Training images only, as float32 of shape (n, 3, 32, 32) in -1..1. The test set is never loaded.

# %%
train_set = CIFAR100(root="data", train=True, download=True)
images = torch.from_numpy(train_set.data).permute(0, 3, 1, 2)  # (n, 32, 32, 3) -> (n, 3, 32, 32)
images = (images.float() / 127.5 - 1).to(device)
print(f"> {len(images):,} training images of shape {tuple(images.shape[1:])}")


# %% [markdown]
# ## The model
#
# In the shapes, B is the number of images, C a number of channels, E the width of the time embedding and h, w are height
# and width of a feature map.

# %%
def time_embedding(t, width):
    """Times (B,) in 0..1 as sines and cosines of many frequencies: (B, width). Vaswani et al. 2017, section 3.5."""
    frequencies = torch.exp(-math.log(10_000) * torch.arange(width // 2, device=t.device) / (width // 2))
    angles = 1000 * t[:, None] * frequencies  # (B, 1) * (width / 2,) -> (B, width / 2)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


class Block(nn.Module):
    """Two 3 x 3 convolutions around a shortcut; the time scales and shifts what lies between them."""

    def __init__(self, inputs, outputs, embedding):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(4, inputs), nn.GroupNorm(4, outputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.time = nn.Linear(embedding, 2 * outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, e):
        scale, shift = self.time(e)[:, :, None, None].chunk(2, dim=1)  # (B, 2C) -> (B, 2C, 1, 1) -> two of (B, C, 1, 1)
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.norm2(h) * (1 + scale) + shift
        return self.conv2(F.silu(h)) + self.shortcut(x)


class Attention(nn.Module):
    """Every place of a small map looks at every other: the one layer that sees the whole picture at once."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.GroupNorm(4, channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)

    def forward(self, x):
        q, k, v = self.qkv(self.norm(x)).flatten(2).transpose(1, 2).chunk(3, dim=-1)  # (B, 3C, h, w) -> three (B, hw, C)
        h = F.scaled_dot_product_attention(q, k, v)  # (B, hw, C)
        return x + self.out(h.transpose(1, 2).unflatten(2, x.shape[2:]))  # (B, hw, C) -> (B, C, h, w)


class VelocityNet(nn.Module):
    """v(x_t, t): images (B, 3, 32, 32) and times (B,) to velocities (B, 3, 32, 32). A U-Net on 32, 16 and 8 pixels."""

    def __init__(self, width):
        super().__init__()
        wide, e = 2 * width, 2 * width
        self.width = width
        self.embed = nn.Sequential(nn.Linear(width, e), nn.SiLU(), nn.Linear(e, e), nn.SiLU())
        self.first = nn.Conv2d(3, width, 3, padding=1)
        self.down32, self.down16, self.down8 = Block(width, width, e), Block(width, wide, e), Block(wide, wide, e)
        self.attention = Attention(wide)
        self.up8, self.up16, self.up32 = Block(wide, wide, e), Block(2 * wide, wide, e), Block(wide + width, width, e)
        self.last = nn.Sequential(nn.GroupNorm(4, width), nn.SiLU(), nn.Conv2d(width, 3, 3, padding=1))

    def forward(self, x, t):
        e = self.embed(time_embedding(t, self.width))  # (B, E)
        x32 = self.down32(self.first(x), e)  # (B, width, 32, 32)
        x16 = self.down16(F.avg_pool2d(x32, 2), e)  # (B, wide, 16, 16)
        x8 = self.down8(F.avg_pool2d(x16, 2), e)  # (B, wide, 8, 8)
        h = self.up8(self.attention(x8), e)  # (B, wide, 8, 8)
        h = self.up16(torch.cat([F.interpolate(h, scale_factor=2), x16], dim=1), e)  # (B, wide, 16, 16)
        h = self.up32(torch.cat([F.interpolate(h, scale_factor=2), x32], dim=1), e)  # (B, width, 32, 32)
        return self.last(h)


flow = VelocityNet(WIDTH).to(device)
parameters = len(torch.nn.utils.parameters_to_vector(flow.parameters()))
print(f"> Number of parameters: {parameters:,} (limit: fewer than 1,000,000)")
print(f"> Number of optimisation steps: {STEPS:,} (limit: 50,000)")
assert parameters < 1_000_000

# %% [markdown]
# ## Training
#
# One pass of this loop is one optimisation step: one gradient of the whole model, one update. The learning rate falls to
# nothing along a cosine, so that the last weights can be sampled as they are and no averaged copy is needed.

# %%
optimiser = torch.optim.AdamW(flow.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.99), weight_decay=0.0)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=STEPS)
losses = []

for step in range(1, STEPS + 1):
    x = images[torch.randint(0, len(images), (BATCH,), device=device)]
    x = torch.where(torch.rand(BATCH, 1, 1, 1, device=device) < 0.5, x, x.flip(-1))  # half of them mirrored
    z = torch.randn_like(x)
    t = torch.rand(BATCH, device=device)
    x_t = (1 - t)[:, None, None, None] * z + t[:, None, None, None] * x
    loss = F.mse_loss(flow(x_t, t), x - z)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(flow.parameters(), 1.0)
    optimiser.step()
    schedule.step()
    losses.append(loss.detach())
    if step % PRINT_EVERY == 0 or step == STEPS:
        print(f"step {step:6,}  loss {torch.stack(losses[-PRINT_EVERY:]).mean().item():.4f}")

final = torch.stack(losses[-PRINT_EVERY:])
print(f"> Parameters: {parameters:,}; optimisation steps: {STEPS:,}; penalty: 0")
print(f"> Train loss: {final.mean():.4f} +- {final.std(correction=0):.4f} over the last {len(final):,} steps")


# %% [markdown]
# ## Sampling
#
# Heun's method: an Euler step, then the mean of the velocities at both of its ends. The last step is Euler's alone.

# %%
@torch.no_grad()
def images_from(z):
    """Follow the flow from noises (B, 3, 32, 32) to images (B, 3, 32, 32) in 0..1."""
    flow.eval()
    times = torch.linspace(0, 1, SAMPLE_STEPS + 1, device=z.device)
    x = z
    for now, then in zip(times[:-1], times[1:]):
        v = flow(x, now.expand(len(x)))
        ahead = x + (then - now) * v
        if then < 1:
            v = (v + flow(ahead, then.expand(len(x)))) / 2
        x = x + (then - now) * v
    return (x.clamp(-1, 1) + 1) / 2


def generate_samples(n, batch=250):
    """n images (n, 3, 32, 32) in 0..1, each from its own noise."""
    sizes = [min(batch, n - start) for start in range(0, n, batch)]
    return torch.cat([images_from(torch.randn(size, 3, 32, 32, device=device)).cpu() for size in sizes])


# %% [markdown]
# ## 64 samples
#
# The first 64 of the seed, as they come.

# %%
def show(pictures, across, title):
    """A grid of pictures (n, 3, 32, 32), `across` in each row."""
    plt.figure(figsize=(6, 6))
    plt.imshow(make_grid(pictures, nrow=across, padding=1).permute(1, 2, 0).numpy())  # (3, h, w) -> (h, w, 3)
    plt.axis("off")
    plt.title(title)
    plt.show()


torch.manual_seed(SEED)
show(generate_samples(64), across=8, title="64 samples, not chosen")


# %% [markdown]
# ## Interpolations between 8 pairs
#
# Noises lie near a sphere, so the way between two of them goes along it: a straight line would leave the prior.

# %%
def between(z0, z1, steps):
    """Great-circle way between noises (B, 3, 32, 32): (B, steps, 3, 32, 32). Shoemake 1985."""
    cosine = F.cosine_similarity(z0.flatten(1), z1.flatten(1))
    angle = torch.acos(cosine)[:, None, None, None, None]  # (B, 1, 1, 1, 1)
    s = torch.linspace(0, 1, steps, device=z0.device)[None, :, None, None, None]  # (1, steps, 1, 1, 1)
    return (torch.sin((1 - s) * angle) * z0[:, None] + torch.sin(s * angle) * z1[:, None]) / torch.sin(angle)


z0, z1 = torch.randn(2, 8, 3, 32, 32, device=device)
show(images_from(between(z0, z1, steps=8).flatten(0, 1)).cpu(), across=8, title="8 interpolations")
