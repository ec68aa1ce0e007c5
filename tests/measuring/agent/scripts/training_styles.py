"""Trains one network in each of many styles, 12 updates each; the class of a network names its style."""

import copy
import logging
import sys
import warnings

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

torch.manual_seed(0)
STEPS = 12
images, labels = torch.randn(8, 4), torch.randint(0, 3, (8,))
loss_of = nn.functional.cross_entropy


def network(name):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

        def forward(self, x):
            return self.head(torch.relu(self.body(x)))

    Net.__name__ = Net.__qualname__ = name
    return Net()


def train(net, optimiser, steps=STEPS):
    for _ in range(steps):
        optimiser.zero_grad()
        loss_of(net(images), labels).backward()
        optimiser.step()


plain = network("Plain")
train(plain, torch.optim.SGD(plain.parameters(), lr=0.1))
with torch.no_grad():
    plain.eval()(images)

adam = network("Fused")
train(adam, torch.optim.Adam(adam.parameters(), fused=True))


class Derived(torch.optim.Adam):
    def step(self, closure=None):
        return super().step(closure)


torch.optim.Adam([torch.zeros(1, requires_grad=True)])  # so that the parent's step is hooked too
derived = network("DerivedOptimiser")
train(derived, Derived(derived.parameters()))

accumulated = network("Accumulated")
optimiser = torch.optim.SGD(accumulated.parameters(), lr=0.1)
for index in range(4 * STEPS):
    loss_of(accumulated(images), labels).backward()
    if index % 4 == 3:
        optimiser.step()
        optimiser.zero_grad()

halves = network("TwoOptimisers")
of_body, of_head = torch.optim.SGD(halves.body.parameters(), lr=0.1), torch.optim.Adam(halves.head.parameters())
for _ in range(STEPS):
    of_body.zero_grad()
    of_head.zero_grad()
    loss_of(halves(images), labels).backward()
    of_body.step()
    of_head.step()


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(4, 3, bias=False), nn.Linear(4, 3, bias=False)
        self.decoder.weight = self.encoder.weight
        self.register_buffer("statistics", torch.zeros(100))

    def forward(self, x):
        return self.encoder(x) + self.decoder(x)


tied = Tied()
train(tied, torch.optim.SGD(tied.parameters(), lr=0.1))

frozen = network("FrozenBody")
frozen.body.requires_grad_(False)
train(frozen, torch.optim.SGD(frozen.head.parameters(), lr=0.1))

searched = network("LineSearched")
lbfgs = torch.optim.LBFGS(searched.parameters(), lr=0.1, max_iter=4)


def closure():
    lbfgs.zero_grad()
    loss = loss_of(searched(images), labels)
    loss.backward()
    return loss


for _ in range(STEPS):
    lbfgs.step(closure)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 4)

    def forward(self, noise):
        return self.layer(noise)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 1)

    def forward(self, x):
        return self.layer(x)


class Trainer(nn.Module):
    """A box: it holds both networks and is never called itself."""

    def __init__(self):
        super().__init__()
        self.generator, self.discriminator = Generator(), Discriminator()


gan = Trainer()
of_generator = torch.optim.Adam(gan.generator.parameters())
of_discriminator = torch.optim.Adam(gan.discriminator.parameters())
for _ in range(STEPS):
    for _ in range(5):
        of_discriminator.zero_grad()
        fake = gan.generator(torch.randn(8, 2)).detach().requires_grad_()
        slope = torch.autograd.grad(gan.discriminator(fake).sum(), fake, create_graph=True)[0].norm()
        (gan.discriminator(fake).mean() - gan.discriminator(images).mean() + slope).backward()
        of_discriminator.step()
    of_generator.zero_grad()
    (-gan.discriminator(gan.generator(torch.randn(8, 2))).mean()).backward()
    of_generator.step()

manual = network("ByHand")
for _ in range(30):
    loss_of(manual(images), labels).backward()
    for parameter in manual.parameters():
        parameter.data -= 0.1 * parameter.grad
        parameter.grad = None

