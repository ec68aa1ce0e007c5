"""What a sampler returned becomes bytes, or is refused in words; noise is told from pictures; ways between latents."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from validator.measuring.meter import judge

AGENT = Path(judge.__file__).parents[1] / "agent"
SOME = np.random.default_rng(0).random((6, 3, 32, 32), dtype=np.float32)


@pytest.fixture
def agent(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    import validator_agent  # type: ignore[import-not-found]
    from validator_agent import interpolating, likeness, noise, sampling

    yield validator_agent
    del interpolating, likeness, noise, sampling
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("given", "mapping", "tolerance"),
    [
        (SOME, "[0, 1] to [0, 255]", 0.5),
        (SOME * 2 - 1, "[-1, 1] to [0, 255]", 0.5),
        (SOME * 255, "[0, 255] rounded", 0.5),
        (SOME.astype(np.float16), "[0, 1] to [0, 255]", 0.6),
        (torch.from_numpy(SOME).to(torch.bfloat16), "[0, 1] to [0, 255]", 1.1),
        (SOME.transpose(0, 2, 3, 1), "[0, 1] to [0, 255]", 0.5),
        (list(torch.from_numpy(SOME)), "[0, 1] to [0, 255]", 0.5),
        ((SOME * 255).astype(np.uint8), "uint8 as returned", 1.0),
    ],
)
def test_every_usual_range_and_layout_gives_the_same_pictures(agent, given, mapping, tolerance):
    pixels, said = agent.sampling.quantised(agent.sampling.as_images(given))
    assert (pixels.dtype, said["mapping"], said["mis_scaled"]) == (np.uint8, mapping, "")
    assert np.abs(pixels - SOME * 255.0).max() <= tolerance


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.zeros((4, 3, 64, 64), np.uint8), "64 by 64; 32 by 32 is measured, nothing is resized"),
        (np.zeros((4, 1, 32, 32), np.uint8), r"shape \(4, 1, 32, 32\)"),
        (np.zeros((4, 3, 32, 32), np.int64), "int64"),
        (np.full((4, 3, 32, 32), np.nan, np.float32), "not finite"),
        (np.zeros(5), r"shape \(5,\)"),
    ],
)
def test_what_is_no_batch_of_pictures_is_refused_in_words(agent, given, words):
    with pytest.raises(ValueError, match=words):
        agent.sampling.quantised(agent.sampling.as_images(given))


@pytest.mark.parametrize("given", [SOME / 255, (SOME * 1.4).astype(np.uint8)])
def test_values_that_are_nearly_black_are_said_to_be(agent, given):
    _, said = agent.sampling.quantised(given)
    assert "divided by 255" in said["mis_scaled"]


def test_values_out_of_range_are_cut_and_counted(agent):
    _, said = agent.sampling.quantised(SOME * 4 - 2)
    assert said["clipped_share"] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("tensor", "family"),
    [
        (torch.randn(64, 100, generator=torch.Generator().manual_seed(1)), "normal"),
        (torch.randn(8, 3, 32, 32, generator=torch.Generator().manual_seed(2)), "normal"),
        (torch.rand(64, 100, generator=torch.Generator().manual_seed(3)) * 2 - 1, "uniform"),
        (torch.rand(64, 100, generator=torch.Generator().manual_seed(4)), "uniform"),
        (torch.randn(64, 100, generator=torch.Generator().manual_seed(5)) * 1.5, None),
        (torch.randn(64, 10, generator=torch.Generator().manual_seed(6)).repeat_interleave(10, 1), None),
        (torch.zeros(64, 100), None),
    ],
)
def test_noise_is_known_by_its_moments_and_by_unlike_neighbours(agent, tensor, family):
    found = agent.noise.noise_of(tensor)
    assert (found.family if found else None) == family
    if found:
        assert found.draw(7).shape == (7, *tensor.shape[1:])


def test_a_way_between_normal_latents_keeps_both_ends_and_their_length(agent):
    first, last = torch.randn(2, 3, 50, generator=torch.Generator().manual_seed(1))
    way = agent.interpolating.between(first, last, 5, spherical=True).reshape(3, 5, 50)
    assert torch.allclose(way[:, 0], first, atol=1e-5)
    assert torch.allclose(way[:, -1], last, atol=1e-5)
    middle = (first.norm(dim=1) + last.norm(dim=1)) / 2
    assert torch.allclose(way[:, 2].norm(dim=1), middle, rtol=0.05)
    straight = agent.interpolating.between(first, last, 5, spherical=False).reshape(3, 5, 50)
    assert torch.allclose(straight[:, 2], (first + last) / 2, atol=1e-6)


def test_images_of_the_data_set_are_known_in_any_layout_scale_and_mirrored_and_others_are_not(agent):
    rng = np.random.default_rng(1)
    coarse = rng.integers(20, 230, (200, 3, 8, 8)).repeat(4, axis=2).repeat(4, axis=3)
    images = (coarse + rng.integers(-9, 10, coarse.shape)).astype(np.uint8)
    known = agent.likeness.Likeness(images[:100])
    scaled = (images[10:40] / 255.0 - 0.47) / np.array([0.2, 0.3, 0.25])[:, None, None]
    for own in (images[5:9], scaled, scaled[..., ::-1], images[:30].transpose(0, 2, 3, 1), images[:9].reshape(9, -1)):
        assert known.holds(own)
    blended = images[100:130] * 0.5 + images[130:160] * 0.5
    for other in (images[100:], rng.random((40, 3, 32, 32)), blended):
        assert not known.holds(other)
