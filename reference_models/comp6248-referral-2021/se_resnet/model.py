# %% [markdown]
# # A residual network with and without squeeze-and-excitation blocks
#
# A squeeze-and-excitation block looks at the mean of every channel over the whole picture and decides from all of them
# how much of each channel goes on. Here it stands at the end of each residual branch, before the shortcut is added, and
# nothing else differs between the two networks: one class builds both, and one function trains both.
#
# **Sources.** Residual networks: He et al., *Deep Residual Learning*, CVPR 2016, table 1 and section 4.2. The block: Hu
# et al., *Squeeze-and-Excitation Networks*, CVPR 2018, section 3. The data: Krizhevsky, 2009. One-cycle learning rate:
# Smith and Topin, 2018 (arXiv:1708.07120). All code below is our own.

# %%
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.datasets import CIFAR10

# %% [markdown]
# ## The experiment
#
# Everything that both trainings have in common stands here, and there is nothing that they do not have in common. Each
# network is trained once for each seed: a difference between two single trainings says little about two designs.

# %%
WIDTH = 64
DEPTHS = (2, 2, 2, 2)
RATIO = 16
STEPS = 20_000
BATCH = 128
LEARNING_RATE = 0.1
SEEDS = (0, 1, 2)

device = "cuda" if torch.cuda.is_available() else "cpu"

# %% [markdown]
# ## The data
#
# Channels get mean 0 and deviation 1 over the training images. The test images are for the last cell only.


# %%
def loaded(train):
    """Images (n, 3, 32, 32) in 0..1 and labels (n,)."""
    split = CIFAR10("data", train=train, download=True)
    images = torch.from_numpy(split.data).permute(0, 3, 1, 2) / 255  # n, h, w, c -> n, c, h, w
    return images.to(device), torch.tensor(split.targets, device=device)


train_x, train_y = loaded(train=True)
test_x, test_y = loaded(train=False)
mean, deviation = train_x.mean(dim=(0, 2, 3), keepdim=True), train_x.std(dim=(0, 2, 3), keepdim=True)
train_x, test_x = (train_x - mean) / deviation, (test_x - mean) / deviation
print(f"> {len(train_x):,} training and {len(test_x):,} test images of shape {tuple(train_x.shape[1:])}")


# %% [markdown]
# ## The networks
#
# In the shapes, B is the number of images, C of channels, r the ratio by which a block squeezes them.


# %%
class SqueezeExcite(nn.Module):
    """Weighs the channels of (B, C, H, W) by what all of them hold on average (Hu et al. 2018, equations 2 to 4)."""

    def __init__(self, channels, ratio):
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // ratio)
        self.excite = nn.Linear(channels // ratio, channels)

    def forward(self, x):
        z = x.mean(dim=(2, 3))  # (B, C, H, W) -> (B, C)
        s = torch.sigmoid(self.excite(F.relu(self.squeeze(z))))  # (B, C) -> (B, C / r) -> (B, C)
        return x * s[:, :, None, None]


class Block(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut (He et al. 2016, figure 2), with a block at their end if asked for."""

    def __init__(self, inputs, outputs, stride, ratio):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.excite = SqueezeExcite(outputs, ratio) if ratio else nn.Identity()
        self.shortcut = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        h = F.relu(self.norm1(self.conv1(x)))
        h = self.excite(self.norm2(self.conv2(h)))
        return F.relu(h + self.shortcut(x))


class ResNet(nn.Module):
    """Images (B, 3, 32, 32) to logits (B, 10); four stages, each half as large and twice as wide as the one before."""

    def __init__(self, width, depths, ratio=None):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        blocks, inputs = [], width
        for stage, depth in enumerate(depths):
            for number in range(depth):
                outputs = width * 2**stage
                blocks.append(Block(inputs, outputs, 2 if stage and not number else 1, ratio))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(inputs, 10)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean(dim=(2, 3)))  # mean over places: (B, C, H, W) -> (B, C)


# %% [markdown]
# ## Training
#
# One function for both. The seed decides first values, order and augmentation: of one seed both networks see the same
# images in the same order.


# %%
def augmented(images, most=4):
    """Each batch moves by up to four pixels, and half of its images are mirrored."""
    dy, dx = torch.randint(0, 2 * most + 1, (2,)).tolist()
    moved = F.pad(images, (most, most, most, most))[:, :, dy : dy + 32, dx : dx + 32]
    mirrored = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    return torch.where(mirrored, moved.flip(3), moved)


def trained(ratio, seed):
    """A network that was trained for STEPS steps, and its losses."""
    torch.manual_seed(seed)
    network = ResNet(WIDTH, DEPTHS, ratio).to(device)
    torch.manual_seed(seed)  # the two networks draw another number of first values
    optimiser = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE, momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=STEPS)
    losses = []
    for _ in range(STEPS):
        chosen = torch.randint(0, len(train_x), (BATCH,)).to(device)
        loss = F.cross_entropy(network(augmented(train_x[chosen])), train_y[chosen])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.detach())
    return network.eval(), torch.stack(losses).cpu()


plain, se = [], []
for seed in SEEDS:
    plain.append(trained(None, seed))
    se.append(trained(RATIO, seed))

parameters = {
    name: sum(tensor.numel() for tensor in runs[0][0].parameters()) for name, runs in (("plain", plain), ("se", se))
}
print(f"> Parameters: {parameters['plain']:,} without the blocks and {parameters['se']:,} with them")
print(f"> Optimisation steps: {STEPS:,} of each network, {len(SEEDS)} trainings of each")


# %% [markdown]
# ## Results
#
# Accuracy on the test images, mean and standard deviation over trainings, and how often a class is taken for another.


# %%
@torch.no_grad()
def predicted(network, images, batch=500):
    """Classes (n,) of images (n, 3, 32, 32)."""
    return torch.cat([network(x).argmax(dim=1) for x in images.split(batch)])


confusion = {}
for name, runs in (("plain", plain), ("se", se)):
    answers = torch.stack([predicted(network, test_x) for network, _ in runs])  # (trainings, n)
    accuracies = (answers == test_y).float().mean(dim=1)
    spread = f" +- {accuracies.std():.4f}" if len(runs) > 1 else ""
    print(f"> Test accuracy of {name}: {accuracies.mean():.4f}{spread} over {len(runs)} trainings")
    confusion[name] = torch.bincount(test_y * 10 + answers[-1], minlength=100).reshape(10, 10).cpu()

# %%
figure, axes = plt.subplots(1, 3, figsize=(11, 3.5))
for axis, name in zip(axes, confusion):
    shares = confusion[name] / confusion[name].sum(dim=1, keepdim=True)
    axis.imshow(shares.numpy(), cmap="Blues", vmin=0, vmax=1)
    axis.set_title(f"{name}: true class down, answer across")
for name, runs in (("plain", plain), ("se", se)):
    smooth = torch.stack([losses for _, losses in runs]).mean(dim=0)
    axes[2].plot(smooth.numpy(), label=name, linewidth=0.8)
axes[2].set_xlabel("optimisation step")
axes[2].set_ylabel("training loss")
axes[2].legend()
plt.show()
