"""After the student's code: predictions of the trained network on images it had prepared, and samples with verdicts."""

import json
from pathlib import Path

import numpy as np
import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "leaving.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def left(metered_once):
    run = metered_once(SCRIPT)
    assert run.code == 0, run.stderr
    return run


@pytest.fixture(scope="module")
def predictions(left):
    return json.loads((left.folder / "handed" / "predictions.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def samples(left):
    return json.loads((left.folder / "handed" / "samples.json").read_text(encoding="utf-8"))


def test_images_are_prepared_as_the_student_did(left, predictions):
    expected = np.load(left.folder / "expected.npy")
    entry = next(entry for entry in predictions if entry["file"])
    assert entry["network"] == "Classifier#1"
    assert entry["preprocessing"] == "one affine map for all channels, padded with zeros"
    np.testing.assert_allclose(np.load(left.folder / "handed" / entry["file"]), expected, atol=1e-3)


TWO = """
import numpy as np
import torch
from torch import nn
torch.manual_seed(0)
np.save("images.npy", np.random.default_rng(0).random((40, 3, 28, 28), dtype=np.float32))
images = torch.from_numpy(np.load("images.npy"))

def trained(net, judged):
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01)
    for step in range(3):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(images), torch.arange(40) % 20).backward()
        optimiser.step()
    net.eval()
    with torch.no_grad():
        for _ in range(judged):
            net(images)
    return net

class Draft(nn.Sequential): pass
class Final(nn.Sequential): pass
layers = lambda: (nn.Flatten(), nn.Linear(3 * 28 * 28, 20))
nets = [trained(Draft(*layers()), DRAFT), trained(Final(*layers()), 10)]

from validator_agent import windows
windows.predict("images.npy")
"""


@pytest.mark.parametrize(("draft", "name"), [(12, "Final#1"), (30, "Draft#1")])
def test_what_is_predicted_first_is_the_network_that_counts(metered, draft, name):
    """The last of those that judged about as many images; one that judged far more is the one that was used."""
    run = metered(TWO.replace("DRAFT", str(draft)))
    assert run.code == 0, run.stderr
    first = json.loads((run.folder / "handed" / "predictions.json").read_text(encoding="utf-8"))[0]
    counted = [net.name for net in run.judged("classifier").networks if net.counted]
    assert (first["network"], bool(first["file"]), counted) == (name, True, [name])


def test_what_is_no_classifier_is_said_and_not_kept(predictions):
    notes = [entry for entry in predictions if entry["network"] == "Generator#1"]
    assert notes
    assert all(entry["file"] is None and entry["note"] for entry in notes)


def test_samples_are_bytes_with_their_range_said(left, samples):
    images = np.load(left.folder / "handed" / "samples.npy")
    assert (images.shape, images.dtype) == ((10, 3, 32, 32), np.uint8)
    assert samples["mapping"] == "[-1, 1] to [0, 255]"


def test_networks_that_made_samples_are_told_apart(samples):
    verdicts = {net["verdict"]: net["images"] for net in samples["networks"]}
    assert verdicts == {"trained": 10, "ema-twin": 10, "untrained": 10}
