"""Trains networks in the ways that no optimiser hook counts, 12 updates each where nothing else is said."""

import copy
import importlib
import threading

import torch
import torch.func
from torch import nn
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

torch.manual_seed(0)
N = 12
x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
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


def gradients(net):
    net.zero_grad()
    loss_of(net(x), y).backward()


# direct engine
n = network("Direct")
for _ in range(N):
    n.zero_grad()
    loss = loss_of(n(x), y)
    torch.autograd.Variable._execution_engine.run_backward(
        (loss,), (torch.ones_like(loss),), False, False, (), allow_unreachable=True, accumulate_grad=True
    )
    with torch.no_grad():
        for p in n.parameters():
            p.sub_(0.1 * p.grad)
n = network("DataAssign")
for _ in range(N):
    gradients(n)
    for p in n.parameters():
        p.data = p.data - 0.1 * p.grad
n = network("Numpy")
for _ in range(N):
    gradients(n)
    for p in n.parameters():
        a = p.detach().numpy()
        a -= 0.1 * p.grad.numpy()
n = network("GradSub")
for _ in range(N):
    g = torch.autograd.grad(loss_of(n(x), y), list(n.parameters()))
    with torch.no_grad():
        for p, q in zip(n.parameters(), g, strict=False):
            p.sub_(0.1 * q)
n = network("Foreach")
for _ in range(N):
    g = torch.autograd.grad(loss_of(n(x), y), list(n.parameters()))
    with torch.no_grad():
        torch._foreach_sub_(list(n.parameters()), [0.1 * q for q in g])
n = network("Vector")
for _ in range(N):
    gradients(n)
    ps = list(n.parameters())
    v = nn.utils.parameters_to_vector(ps) - 0.1 * nn.utils.parameters_to_vector([p.grad for p in ps])
    nn.utils.vector_to_parameters(v.detach(), ps)
n = network("Inference")
for _ in range(N):
    gradients(n)
    with torch.inference_mode():
        for p in n.parameters():
            p.sub_(0.1 * p.grad)
# optimiser in backward
n = network("InBackward")
opts = {p: torch.optim.SGD([p], lr=0.1) for p in n.parameters()}


def hook(p):
    opts[p].step()
    opts[p].zero_grad()


for p in n.parameters():
    p.register_post_accumulate_grad_hook(hook)
for _ in range(N):
    loss_of(n(x), y).backward()
# SAM
n = network("Sam")
base = torch.optim.SGD(n.parameters(), lr=0.1)
for _ in range(N):
    gradients(n)
    with torch.no_grad():
        es = [0.05 * p.grad / (p.grad.norm() + 1e-9) for p in n.parameters()]
        for p, e in zip(n.parameters(), es, strict=False):
            p.add_(e)
    gradients(n)
    with torch.no_grad():
        for p, e in zip(n.parameters(), es, strict=False):
            p.sub_(e)
    base.step()
# fused scaler
n = network("ScaledFused")
sc = torch.amp.GradScaler("cpu")
o = torch.optim.AdamW(n.parameters(), fused=True)
for i in range(N):
    o.zero_grad()
    loss = loss_of(n(x), y) * (float("inf") if i < 3 else 1)
    sc.scale(loss).backward()
    sc.step(o)
    sc.update()
# block coordinate
n = network("Blocks")
a, b = torch.optim.SGD(n.body.parameters(), lr=0.1), torch.optim.SGD(n.head.parameters(), lr=0.1)
for i in range(2 * N):
    gradients(n)
    (a if i % 2 else b).step()
# fresh leaves
W = [torch.randn(4, 5) * 0.3, torch.zeros(5), torch.randn(5, 3) * 0.3]
for _ in range(N):
    W = [w.detach().requires_grad_() for w in W]
    loss = loss_of(torch.relu(x @ W[0] + W[1]) @ W[2], y)
    g = torch.autograd.grad(loss, W)
    W = [w - 0.1 * q for w, q in zip(W, g, strict=False)]
# flat vector
th = torch.randn(27, requires_grad=True)


def flat(t, x):
    return x @ t[:12].view(4, 3) + t[12:15]


for _ in range(N):
    loss = loss_of(flat(th, x), y)
    loss.backward()
    with torch.no_grad():
        th -= 0.1 * th.grad
    th.grad = None
# flat fresh
th2 = torch.randn(15)
for _ in range(N):
    th2 = th2.detach().requires_grad_()
    (g,) = torch.autograd.grad(loss_of(flat(th2, x), y), th2)
    th2 = th2 - 0.1 * g
# adversarial
n = network("Adversarial")
o = torch.optim.SGD(n.parameters(), lr=0.1)
for _ in range(N):
    d = torch.zeros_like(x, requires_grad=True)
    for _ in range(7):
        (g,) = torch.autograd.grad(loss_of(n(x + d), y), d)
        d = (d + 0.01 * g.sign()).detach().requires_grad_()
    o.zero_grad()
    loss_of(n(x + d.detach()), y).backward()
    o.step()
# per-sample
n = network("PerSample")
o = torch.optim.SGD(n.parameters(), lr=0.1)


def pl(p, a, b):
    return loss_of(torch.func.functional_call(n, p, (a[None],)), b[None])


for _ in range(N):
    ps = {k: v.detach() for k, v in n.named_parameters()}
    g = torch.func.vmap(torch.func.grad(pl), in_dims=(None, 0, 0))(ps, x, y)
    for k, p in n.named_parameters():
        p.grad = g[k].mean(0)
    o.step()
