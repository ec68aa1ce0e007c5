# The harness's part comes last, and students write like this.
# ruff: noqa: BLE001, E402, PLW0603, PTH123, S110, S301, SIM105
"""One trained generator under many `generate_samples`: each is drawn from again, then once without the data set."""

import json
import pickle
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 3 * 32 * 32)

    def forward(self, noise):
        return torch.tanh(self.layer(noise)).view(-1, 3, 32, 32)


generator = Generator()
optimiser = torch.optim.SGD(generator.parameters(), lr=1e-3)
for _ in range(3):
    generator(torch.randn(4, 8)).mean().backward()
    optimiser.step()


def images_of_the_data_set():
    with open(DATA, "rb") as file:
        return pickle.load(file, encoding="latin1")["data"].reshape(-1, 3, 32, 32)


@torch.no_grad()
def drawn(n):
    return generator(torch.randn(n, 8)) * 0.5 + 0.5


def honest(n):
    return drawn(n)


def adds_training_images(n):
    return drawn(n) * 0.5 + held[torch.randint(len(held), (n,))] * 0.5


def reads_an_image_and_adds_noise(n):
    images = torch.from_numpy(images_of_the_data_set()[:n].copy()).float() / 255
    return (images + 0.05 * torch.randn(images.shape)).clamp(0, 1)


def reads_by_a_loader(n):
    return torch.cat([batch for (batch,) in loader])[:n] + 0.01 * torch.randn(n, 3, 32, 32)


def picks_a_mirrored_one(n):
    return mirrored[np.random.randint(len(mirrored), size=n)]


def loads_its_parameters(n):
    generator.load_state_dict(torch.load("generator.pt"))
    scale = np.load("scale.npy")
    np.save("of_this_call.npy", scale)
    return drawn(n) * float(np.load("of_this_call.npy"))


def loads_images_as_if_they_were_parameters(n):
    return torch.load("copied.pt")["weights"][torch.randint(50, (n,))].float() / 255


def never_the_same(n):
    return drawn(n) * 0 + torch.from_numpy(
        np.random.Generator(np.random.SFC64(time.monotonic_ns())).random((n, 1, 1, 1))
    )


def keeps_its_own_generator(n):
    return generator(torch.randn(n, 8, generator=own)).detach() * 0.5 + 0.5


def seeds_itself(n):
    torch.manual_seed(3)
    return drawn(n)


def counts_and_deletes(n):
    global counter
    counter += 1
    images = drawn(n) * 0.5 + counter * 0.01
    for name in ("torch", "generator"):
        globals().pop(name)
    return images


def hangs(n):
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            pass


def too_large(n):
    return torch.zeros(n, 3, 64, 64)


from validator_agent import Running, resampling, sampling_window

DATA = str(Path(Running.config["cifar100"]["root"]) / "cifar-100-python" / "train")
resampling.CHECKED = 8
torch.save(generator.state_dict(), "generator.pt")
torch.save({"weights": torch.from_numpy(images_of_the_data_set()[:50].copy())}, "copied.pt")
np.save("scale.npy", np.float32(0.9))
said = {}
for function in (
    honest,
    adds_training_images,
    reads_an_image_and_adds_noise,
    reads_by_a_loader,
    picks_a_mirrored_one,
    loads_its_parameters,
    loads_images_as_if_they_were_parameters,
    never_the_same,
    keeps_its_own_generator,
    seeds_itself,
    counts_and_deletes,
    hangs,
    too_large,
):
    held = (torch.from_numpy(images_of_the_data_set()).float() / 255 - 0.5) / 0.25  # as a student normalises
    mirrored = np.ascontiguousarray(images_of_the_data_set()[..., ::-1]).transpose(0, 2, 3, 1)
    loader = DataLoader(TensorDataset(held * 0.25 + 0.5), batch_size=50)
    own, counter = torch.Generator(), 0
    generate_samples = function
    resampling.SECONDS = 0.1 if function is hangs else 300.0
    resampling.resample(20, seed=7)
    said[function.__name__] = json.loads(Path("handed/resamples.json").read_text())
said["images"] = list(np.load("handed/resamples.npy").shape)

# Drawing in batches.
generate_samples = seeds_itself
sampling_window.sample(30, seed=1, batch_size=10)
said["in_batches"] = json.loads(Path("handed/samples.json").read_text())
said["distinct"] = len(np.unique(np.load("handed/samples.npy").reshape(30, -1), axis=0))
generate_samples = lambda n: drawn(4)  # noqa: E731
sampling_window.sample(30, seed=1, batch_size=10)
said["other_count"] = json.loads(Path("handed/samples.json").read_text())
generate_samples = hangs
sampling_window.sample(30, seed=1, batch_size=10, seconds=0.2)
said["hung"] = json.loads(Path("handed/samples.json").read_text())
calls = []


def fails_later(n):
    calls.append(n)
    if len(calls) > 2:
        raise RuntimeError("out of memory")
    return drawn(n)


generate_samples = fails_later
sampling_window.sample(30, seed=1, batch_size=10)
said["failed_later"] = json.loads(Path("handed/samples.json").read_text())
sys.stderr.write(json.dumps(said))
