"""Weights that were handed in are put into the network of the run, which is asked again, and are taken out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from validator.measuring.probes import weights_values
from validator.measuring.probes.weights_found import WeightsProblem

torch = pytest.importorskip("torch")

START = """
import importlib, os
import torch
from torch import nn

torch.manual_seed(0)
data = torch.randn(300, 8)
labels = (data @ torch.randn(8, 3, generator=torch.Generator().manual_seed(1))).argmax(1)
"""
TRAIN = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU())
        self.head = nn.Linear(32, 3)

    def forward(self, x):
        return self.head(self.body(x))

def train(net, steps=60):
    optimiser = torch.optim.Adam(net.parameters(), lr=0.02)
    net.train()
    for _ in range(steps):
        for images, wanted in learnt:
            optimiser.zero_grad()
            nn.functional.cross_entropy(net(images), wanted).backward()
            optimiser.step()

learnt = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(data[:200], labels[:200]), batch_size=200)
net = Net()
train(net)
"""
LOADER = """
pairs = torch.utils.data.TensorDataset(data[200:], labels[200:])
net.eval()
right = 0
with torch.no_grad():
    for images, wanted in learnt:
        net(images)
    for images, wanted in torch.utils.data.DataLoader(pairs, batch_size=30):
        right += int((net(images).argmax(1) == wanted).sum())
print("right", right)
"""
END = """
before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
versions = [tensor._version for tensor in net.parameters()]
state, modes = torch.get_rng_state(), [part.training for part in net.modules()]
gradients = [None if tensor.grad is None else tensor.grad.clone() for tensor in net.parameters()]
importlib.import_module("validator_agent.reweighing").reweigh(os.getcwd(), seconds=60)
assert all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())
assert versions == [tensor._version for tensor in net.parameters()]
assert torch.equal(state, torch.get_rng_state()) and modes == [part.training for part in net.modules()]
assert all(one is None if two is None else torch.equal(one, two)
           for one, two in zip((tensor.grad for tensor in net.parameters()), gradients))
print("as found")
"""
SAVE = """
torch.save(net.state_dict(), "own.pt")
torch.save({"epoch": 3, "model_state": {f"module.{k}": v for k, v in net.state_dict().items()}}, "below.pt")
torch.save(net, "whole.pt")
torch.save(Net().state_dict(), "fresh.pt")
other = Net(); train(other)
torch.save(other.state_dict(), "other.pt"); del other
torch.save({k: v if v.dim() < 2 else v.repeat(1, 2) for k, v in net.state_dict().items()}, "wider.pt")
torch.save({k: v * float("nan") if v.is_floating_point() else v for k, v in net.state_dict().items()}, "nan.pt")
import sys; sys.path.insert(0, PROJECT)
from pathlib import Path
from dataclasses import asdict
import json
from validator.measuring.probes import weights_values
index = []
for number, name in enumerate(["own.pt", "below.pt", "whole.pt", "fresh.pt", "other.pt", "wider.pt", "nan.pt"]):
    values = weights_values.copied(Path(name), Path(f"weights-{number}.values"))
    index.append({"path": name, "sha256": "", "data": f"weights-{number}.values",
                  "tensors": [asdict(tensor) for tensor in values.tensors]})
Path("weights.json").write_text(json.dumps(index))
"""
PROJECT = str(Path(weights_values.__file__).parents[3])


def entries(run: Any) -> dict[str, dict[str, Any]]:
    """By file what was found."""
    assert run.code == 0, run.stderr[-3000:]
    found = json.loads((run.folder / "handed" / "weights.json").read_text())
    return {entry["path"]: entry for entry in found}


@pytest.fixture(scope="module")
def run(metered_once: Any) -> Any:
    return metered_once(f"PROJECT = {PROJECT!r}\n" + START + TRAIN + LOADER + SAVE + END, weights_handed_in=True)


def test_the_weights_of_the_run_answer_as_it_did(run: Any) -> None:
    right = int(run.stdout.split("right")[1].split()[0])
    for name in ("own.pt", "below.pt", "whole.pt"):
        entry = entries(run)[name]
        assert entry["why"] == ""
        assert (entry["network"], entry["rows"], entry["same"], entry["identical"]) == ("Net#1", 100, 100, True)
        assert (entry["labelled"], entry["correct_run"], entry["correct_file"]) == (100, right, right)
        assert (entry["left_out"], entry["trained_on"]) == (1, False)  # the batch that it was trained on
        assert entry["distance"] == 0
        assert entry["largest"] == 0


def test_weights_of_another_training_are_told_from_no_training(run: Any) -> None:
    other, fresh = entries(run)["other.pt"], entries(run)["fresh.pt"]
    assert other["correct_file"] > 80
    assert fresh["correct_file"] < 60
    assert not other["identical"]
    assert other["distance"] > 0.1
    assert fresh["same"] < 60 < other["same"]


def test_a_file_of_other_shapes_is_compared_with_the_nearest_network(run: Any) -> None:
    why = entries(run)["wider.pt"]["why"]
    assert "no network of the run" in why
    assert "body.0.weight is 32 x 16 in the file and 32 x 8 in the network" in why