# ensemble
Ensemble = type(network("Ensemble"))
nets = [Ensemble() for _ in range(3)]
ps, bs = torch.func.stack_module_state(nets)
m = copy.deepcopy(nets[0]).to("meta")


def el(p):
    return loss_of(torch.func.functional_call(m, (p,), (x,)), y)


o = torch.optim.SGD(ps.values(), lr=0.1)
for _ in range(N):
    o.zero_grad()
    torch.func.vmap(el)(ps).sum().backward()
    o.step()
ps = {k: v.detach().clone() for k, v in ps.items()}
ps = {k: torch.randn_like(v) for k, v in ps.items()}
for _ in range(N):
    g = torch.func.vmap(torch.func.grad(el))(ps)
    ps = {k: v - 0.1 * g[k] for k, v in ps.items()}
# MAML
n = network("Maml")
o = torch.optim.SGD(n.parameters(), lr=0.01)
for _ in range(N):
    o.zero_grad()
    fast = dict(n.named_parameters())
    for _ in range(3):
        g = torch.autograd.grad(
            loss_of(torch.func.functional_call(n, fast, (x,)), y), list(fast.values()), create_graph=True
        )
        fast = {k: v - 0.01 * q for (k, v), q in zip(fast.items(), g, strict=False)}
    loss_of(torch.func.functional_call(n, fast, (x,)), y).backward()
    o.step()
# unrolled raw
w0 = torch.randn(4, 3, requires_grad=True)
w = w0
for _ in range(40):
    (g,) = torch.autograd.grad(loss_of(x @ w, y), w, create_graph=True)
    w = w - 0.1 * g
w = torch.randn(4, 3)
b = torch.zeros(3)
w.requires_grad_()
b.requires_grad_()
for _ in range(40):
    g = torch.autograd.grad(loss_of(x @ w + b, y), [w, b], create_graph=True)
    w = w - 0.1 * g[0]
    b = b - 0.1 * g[1]
# clone each step
n = network("Cloned")
for _ in range(N):
    gradients(n)
    new = copy.deepcopy(n)
    with torch.no_grad():
        for p, q in zip(new.parameters(), n.parameters(), strict=False):
            p.sub_(0.1 * q.grad)
    n = new
n = network("ClonedStep")
for _ in range(N):
    n = copy.deepcopy(n)
    o = torch.optim.SGD(n.parameters(), lr=0.1)
    gradients(n)
    o.step()

for backend in ("eager", "aot_eager"):
    n = network("Compiled" + backend.title().replace("_", ""))
    values = {name: value.detach() for name, value in n.named_parameters()}

    @torch.compile(backend=backend)
    def step(values, x, n=n):
        slopes = torch.func.grad(lambda v: loss_of(torch.func.functional_call(n, v, (x,)), y))(values)
        return {name: value - 0.1 * slopes[name] for name, value in values.items()}

    for _ in range(N):
        values = step(values, x)
    torch._dynamo.reset()

n = network("Restarted")
for _ in range(2):
    o = torch.optim.SGD(n.parameters(), lr=0.1)
    for _ in range(N):
        gradients(n)
        o.step()
    n.body.reset_parameters()
    n.head.reset_parameters()

n = network("Forward")
values = {name: value.detach() for name, value in n.named_parameters()}
for _ in range(N):
    tangents = {name: torch.randn_like(value) for name, value in values.items()}
    torch.func.jvp(lambda v: loss_of(torch.func.functional_call(n, v, (x,)), y), (values,), (tangents,))
torch.func.jacfwd(torch.sin)(x)

ev = network("Evo")
for _ in range(40):
    with torch.no_grad():
        ev(x)
        for p in ev.parameters():
            p.data.add_(0.01 * torch.randn_like(p))
hb = network("Hand")
for _ in range(40):
    with torch.no_grad():
        hb(x)
        for p in hb.parameters():
            p.sub_(0.01 * torch.randn_like(p))
n = network("Honest")
o = torch.optim.AdamW(n.parameters(), lr=0.1)
ema = copy.deepcopy(n)
frozen = network("Frozen").eval()
for _ in range(40):
    gradients(n)
    o.step()
    with torch.no_grad():
        for a, b in zip(ema.parameters(), n.parameters(), strict=False):
            a.lerp_(b, 0.1)
        ema(x)
        frozen(x)
    n.eval()
    n(x)
    n(x)
    n.train()
    keep = [p.detach().clone() for p in n.parameters()]
    with torch.no_grad():
        for a, b in zip(n.parameters(), ema.parameters(), strict=False):
            a.copy_(b)
        n(x)
        n(x)
        for a, b in zip(n.parameters(), keep, strict=False):
            a.copy_(b)
        n(x)
g = network("AfterOne")
gradients(g)
for _ in range(40):
    with torch.no_grad():
        g(x)
        for p in g.parameters():
            p.sub_(0.01 * torch.randn_like(p))

# hooks cleared
n = network("Hooks")
o = torch.optim.SGD(n.parameters(), lr=0.1)
_global_optimizer_pre_hooks.clear()
_global_optimizer_post_hooks.clear()
for _ in range(N):
    gradients(n)
    o.step()
importlib.reload(torch.autograd.graph)
n = network("Reloaded")
o = torch.optim.SGD(n.parameters(), lr=0.1)
for _ in range(N):
    gradients(n)
    o.step()
n = network("Thread")
o = torch.optim.SGD(n.parameters(), lr=0.1)
t = threading.Thread(target=lambda: [(gradients(n), o.step()) for _ in range(N)])
t.start()
t.join()
