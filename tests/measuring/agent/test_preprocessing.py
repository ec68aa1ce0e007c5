"""How images were prepared is recovered from the range and the shape of what the network was fed."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from validator.measuring.meter import judge

AGENT = Path(judge.__file__).parents[1] / "agent"


@pytest.fixture
def candidates(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import preprocessing  # type: ignore[import-not-found]

    yield preprocessing.candidates
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def images():
    return np.random.default_rng(0).random((50, 3, 28, 28), dtype=np.float32) * 3 - 0.4


def _fed(batch):
    said = {"shape": list(batch.shape), "low": float(batch.min()), "high": float(batch.max())}
    channels = batch.transpose(0, 1).flatten(1)
    return {**said, "lows": channels.amin(1).tolist(), "highs": channels.amax(1).tolist()}


def test_images_of_another_range_are_never_fed_as_they_are(candidates, images):
    fed = _fed((torch.from_numpy(images) + 0.4) / 9)
    words = [found.words for found in candidates(images, fed)]
    assert words[0] == "one affine map for all channels"
    assert "as they are" not in words


def test_one_channel_is_the_mean_of_three_on_its_own_scale(candidates, images):
    grey = torch.from_numpy(images).mean(1, keepdim=True) / 2 + 1
    first = next(candidates(images, _fed(grey)))
    assert first.words.startswith("mean of the channels")
    torch.testing.assert_close(first.apply(torch.from_numpy(images)), grey, atol=1e-4, rtol=0)
