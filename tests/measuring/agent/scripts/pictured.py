# Students write like this, and the order of imports is part of what is tried.
# ruff: noqa: B905, E402, F401
"""Shows and saves pictures, and asks FID libraries that are not installed; what they answered comes as JSON."""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from matplotlib import pyplot as plt
from PIL import Image
from torch import nn
from torchvision.utils import make_grid, save_image

plt.switch_backend("agg")
torch.manual_seed(0)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 3 * 32 * 32)

    def forward(self, noise):
        return torch.tanh(self.layer(noise)).view(-1, 3, 32, 32)


generator = Generator()
optimiser = torch.optim.SGD(generator.parameters(), lr=1e-3)
for _ in range(2):
    generator(torch.randn(4, 8)).mean().backward()
    optimiser.step()
with torch.no_grad():
    samples = generator(torch.randn(64, 8))

said = {}
before = samples.clone()
grid = make_grid(samples, nrow=8, normalize=True, value_range=(-1, 1))
said["grid"] = list(grid.shape)
save_image(samples[:16] * 0.5 + 0.5, "grid.png", nrow=4)
Path("written").mkdir()
for number in range(8):
    save_image(samples[number], f"written/{number}.png")  # [-1, 1], which it cuts at 0
figure, axes = plt.subplots(2, 5)
for axis, image in zip(axes.flat, samples):
    shown = axis.imshow((image * 0.5 + 0.5).permute(1, 2, 0).numpy())
said["shown"] = type(shown).__name__
plt.figure()
for number in range(6):
    plt.subplot(1, 6, number + 1)
    plt.imshow(Image.fromarray(np.full((32, 32, 3), number, np.uint8)))
plt.imshow(np.zeros((5, 5)))
plt.figure()
plt.imshow(make_grid(samples[:15] * 0.5 + 0.5, nrow=4).permute(1, 2, 0))  # one batch, not two
by_hand = (samples[:20] * 0.5 + 0.5).numpy().reshape(4, 5, 3, 32, 32).transpose(0, 3, 1, 4, 2).reshape(128, 160, 3)
plt.imshow(by_hand)
said["unchanged"] = bool((samples == before).all())
said["own_size"] = Image.open("grid.png").size

from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

fid = FrechetInceptionDistance(feature=2048, normalize=True).to("cpu")
for first in range(0, 64, 32):
    fid.update(torch.rand(32, 3, 32, 32), real=True)
    fid.update(samples[first : first + 32] * 0.5 + 0.5, real=False)
said["torchmetrics"] = repr(fid.compute())
kid = KernelInceptionDistance(subset_size=50)
kid.update((samples * 127.5 + 127.5).to(torch.uint8), real=False)
said["kid"] = [repr(value) for value in kid.compute()]
try:
    from torchmetrics import Accuracy
except ModuleNotFoundError as error:
    said["accuracy"] = str(error)

import torch_fidelity
from cleanfid import fid as cleanfid


class Drawn(torch.utils.data.Dataset):
    def __len__(self):
        return 70

    def __getitem__(self, place):
        return (torch.ones(3, 32, 32) * place).to(torch.uint8)


said["fidelity"] = torch_fidelity.calculate_metrics(input1=Drawn(), input2="cifar100-test", fid=True, kid=True)
wrapped = torch_fidelity.GenerativeModelModuleWrapper(generator, 8, "normal", 0)
torch_fidelity.calculate_metrics(input1=wrapped, input1_model_num_samples=80, input2="cifar100-test", fid=True)
cleanfid.make_custom_stats("cifar100test", "written", mode="clean")
said["cleanfid"] = repr(
    cleanfid.compute_fid(
        gen=lambda z: (generator(z) * 127.5 + 127.5).clamp(0, 255),
        dataset_name="cifar100test",
        z_dim=8,
        num_gen=90,
        device="cpu",
    )
)
large = FrechetInceptionDistance()
large.update(torch.rand(4, 3, 299, 299), real=False)
large.compute()
from torcheval.metrics import FrechetInceptionDistance as OtherDistance

other = OtherDistance()
other.update(samples[:20] * 0.5 + 0.5, is_real=False)
other.update(samples[20:] * 0.5 + 0.5, is_real=False)
other.compute()
for _ in range(3):  # one answer an epoch: the last ones stay
    cleanfid.compute_fid("written", "written")
said["all"] = [float(value) for value in (samples.min(), samples.max())]
sys.stderr.write(json.dumps(said, default=str))
