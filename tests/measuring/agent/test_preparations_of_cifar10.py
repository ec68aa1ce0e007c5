"""How CIFAR-10 images were prepared is recovered exactly, at their own size, cropped and resized."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from fixtures.data import write_cifar10
from validator.measuring.datasets import cifar10
from validator.measuring.meter import judge
from validator.measuring.metrics import signatures as outside

AGENT = Path(judge.__file__).parents[1] / "agent"
MEAN = torch.tensor([0.4914, 0.4822, 0.4465]).reshape(1, 3, 1, 1)
SD = torch.tensor([0.2470, 0.2435, 0.2616]).reshape(1, 3, 1, 1)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_cifar10(folder, train=200, test=100)
    return np.concatenate([cifar10.load(folder, split, lookalike=True).images for split in ("train", "test")])


@pytest.fixture
def agent(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import preprocessing, signatures  # type: ignore[import-not-found]

    yield preprocessing, signatures
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


EXACT = {
    "bytes as they are": lambda x: x,
    "to 0..1": lambda x: x / 255,
    "normalised by channel": lambda x: (x / 255 - MEAN) / SD,
    "framed by zeros": lambda x: functional.pad((x / 255 - MEAN) / SD, (4, 4, 4, 4)),
    "cropped": lambda x: x[:, :, 2:30, 2:30] / 255,
    "resized to 64": lambda x: functional.interpolate(x / 255, (64, 64), mode="bilinear", antialias=True),
    "flattened": lambda x: (x / 127.5 - 1).flatten(1),
}


@pytest.mark.parametrize("name", EXACT)
def test_a_preparation_is_found_exactly_and_is_the_only_candidate(agent, images, name):
    prepare = EXACT[name]
    official = torch.from_numpy(images).float()
    (found,) = agent[0].candidates(images, None, prepare(official[220:270]))
    mine, theirs = found.apply(official[:50]), prepare(official[:50])
    assert float((mine - theirs).abs().max()) < 2e-4 * float(theirs.std()) + 2e-6 * float(theirs.abs().max()), (
        found.words
    )


def test_without_images_that_were_fed_the_ranges_give_a_guess(agent, images):
    fed = {"shape": [50, 3, 32, 32], "low": 0.0, "high": 1.0}
    words = [found.words for found in agent[0].candidates(images, fed)]
    assert words[0] == "one affine map for all channels"


def test_both_sides_of_the_wall_sign_the_middle_of_an_image_alike(agent, images):
    inside = agent[1].signatures(torch.from_numpy(images[:20])).numpy()[:, : outside.COLUMNS]
    np.testing.assert_allclose(inside, outside.image_signatures(outside.centred(images[:20])), atol=1e-4)
