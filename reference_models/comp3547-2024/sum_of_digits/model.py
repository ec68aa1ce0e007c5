# %% [markdown]
# # A classifier for AddNIST that adds
#
# An AddNIST image carries three handwritten digits $a, b, c$, one in each colour channel, and its class is
# $a + b + c - 1$. Two facts about that sentence make a small network enough:
#
# - the same reader can read every channel, so one convolutional network is shared by the three of them;
# - given the beliefs $p_a, p_b, p_c$ over the values 0 to 9, the belief over the *sum* need not be learnt:
#   $p(s) = \sum_{i+j+k=s} p_a(i)\, p_b(j)\, p_c(k)$.
#
# No digit label is ever seen: the sum is all the supervision there is.
#
# **Sources.** The data: Towers et al., *AddNIST*, 2023. Learning digits from sums through a known rule:
# Manhaeve et al., *DeepProbLog*, NeurIPS 2018 (arXiv:1805.10872), section 6. Residual blocks: He et al., *Deep Residual
# Learning*, CVPR 2016. Batch normalisation: Ioffe and Szegedy, ICML 2015. AdamW: Loshchilov and Hutter, ICLR 2019.
# One-cycle learning rate: Smith and Topin, 2018 (arXiv:1708.07120). All code below is our own.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

# %% [markdown]
# ## The budget
#
# Fewer than 100,000 parameters and at most 10,000 optimisation steps. Everything that spends it stands here.

# %%
STEPS = 10_000
BATCH = 128
WIDTH = 25
LEARNING_RATE = 3e-3
EVALUATE_EVERY = 500
SEED = 0

torch.manual_seed(SEED)
device = "cuda" if torch.cuda.is_available() else "cpu"

# %% [markdown]
# ## The data
#
# The images arrive normalised with MNIST's mean and deviation, as float32 of shape (n, 3, 28, 28): nothing is left to do.
# The test set is for the curve and for the last line only; nothing is ever chosen by it.

# %%
train_x, train_y = np.load("AddNIST/train_x.npy"), np.load("AddNIST/train_y.npy")
test_x, test_y = np.load("AddNIST/test_x.npy"), np.load("AddNIST/test_y.npy")
train_x, train_y = torch.from_numpy(train_x).to(device), torch.from_numpy(train_y).to(device)
test_x, test_y = torch.from_numpy(test_x).to(device), torch.from_numpy(test_y).to(device)
print(f"> {len(train_x):,} training and {len(test_x):,} test images of shape {tuple(train_x.shape[1:])}")


# %% [markdown]
# ## The model
#
# In the shapes, B is the number of images. The reader halves the picture three times, 28 to 14 to 7 to 4, and doubles
# the width once.

