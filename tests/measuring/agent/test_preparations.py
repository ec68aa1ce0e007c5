"""How images were prepared is recovered exactly from some that were fed, whatever was done to them."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from fixtures.data import write_addnist
from validator.measuring.meter import judge
from validator.measuring.metrics import signatures as outside

AGENT = Path(judge.__file__).parents[1] / "agent"
MEAN, SD = torch.tensor([0.1, 0.2, 0.3]).reshape(1, 3, 1, 1), torch.tensor([0.5, 0.25, 0.4]).reshape(1, 3, 1, 1)
LUMA = torch.tensor([0.2989, 0.587, 0.114]).reshape(1, 3, 1, 1)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_addnist(folder, train=400, valid=20, test=100)
    everything = [np.load(folder / "AddNIST" / f"{split}_x.npy") for split in ("train", "test")]
    # AddNIST holds many images twice.
    return np.concatenate([*everything, everything[1][:10]])


@pytest.fixture
def agent(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import preprocessing, signatures  # type: ignore[import-not-found]

    yield preprocessing, signatures
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


def _unit(x):
    return x * 0.3081 + 0.1307


def _standardised(x, over):
    return (x - x.mean(over, keepdim=True)) / x.std(over, keepdim=True)


EXACT = {
    "as they are": lambda x: x,
    "divided by 255 once more": lambda x: x / 255,
    "to 0..1 and normalised by channel": lambda x: (_unit(x) - MEAN) / SD,
    "inverted": lambda x: 1 - _unit(x),
    "to 0..255": lambda x: _unit(x) * 255,
    "flattened": lambda x: ((x - 1) / 2).flatten(1),
    "channels last": lambda x: x.permute(0, 2, 3, 1) / 3,
    "channels last, flattened": lambda x: ((x - MEAN) / SD).permute(0, 2, 3, 1).flatten(1),
    "channels reversed": lambda x: x.flip(1) / 2 + 1,
    "mean of the channels": lambda x: x.mean(1, keepdim=True) * 2,
    "grey by luma": lambda x: (x * LUMA).sum(1, keepdim=True),
    "the second channel, flat": lambda x: x[:, 1].flatten(1),
    "grey without a channel": lambda x: x.mean(1),
    "framed by zeros": lambda x: functional.pad((x - 0.5) / 0.25, (2, 2, 2, 2)),
    "framed by black": lambda x: functional.pad(x, (2, 2, 2, 2), value=-0.42421296),
    "cropped": lambda x: x[:, :, 2:26, 2:26] * 2,
    "resized to 32": lambda x: functional.interpolate(_unit(x), (32, 32), mode="bilinear", antialias=True),
    "resized to 64 bicubically": lambda x: functional.interpolate(x, (64, 64), mode="bicubic"),
    "resized with aligned corners": lambda x: functional.interpolate(x, (32, 32), mode="bilinear", align_corners=True),
    "resized to 56, each pixel four times": lambda x: functional.interpolate(x, (56, 56), mode="nearest"),
    "resized to 20": lambda x: functional.interpolate(x, (20, 20), mode="bilinear", antialias=True),
    "each image standardised": lambda x: _standardised(x, (1, 2, 3)),
    "each channel of an image standardised": lambda x: _standardised(x, (2, 3)),
}


@pytest.mark.parametrize("name", EXACT)
def test_a_preparation_is_found_exactly_and_is_the_only_candidate(agent, images, name):
    prepare = EXACT[name]
    official = torch.from_numpy(images)
    fed = prepare(official[420:470])
    (found,) = agent[0].candidates(images, None, fed)
    mine = found.apply(official[:50])
    theirs = prepare(official[:50])
    assert float((mine - theirs).abs().max()) < 2e-4 * float(theirs.std()) + 2e-6 * float(theirs.abs().max()), (
        found.words
    )


def test_half_precision_and_bytes_are_found_within_their_rounding(agent, images):
    official = torch.from_numpy(images)
    for prepare in (lambda x: ((x - MEAN) / SD).half().float(), lambda x: (_unit(x) * 255).round() / 255):
        found = next(iter(agent[0].candidates(images, None, prepare(official[420:470]))))
        left = found.apply(official[:50]) - prepare(official[:50])
        assert float(left.abs().max()) < 0.01


def test_images_that_are_not_official_ones_leave_the_guess_from_their_range(agent, images):
    noise = torch.randn(50, 3, 28, 28)
    fed = {"shape": [50, 3, 28, 28], "low": float(images.min()), "high": float(images.max())}
    assert [found.words for found in agent[0].candidates(images, fed, noise)] == ["as they are"]


def test_both_sides_of_the_wall_sign_an_image_alike(agent, images):
    grey = images.mean(1, keepdims=True)
    for batch in (images, grey):
        inside = agent[1].signatures(torch.from_numpy(batch)).numpy()
        np.testing.assert_allclose(inside, outside.image_signatures(batch), atol=1e-4)
