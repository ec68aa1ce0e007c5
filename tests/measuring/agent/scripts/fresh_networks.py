"""Builds networks as honest notebooks do, one of each kind, and takes two steps with each; the class names the kind."""

import copy
import math
import sys
import warnings

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  as notebooks write it

warnings.simplefilter("ignore")
KINDS = {}
BATCH = 8


def kind(function):
    KINDS[function.__name__] = function
    return function


def body(width=64):
    return nn.Sequential(
        nn.Conv2d(3, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(),
        nn.Linear(width * 16, 64), nn.ReLU(), nn.Linear(64, 20),
    )  # fmt: skip


def initialised(write):
    net = body()
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            write(module.weight)
    return net


@kind
def plain():
    return body()


@kind
def kaiming_normal():
    return initialised(nn.init.kaiming_normal_)


@kind
def kaiming_fan_out():
    return initialised(lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"))


@kind
def xavier_uniform():
    return initialised(nn.init.xavier_uniform_)


@kind
def xavier_normal():
    return initialised(nn.init.xavier_normal_)


@kind
def orthogonal():
    return initialised(nn.init.orthogonal_)


@kind
def orthogonal_by_hand():
    def write(w):
        q, _ = torch.linalg.qr(torch.randn(max(w.shape[0], w[0].numel()), min(w.shape[0], w[0].numel())))
        w.data.copy_((q if w.shape[0] >= w[0].numel() else q.T).reshape(w.shape))

    return initialised(write)


@kind
def truncated_normal():
    return initialised(lambda w: nn.init.trunc_normal_(w, std=0.02))


@kind
def truncated_at_one_sigma():
    return initialised(lambda w: w.data.copy_(nn.init.trunc_normal_(torch.empty_like(w), std=1.0, a=-1, b=1) * 0.05))


@kind
def dcgan_normal():
    return initialised(lambda w: w.data.normal_(0.0, 0.02))


@kind
def uniform_by_hand():
    return initialised(lambda w: w.data.uniform_(-0.05, 0.05))


@kind
def sparse():
    net = body()
    nn.init.sparse_(net[9].weight, sparsity=0.9)
    return net


@kind
def constant():
    return initialised(lambda w: nn.init.constant_(w, 0.01))


@kind
def identity_with_noise():
    net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 20))
    net[3].weight.data = torch.eye(64) + 0.01 * torch.randn(64, 64)
    return net


@kind
def dirac():
    net = body()
    nn.init.dirac_(net[4].weight)
    return net


class Residual(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.stem, self.head = nn.Conv2d(3, 48, 3, stride=2, padding=1), nn.Linear(48, 20)
        self.one, self.two = (nn.Conv2d(48, 48, 3, padding=1) for _ in range(2))
        self.norm = nn.GroupNorm(8, 48)
        self.scale = nn.Parameter(scale * torch.ones(48, 1, 1))

    def forward(self, x):
        x = self.stem(x)
        return self.head((x + self.scale * self.two(F.relu(self.norm(self.one(x))))).mean((2, 3)))


@kind
def zero_init_residual():
    net = Residual(1.0)
    nn.init.zeros_(net.two.weight)
    return net


@kind
def layer_scale():
    return Residual(1e-4)


@kind
def fixup():
    net = Residual(1.0)
    net.one.weight.data.mul_(8**-0.5)
    net.two.weight.data.zero_()
    return net


class Attends(nn.Module):
    def __init__(self, positions):
        super().__init__()
        self.patch, self.positions = nn.Linear(48, 64), positions
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, 128, batch_first=True), 2)
        self.head = nn.Linear(64, 20)

    def forward(self, x):
        x = F.unfold(x, 4, stride=4).transpose(1, 2)
        return self.head(self.blocks(self.patch(x) + self.positions).mean(1))


def sines(length=64, width=64):
    angle = torch.arange(length)[:, None] / 10_000 ** (torch.arange(0, width, 2) / width)
    return torch.stack([angle.sin(), angle.cos()], dim=2).reshape(length, width)


@kind
def sinusoidal_positions():
    return Attends(nn.Parameter(sines(), requires_grad=False))


@kind
def trained_sinusoidal_positions():
    return Attends(nn.Parameter(sines()))


@kind
def learned_positions():
    return Attends(nn.Parameter(torch.randn(64, 64) * 0.02))


@kind
def zero_positions():
    return Attends(nn.Parameter(torch.zeros(64, 64)))


@kind
def gpt_scaled():
    net = Attends(nn.Parameter(torch.zeros(64, 64)))
    for name, weight in net.named_parameters():
        if weight.dim() == 2:
            weight.data.normal_(0, 0.02 / (2 if name.endswith("out_proj.weight") else 1))
    return net


@kind
def spectral_norm():
    net = body()
    nn.utils.parametrizations.spectral_norm(net[4])
    return net


@kind
def old_spectral_norm():
    net = body()
    nn.utils.spectral_norm(net[4])
    return net


@kind
def weight_norm():
    net = body()
    nn.utils.parametrizations.weight_norm(net[9])
    return net


class Recurrent(nn.Module):
    def __init__(self, cell, orthogonal=False):
        super().__init__()
        self.cell, self.head = cell(96, 64, batch_first=True), nn.Linear(64, 20)
        if orthogonal:
            for gate in self.cell.weight_hh_l0.data.chunk(4):
                nn.init.orthogonal_(gate)
            self.cell.bias_hh_l0.data[64:128].fill_(1.0)

    def forward(self, x):
        return self.head(self.cell(x.permute(0, 2, 1, 3).flatten(2))[0][:, -1])