# %%
class Block(nn.Module):
    """Two 3 x 3 convolutions around a shortcut; the first may halve the picture (He et al. 2016, figure 2)."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        h = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(h)) + self.shortcut(x))


class DigitReader(nn.Module):
    """One channel (B, 1, 28, 28) to unnormalised beliefs (B, 10) over its digit."""

    def __init__(self, width):
        super().__init__()
        self.blocks = nn.Sequential(
            nn.Conv2d(1, width, 5, stride=2, padding=2),  # (B, width, 14, 14)
            Block(width, width),  # (B, width, 14, 14)
            Block(width, 2 * width, stride=2),  # (B, 2 width, 7, 7)
            Block(2 * width, 2 * width, stride=2),  # (B, 2 width, 4, 4)
        )
        self.head = nn.Linear(2 * width, 10)

    def forward(self, x):
        return self.head(self.blocks(x).mean(dim=(2, 3)))  # mean over places: (B, 2 width) -> (B, 10)


class SumOfDigits(nn.Module):
    """Images (B, 3, 28, 28) to log-probabilities (B, 20) of the classes 0 to 19, which are the sums 1 to 20."""

    def __init__(self, width):
        super().__init__()
        self.reader = DigitReader(width)
        i, j, k = torch.meshgrid(*3 * [torch.arange(10)], indexing="ij")
        adds = F.one_hot(i + j + k, 28).float()[..., 1:21]  # which triple of digits has which sum: (10, 10, 10, 20)
        self.register_buffer("adds", adds)  # a fact, not a parameter: nothing in it is learnt

    def forward(self, x):
        beliefs = self.reader(x.flatten(0, 1).unsqueeze(1))  # (B, 3, 28, 28) -> (3B, 1, 28, 28) -> (3B, 10)
        a, b, c = beliefs.softmax(dim=-1).unflatten(0, (-1, 3)).unbind(dim=1)  # (B, 3, 10) -> three of (B, 10)
        joint = torch.einsum("bi,bj,bk->bijk", a, b, c)  # the channels are independent: (B, 10, 10, 10)
        p = joint.flatten(1) @ self.adds.flatten(0, 2)  # (B, 1000) @ (1000, 20) -> (B, 20)
        return p.clamp_min(1e-12).log().log_softmax(dim=-1)  # given that the sum is one of 1 to 20


classifier = SumOfDigits(WIDTH).to(device)
parameters = len(torch.nn.utils.parameters_to_vector(classifier.parameters()))
print(f"> Number of parameters: {parameters:,} (limit: fewer than 100,000)")
print(f"> Number of optimisation steps: {STEPS:,} (limit: 10,000)")
assert parameters < 100_000


# %% [markdown]
# ## Measuring
#
# Mean and standard deviation over the images of the loss, and over batches of the accuracy.

# %%
@torch.no_grad()
def measure(images, labels, batch=500):
    """Loss of each image, and accuracy of each batch."""
    classifier.eval()
    losses, accuracies = [], []
    for x, y in zip(images.split(batch), labels.split(batch)):
        log_p = classifier(x)
        losses.append(F.nll_loss(log_p, y, reduction="none"))
        accuracies.append((log_p.argmax(dim=-1) == y).float().mean())
    classifier.train()
    return torch.cat(losses), torch.stack(accuracies)


def shifted(images, most=2):
    """Each batch moves by up to two pixels: the only augmentation. The margin repeats the background."""
    dy, dx = torch.randint(0, 2 * most + 1, (2,)).tolist()
    padded = F.pad(images, (most, most, most, most), mode="replicate")
    return padded[:, :, dy : dy + 28, dx : dx + 28]


# %% [markdown]
# ## Training
#
# One pass of this loop is one optimisation step: one gradient of the whole model, one update.

# %%
optimiser = torch.optim.AdamW(classifier.parameters(), lr=LEARNING_RATE, weight_decay=1e-2)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=STEPS)
curve = {"step": [], "train": [], "test": []}

for step in range(1, STEPS + 1):
    chosen = torch.randint(0, len(train_x), (BATCH,), device=device)
    loss = F.nll_loss(classifier(shifted(train_x[chosen])), train_y[chosen])
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    schedule.step()
    if step % EVALUATE_EVERY == 0 or step == STEPS:
        curve["step"].append(step)
        curve["train"].append(measure(train_x[:2000], train_y[:2000])[1].mean().item())
        curve["test"].append(measure(test_x, test_y)[1].mean().item())
        print(f"step {step:6,}  loss {loss.item():.3f}  train {curve['train'][-1]:.3f}  test {curve['test'][-1]:.3f}")

# %% [markdown]
# ## Results

# %%
train_losses, train_accuracies = measure(train_x, train_y)
test_losses, test_accuracies = measure(test_x, test_y)
print(f"> Parameters: {parameters:,}; optimisation steps: {STEPS:,}; penalty: 0")
print(f"> Train loss:     {train_losses.mean():.4f} +- {train_losses.std():.4f}")
print(f"> Train accuracy: {train_accuracies.mean():.4f} +- {train_accuracies.std(correction=0):.4f}")
print(f"> Test loss:      {test_losses.mean():.4f} +- {test_losses.std():.4f}")
print(f"> Test accuracy:  {test_accuracies.mean():.4f} +- {test_accuracies.std(correction=0):.4f}")

# %%
plt.figure(figsize=(6, 3.5))
plt.plot(curve["step"], curve["train"], label="train")
plt.plot(curve["step"], curve["test"], label="test")
plt.xlabel("optimisation step")
plt.ylabel("accuracy")
plt.ylim(0, 1)
plt.legend()
plt.show()