def test_what_is_no_number_decides_nothing(run: Any) -> None:
    entry = entries(run)["nan.pt"]
    assert (entry["correct_file"], entry["same"], entry["difference"]) == (0, 0, None)
    assert entry["not_numbers"] > 0


def test_everything_is_as_it_was_and_nothing_counts_as_training(run: Any) -> None:
    assert "as found" in run.stdout
    networks = run.networks()
    assert networks["Net#1"].steps == 60
    assert [net.steps for net in networks.values()] == [60, 60]
    asked = [record for record in run.of_kind("forward") if record["name"] == "Net@1"]
    assert asked[-1]["quiet_images"] == 300


MODULES = '''
class Net(nn.Module):
    """Overrides whatever could be called to copy, list or load it, and trains itself when it is told to."""
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(8, 3)
        self.asked, self.spoils = 0, False

    def forward(self, x, scale=1.0):
        self.asked += 1
        if self.spoils:
            with torch.no_grad():
                self.head.bias.add_(1e-3)
            with torch.enable_grad():
                self.head(x).sum().backward()
                optimiser.step()
        return self.head(x) * scale

    def _refuse(self, *args, **kwargs):
        raise RuntimeError("not to be called")

    state_dict = load_state_dict = __deepcopy__ = __copy__ = _refuse

net = Net()
optimiser = torch.optim.SGD(net.head.parameters(), lr=0.1)
for _ in range(40):
    optimiser.zero_grad()
    nn.functional.cross_entropy(net(data[:200]), labels[:200]).backward()
    optimiser.step()
net.training = False
with torch.no_grad():
    print("loss", float(nn.functional.cross_entropy(net(data[200:], scale=2.0), labels[200:])))
torch.save({f"head.{name}": tensor * 3 for name, tensor in net.head.state_dict().items()}, "own.pt")
'''
TWICE = """
import sys; sys.path.insert(0, PROJECT)
from pathlib import Path
from dataclasses import asdict
import json, shutil
from validator.measuring.probes import weights_values
values = weights_values.copied(Path("own.pt"), Path("weights-0.values"))
Path("weights.json").write_text(json.dumps([{"path": "own.pt", "sha256": "", "data": "weights-0.values",
    "tensors": [asdict(tensor) for tensor in values.tensors]}]))
before = {name: tensor.clone() for name, tensor in net.head.state_dict().items()}
for spoils in (False, True):
    net.spoils = spoils
    importlib.import_module("validator_agent.reweighing").reweigh(os.getcwd(), seconds=60)
    assert all(torch.equal(before[name], tensor) for name, tensor in net.head.state_dict().items())
    assert net.asked == 41
    shutil.copy("handed/weights.json", f"spoils-{spoils}.json")
"""


@pytest.fixture(scope="module")
def twice(metered_once: Any) -> Any:
    return metered_once(f"PROJECT = {PROJECT!r}\n" + START + MODULES + TWICE, weights_handed_in=True)


def only(run: Any, name: str) -> dict[str, Any]:
    assert run.code == 0, run.stderr[-3000:]
    (entry,) = json.loads((run.folder / name).read_text())
    return dict(entry)


def test_a_module_that_trains_itself_when_asked_is_neither_counted_nor_changed(twice: Any) -> None:
    entry = only(twice, "spoils-True.json")
    assert twice.networks()["Net#1"].steps == 40
    assert entry["network"] == "Net#1"
    assert "does not require grad" in entry["why"]


def test_labels_come_from_a_loss_too_and_arguments_by_name_are_given_again(twice: Any) -> None:
    entry = only(twice, "spoils-False.json")
    assert entry["why"] == ""
    assert (entry["rows"], entry["labelled"]) == (100, 100)
    assert entry["correct_file"] > 80
    assert not entry["identical"]
    assert entry["distance"] == pytest.approx(2.0)
    assert entry["difference"] > 1


def test_what_a_file_declares_is_bounded(tmp_path: Path) -> None:
    stretched = torch.zeros(1).expand(10_000, 10_000)
    torch.save({"w": stretched}, tmp_path / "stretched.pt")
    with pytest.raises(WeightsProblem, match="400,000,000 bytes"):
        weights_values.copied(tmp_path / "stretched.pt", tmp_path / "out", most_bytes=1 << 20)
    assert (tmp_path / "out").exists() is False


def test_where_no_weights_were_handed_in_nothing_that_networks_are_fed_is_copied(metered: Any) -> None:
    script = """
import torch
from torch import nn
from validator_agent import Running
net = nn.Linear(4, 3)
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
nn.functional.cross_entropy(net(torch.randn(8, 4)), torch.randint(0, 3, (8,))).backward()
optimiser.step()
with torch.no_grad():
    net.eval()(torch.randn(8, 4))
print(len(Running.meter.judged.piles))
"""
    assert [metered(script, weights_handed_in=asked).stdout for asked in (False, True)] == ["0\n", "1\n"]
