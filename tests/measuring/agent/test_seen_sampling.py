"""Samplers found by what the run did: a GAN's latents, a VAE's decoder, a diffusion's function; and interpolations."""

import json
from pathlib import Path

import numpy as np
import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "seen_sampling.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def run(metered_once):
    done = metered_once(SCRIPT)
    assert done.code == 0, done.stderr
    assert not done.of_kind("fault")
    return done


@pytest.fixture(scope="module")
def said(run):
    return json.loads(run.stderr[run.stderr.index("{") :])


@pytest.mark.parametrize(
    ("model", "sampler"),
    [
        ("show_gan", "Gan on standard normal noise (16,)"),
        ("show_vae", "Vae.decode on standard normal noise (6,)"),
        ("show_diffusion", "sample, asked for a number"),
    ],
)
def test_what_made_images_is_asked_for_more(said, model, sampler):
    found = said[model]["drawn"]
    assert (found["source"], found["images"]) == (f"drawn by the harness: {sampler}", 20)
    assert [network["verdict"] for network in found["networks"] if network["images"] >= 20][:1] == ["trained"]
    assert said[model]["resamples"]["sampler"] == sampler
    assert (said[model]["resamples"]["images"], said[model]["resamples"]["repeats"]) == (12, True)
    assert said[model]["modes_kept"]


def test_a_network_that_was_never_trained_is_not_asked(said):
    found = said["show_untrained"]
    assert found["drawn"]["source"] is None
    assert "no trained network" in found["drawn"]["why"]
    assert found["resamples"]["images"] == 0


@pytest.mark.parametrize("model", ["show_gan", "show_vae"])
def test_latents_are_interpolated_in_small_steps_between_different_ends(said, model):
    found = said[model]
    assert found["strips"] == [4, 5, 3, 32, 32]
    assert "great-circle ways between standard normal noise" in found["interpolations"]["source"]
    assert found["largest_step"] < found["ends_apart"] / 2


def test_a_sampler_that_is_given_no_noise_is_not_interpolated(said):
    found = said["show_diffusion"]
    assert found["interpolations"]["source"] is None
    assert "noise it is given" in found["interpolations"]["why"]


def test_the_notebooks_own_interpolations_come_first_and_only_in_the_shape_asked_for(run, said):
    assert (said["convention"]["source"], said["convention"]["pairs"]) == ("function generate_interpolations", 3)
    assert np.load(run.folder / "handed" / "interpolations.npy").shape == (3, 4, 3, 32, 32)
    assert "(3, 5, 3, 32, 32)" in said["wrong_convention"]["why"]