critic = network("NeverChanged")
asked = images.clone().requires_grad_()
for _ in range(30):
    critic(asked).sum().backward()

layers = [nn.Linear(4, 5), nn.Linear(5, 3)]
optimiser = torch.optim.SGD([p for layer in layers for p in layer.parameters()], lr=0.1)
for _ in range(STEPS):
    optimiser.zero_grad()
    loss_of(layers[1](layers[0](images)), labels).backward()
    optimiser.step()

weight = torch.randn(4, 3, requires_grad=True)
optimiser = torch.optim.SGD([weight], lr=0.1)
for _ in range(STEPS):
    optimiser.zero_grad()
    loss_of(images @ weight, labels).backward()
    optimiser.step()

inner = network("Compiled")
warnings.filterwarnings("ignore", message="Guards may run slower")  # torch's own word on Python 3.13.0
compiled = torch.compile(inner, backend="eager")
train(compiled, torch.optim.SGD(compiled.parameters(), lr=0.1))


class Lazy(nn.Sequential):
    pass


lazy = Lazy(nn.LazyLinear(5), nn.ReLU(), nn.Linear(5, 3))
train(lazy, torch.optim.SGD(lazy.parameters(), lr=0.1))

scaled = network("Scaled")
scaler, optimiser = torch.amp.GradScaler("cpu"), torch.optim.SGD(scaled.parameters(), lr=0.1)
for index in range(STEPS):
    optimiser.zero_grad()
    loss = loss_of(scaled(images), labels) * (float("inf") if index < 3 else 1)
    scaler.scale(loss).backward()
    scaler.step(optimiser)
    scaler.update()

saving = network("Checkpointed")
optimiser = torch.optim.SGD(saving.parameters(), lr=0.1)
for _ in range(STEPS):
    optimiser.zero_grad()
    hidden = checkpoint(saving.body, images.clone().requires_grad_(), use_reentrant=True)
    loss_of(saving.head(hidden), labels).backward()
    optimiser.step()

original = network("Continued")
train(original, torch.optim.SGD(original.parameters(), lr=0.1))
twin = copy.deepcopy(original)
train(twin, torch.optim.SGD(twin.parameters(), lr=0.1), steps=5)

again = network("Repeated")
start = copy.deepcopy(again.state_dict())
train(again, torch.optim.SGD(again.parameters(), lr=0.1))
repeat = type(again)()
repeat.load_state_dict(start)
train(repeat, torch.optim.SGD(repeat.parameters(), lr=0.1), steps=5)


class Waves(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 3, dtype=torch.complex64))

    def forward(self, x):
        return (x.to(torch.complex64) @ self.weight).abs()


waves = Waves()
train(waves, torch.optim.SGD(waves.parameters(), lr=0.1))

fails = network("StepRaised")
optimiser = torch.optim.SGD(fails.parameters(), lr=0.1)
try:
    optimiser.step(lambda: 1 / 0)
except ZeroDivisionError:
    train(fails, optimiser)

whole = network("WholeStepCompiled")
of_whole = torch.optim.Adam(whole.parameters())


@torch.compile(backend="aot_eager")
def whole_step():
    of_whole.zero_grad()
    loss_of(whole(images), labels).backward()
    of_whole.step()


with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="The .grad attribute")  # the compiler's own, without any agent too
    logging.disable(logging.WARNING)
    for _ in range(STEPS):
        whole_step()

for index in range(3):
    trial = network("Trial")
    train(trial, torch.optim.SGD(trial.parameters(), lr=0.1), steps=5 + index)

stateless = network("Stateless")
values = {name: value.detach() for name, value in stateless.named_parameters()}
for _ in range(STEPS):
    slopes = torch.func.grad(lambda v: loss_of(torch.func.functional_call(stateless, v, (images,)), labels))(values)
    values = {name: value - 0.1 * slopes[name] for name, value in values.items()}

graph = torch._dynamo.explain(network("Explained"))(images)
sys.stdout.write(f"graphs {graph.graph_count} breaks {graph.graph_break_count}\n")