@kind
def lstm():
    return Recurrent(nn.LSTM)


@kind
def lstm_orthogonal_gates():
    return Recurrent(nn.LSTM, orthogonal=True)


@kind
def gru():
    return Recurrent(nn.GRU)


@kind
def siren():
    net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 20))
    for layer in net[1::2]:
        with torch.no_grad():
            layer.weight.uniform_(-math.sqrt(6 / layer.in_features) / 30, math.sqrt(6 / layer.in_features) / 30)
    return net


class Equalised(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Parameter(torch.randn(64, 3072)), nn.Parameter(torch.randn(20, 64))

    def forward(self, x):
        return F.linear(F.leaky_relu(F.linear(x.flatten(1), self.one / 3072**0.5)), self.two / 8)


@kind
def equalised_learning_rate():
    return Equalised()


@kind
def scaled_weight_standardised():
    net = body()
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            weight = module.weight.data.flatten(1)
            weight = (weight - weight.mean(1, keepdim=True)) / weight.std(1, keepdim=True) / weight.shape[1] ** 0.5
            module.weight.data.copy_(weight.reshape(module.weight.shape))
    return net


@kind
def half_precision_rounded():
    net = body()
    for weight in net.parameters():
        weight.data = weight.data.bfloat16().float()
    return net


@kind
def double_precision():
    return body().double()


@kind
def sub_pixel():
    class SubPixel(nn.Module):
        def __init__(self):
            super().__init__()
            self.up, self.body = nn.Conv2d(3, 12 * 16, 3, padding=1), body()
            kernel = nn.init.kaiming_normal_(torch.empty(12, 3, 3, 3)).repeat_interleave(16, 0)
            self.up.weight.data.copy_(kernel)

        def forward(self, x):
            return self.body(F.pixel_shuffle(self.up(x), 4)[:, :3])

    return SubPixel()


class Embeds(nn.Module):
    def __init__(self):
        super().__init__()
        self.codes, self.head = nn.Embedding(256, 32, padding_idx=0), nn.Linear(32, 20)
        self.codes.weight.data.uniform_(-1 / 256, 1 / 256)

    def forward(self, x):
        return self.head(self.codes((x.flatten(1)[:, ::16].sigmoid() * 255).long()).mean(1))


@kind
def codebook():
    return Embeds()


@kind
def padded_embedding():
    net = Embeds()
    net.codes.reset_parameters()
    return net


@kind
def depthwise():
    return nn.Sequential(
        nn.Conv2d(3, 256, 1), nn.Conv2d(256, 256, 5, groups=256, padding=2), nn.ReLU(), nn.Conv2d(256, 32, 1),
        nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(512, 20),
    )  # fmt: skip


@kind
def small():
    return nn.Sequential(nn.Flatten(), nn.AdaptiveAvgPool1d(30), nn.Linear(30, 20))


@kind
def lazy():
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(48), nn.ReLU(), nn.LazyLinear(20))


@kind
def low_rank_adapter():
    class Adapted(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = nn.Linear(3072, 64)
            self.a, self.b = nn.Parameter(torch.randn(8, 3072) * 0.01), nn.Parameter(torch.zeros(64, 8))
            self.head = nn.Linear(64, 20)

        def forward(self, x):
            x = x.flatten(1)
            return self.head(self.base(x) + x @ self.a.T @ self.b.T)

    return Adapted()


@kind
def fourier_features():
    class Fourier(nn.Module):
        def __init__(self):
            super().__init__()
            self.b, self.head = nn.Parameter(torch.randn(3072, 64) * 10, requires_grad=False), nn.Linear(128, 20)

        def forward(self, x):
            angle = x.flatten(1) @ self.b
            return self.head(torch.cat([angle.sin(), angle.cos()], 1))

    return Fourier()


def steps(net, count=2):
    x = torch.randn(BATCH, 3, 32, 32, dtype=next(net.parameters()).dtype)
    y = torch.randint(0, 20, (BATCH,))
    F.cross_entropy(net(x), y)  # makes lazy parameters
    optimiser = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=1e-3)
    for _ in range(count):
        optimiser.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimiser.step()


for seed, (name, make) in enumerate(KINDS.items()):
    torch.manual_seed(seed)
    net = make()
    net.__class__ = type(name, (type(net),), {})
    steps(net)

# What is trained here stays this run's own: copies, averages, checkpoints, a body under a new head.
torch.manual_seed(1000)
net = body()
steps(net, 40)
average = copy.deepcopy(net)
steps(net, 20)
for mine, other in zip(average.parameters(), net.parameters(), strict=True):
    mine.data.lerp_(other.data, 0.3)
average.__class__ = type("averaged", (type(net),), {})
steps(average)
torch.save({"model": net.state_dict(), "step": 60}, "best.pt")
resumed = body()
resumed.__class__ = type("resumed", (type(net),), {})
resumed.load_state_dict(torch.load("best.pt")["model"])
steps(resumed)
headed = nn.Sequential(*copy.deepcopy(list(net)[:-1]), nn.Linear(64, 20))
headed.__class__ = type("headed", (type(net),), {})
steps(headed)
sys.stdout.write(str(len(KINDS)))
