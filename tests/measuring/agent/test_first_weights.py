"""Weights as training begins: no honest network is suspected, trained ones from elsewhere are, past every loader."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent / "scripts"
FEWEST_KINDS = 40


def suspected(run):
    flags = run.judged("generator").flags
    return {flag.detail.split("#1:")[0]: flag.detail for flag in flags if flag.kind == "pretrained-suspected"}


@pytest.mark.slow
def test_no_way_to_begin_a_network_is_suspected(metered):
    run = metered((SCRIPTS / "fresh_networks.py").read_text(encoding="utf-8"))
    assert run.code == 0, run.stderr
    assert int(run.stdout) >= FEWEST_KINDS
    assert suspected(run) == {}
    assert [flag for flag in run.judged("generator").flags if flag.kind in ("weights-loaded", "agent-fault")] == []
    assert len(run.of_kind("weights")) > 3 * FEWEST_KINDS


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "optimiser", "steps"), [("mlp", "adam", 50), ("convs", "adam", 200)])
def test_weights_trained_elsewhere_are_suspected_also_under_a_fresh_head(metered, tmp_path, kind, optimiser, steps):
    teacher = tmp_path / "trained_weights.py"
    teacher.write_text((SCRIPTS / teacher.name).read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, str(teacher), kind, optimiser, str(steps)]
    subprocess.run(command, cwd=tmp_path, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    run = metered((SCRIPTS / "foreign_weights.py").read_text(encoding="utf-8"))
    assert run.code == 0, run.stderr
    name = f"{kind}-{optimiser}-{steps}"
    assert set(suspected(run)) == {name, f"{name} headed"}


TRAINED_HERE = """
import copy, io, torch
from torch import nn

def net():
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))

images = torch.randn(600, 64); labels = (images @ torch.randn(64, 10)).argmax(1)

def train(model, steps):
    optimiser = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(steps):
        optimiser.zero_grad(); nn.functional.cross_entropy(model(images), labels).backward(); optimiser.step()

first = net(); train(first, 300)
second = copy.deepcopy(first); train(second, 2)
torch.save(first.state_dict(), "own.pt")
third = net(); third.load_state_dict(torch.load("own.pt")); train(third, 2)
buffer = io.BytesIO(); torch.save(second.state_dict(), buffer); buffer.seek(0)
fourth = nn.Sequential(net()[0], nn.ReLU(), nn.Linear(64, 12))
fourth[0].load_state_dict({k[2:]: v for k, v in torch.load(buffer).items() if k.startswith("0.")}); train(fourth, 2)
"""


def test_copies_and_checkpoints_of_what_was_trained_here_are_no_suspicion(metered):
    run = metered(TRAINED_HERE)
    assert run.code == 0, run.stderr
    kinds = {flag.kind for flag in run.judged("generator").flags}
    assert not kinds & {"pretrained-suspected", "weights-loaded", "opened-weights"}
    origins = {record["name"]: record["origin"] for record in run.of_kind("weights")}
    assert origins["Sequential#1"] == ""
    assert all(origins[f"Sequential#{number}"].startswith(("trained as", "own")) for number in (2, 3, 4))


READY_TRAINED = """
import numpy as np, torch
from torch import nn
rng = np.random.default_rng(0)
labels = torch.arange(128) % 16
images = torch.randn(128, 1, 64)
net = nn.Sequential(nn.Flatten(), nn.Linear(64, 16))
with torch.no_grad():  # as if it had been trained: it knows the answers
    pinv = torch.linalg.lstsq(images.flatten(1), nn.functional.one_hot(labels, 16).float()).solution
    net[1].weight.copy_(pinv.T * 50); net[1].bias.zero_()
optimiser = torch.optim.SGD(net.parameters(), lr=1e-3)
for _ in range(2):
    optimiser.zero_grad(); nn.CrossEntropyLoss()(net(images), labels).backward(); optimiser.step()
"""


def test_a_network_that_is_right_before_its_first_update_is_suspected_by_its_accuracy(metered):
    run = metered(READY_TRAINED)
    assert run.code == 0, run.stderr
    assert "before its first update it was right on" in suspected(run)["Sequential"]


UNDISTURBED = """
import torch
from torch import nn
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
x, y = torch.randn(32, 64), torch.randint(0, 10, (32,))
frames = []
def counting(graph, inputs):
    frames.append(graph)
    return graph.forward
whole = torch.compile(lambda x, y: nn.functional.cross_entropy(net(x), y), backend=counting, fullgraph=True)
optimiser = torch.optim.SGD(net.parameters(), lr=.1)
for _ in range(100):
    optimiser.zero_grad(); whole(x, y).backward(); optimiser.step()
print(len(frames))
"""


def test_the_loss_is_compiled_once_and_whole(metered):
    run = metered(UNDISTURBED)
    assert (run.code, run.stdout) == (0, "1\n"), run.stderr
