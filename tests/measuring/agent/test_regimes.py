"""What an optimiser holds is said once for each network: class, settings, and how its learning rate went."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from validator.measuring.meter import judge

AGENT = Path(judge.__file__).parents[1] / "agent"


@pytest.fixture
def regimes(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent.regimes import Regimes  # type: ignore[import-not-found]

    yield Regimes()
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


class Channel:
    """Keeps what is said."""

    def __init__(self):
        self.said = []

    def emit(self, kind, **fields):
        self.said.append((kind, fields))


def network(number=1, name="Net#1"):
    return SimpleNamespace(number=number, name=name)


def weights(*sizes):
    return [torch.nn.Parameter(torch.zeros(size)) for size in sizes]


def told(regimes):
    channel = Channel()
    regimes.tell(channel)
    assert all(kind == "optimiser" for kind, _ in channel.said)
    return [fields for _, fields in channel.said]


def test_class_settings_and_the_rate_from_first_to_last(regimes):
    optimiser = torch.optim.SGD(weights(3), lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True)
    for rate in (0.1, 0.1, 0.3, 0.01, 0.02):
        optimiser.param_groups[0]["lr"] = rate
        regimes.stepped(network(), [optimiser])
    (said,) = told(regimes)
    assert (said["net"], said["name"], said["number"], said["class"], said["groups"]) == (1, "Net#1", 1, "SGD", 1)
    assert (said["calls"], said["changes"]) == (5, 3)
    assert (said["rate"], said["last"], said["lowest"], said["highest"]) == (0.1, 0.02, 0.01, 0.3)
    settings = said["settings"]
    assert (settings["momentum"], settings["weight_decay"], settings["nesterov"]) == (0.9, 5e-4, 1.0)
    assert "lr" not in settings


def test_pairs_are_two_settings_and_the_largest_group_speaks(regimes):
    groups = [{"params": weights(3), "weight_decay": 0.0}, {"params": weights(30), "weight_decay": 0.05}]
    regimes.stepped(network(), [torch.optim.AdamW(groups, lr=1e-3, betas=(0.8, 0.95))])
    (said,) = told(regimes)
    assert (said["groups"], said["settings"]["weight_decay"]) == (2, 0.05)
    assert (said["settings"]["betas1"], said["settings"]["betas2"]) == (0.8, 0.95)


def test_what_has_not_changed_is_said_once(regimes):
    optimiser = torch.optim.SGD(weights(3), lr=0.1)
    regimes.stepped(network(), [optimiser])
    assert len(told(regimes)) == 1
    assert told(regimes) == []
    regimes.stepped(network(), [optimiser])
    assert [said["calls"] for said in told(regimes)] == [2]


def test_each_network_numbers_its_optimisers_in_the_order_of_first_calls(regimes):
    first, second = (torch.optim.SGD(weights(3), lr=rate) for rate in (0.1, 0.2))
    for optimiser in (first, second, first):
        regimes.stepped(network(), [optimiser])
    regimes.stepped(network(2, "Net#2"), [second])
    assert [(said["net"], said["number"], said["rate"], said["calls"]) for said in told(regimes)] == [
        (1, 1, 0.1, 2), (1, 2, 0.2, 1), (2, 1, 0.2, 1),
    ]  # fmt: skip


def test_an_optimiser_that_is_gone_is_not_taken_for_one_at_its_address(regimes):
    for rate in (0.1, 0.2, 0.3):
        regimes.stepped(network(), [torch.optim.SGD(weights(3), lr=rate)])
    assert sorted(said["rate"] for said in told(regimes)) == [0.1, 0.2, 0.3]


def test_a_rate_on_a_device_is_not_asked_for(regimes):
    regimes.stepped(network(), [torch.optim.SGD(weights(3), lr=torch.tensor(0.1))])
    assert told(regimes)[0]["rate"] is None
