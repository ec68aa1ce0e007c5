"""How images were prepared for a function of JAX is recovered with numpy alone, from rows or ranges of what was fed."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from validator.measuring.meter import judge

AGENT = Path(judge.__file__).parents[1] / "agent"
GREY = np.array([0.2989, 0.587, 0.114], np.float32).reshape(1, 3, 1, 1)


def _last(images):
    return images.transpose(0, 2, 3, 1)


def _flat(images):
    return images.reshape(len(images), -1)


def _standardised(images):
    return (images - images.mean((1, 2, 3), keepdims=True)) / images.std((1, 2, 3), keepdims=True)


WAYS = {
    "as they are": lambda images: images,
    "one affine map for all channels, channels last": lambda images: _last((images + 0.42) / 3.24),
    "one affine map for each channel": lambda images: images * np.array([1, 2, 3]).reshape(1, 3, 1, 1) - 1,
    "flattened": _flat,
    "channels last, flattened": lambda images: _flat(_last(images)),
    "grey by luma, channels last": lambda images: _last((images * GREY).sum(1, keepdims=True)),
    "channels reversed": lambda images: images[:, ::-1] * 2,
    "each image standardised, channels last": lambda images: _last(_standardised(images)),
}


@pytest.fixture
def agent(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import jax_fitting, jax_preprocessing, jax_summaries, signatures  # type: ignore[import-not-found]

    yield jax_fitting, jax_preprocessing, jax_summaries, signatures
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    values = random.random((120, 3, 28, 28), dtype=np.float32) * 3.24 * random.random((120, 3, 1, 1), dtype=np.float32)
    values[:, :, 0, 0], values[:, :, 0, 1] = 0, 3.24
    return values - np.float32(0.42)


@pytest.mark.parametrize("words", WAYS)
def test_the_map_is_exact_where_some_that_were_fed_are_official_images(agent, images, words):
    fitting, preprocessing, summaries, _ = agent
    fed = WAYS[words](images).astype(np.float32)
    found = list(preprocessing.candidates(fitting.Official(images), summaries.summary_of(fed[30:94])))
    assert [one.said for one in found] == [words]
    np.testing.assert_allclose(found[0].apply(images), fed, atol=2e-3)


def test_rounding_to_bytes_is_done_again(agent, images):
    fitting, preprocessing, summaries, _ = agent
    fed = ((_last(images) + 0.42) / 3.24 * 255).round().astype(np.uint8)
    (found,) = preprocessing.candidates(fitting.Official(images), summaries.summary_of(fed[:64]))
    prepared = found.apply(images)
    assert prepared.dtype == np.uint8
    assert (prepared != fed).mean() < 0.02


@pytest.mark.parametrize("channels_last", [False, True])
def test_augmented_images_tell_their_range_and_frame(agent, images, channels_last):
    """No row is an official image: what is left is the range, and the shape."""
    fitting, preprocessing, summaries, _ = agent
    framed = np.pad((images + 0.42) / 3.24, ((0, 0), (0, 0), (2, 2), (2, 2)))
    noisy = np.random.default_rng(1).permuted(framed.reshape(120, -1), axis=1).reshape(framed.shape)
    fed = _last(noisy) if channels_last else noisy
    found = next(preprocessing.candidates(fitting.Official(images), summaries.summary_of(fed)))
    wanted = _last(framed) if channels_last else framed
    np.testing.assert_allclose(found.apply(images), wanted, atol=1e-3)
    assert "padded with zeros" in found.said


def test_signatures_are_those_that_torch_takes(agent, images):
    fitting, _, _, signatures = agent
    for batch in (images, images[:, :1]):
        theirs = signatures.signatures(torch.from_numpy(np.ascontiguousarray(batch))).numpy()
        np.testing.assert_allclose(fitting.signatures(batch), theirs, atol=1e-3)
