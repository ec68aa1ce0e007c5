"""Networks of JAX after the student's code: each style answers for the harness's images as its evaluation would."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.meter.jax.conftest import HERE, run_scripts

SCRIPTS = sorted(path for path in (HERE / "leaving").glob("*.py") if path.stem != "shown")
ANSWERING = [path.stem for path in SCRIPTS if path.stem not in {"gone", "two_generators"}]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # the first test runs all scripts


@pytest.fixture(scope="session")
def left(jax_python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("left")
    recorded = run_scripts(jax_python, SCRIPTS, folder)
    return lambda name: (recorded[name], folder / name)


def entries(folder: Path) -> list[dict]:
    return json.loads((folder / "predictions.json").read_text(encoding="utf-8"))


def networks(folder: Path) -> set[tuple]:
    said = json.loads((folder / "samples.json").read_text(encoding="utf-8"))
    return {(network["verdict"], network["network"]) for network in said["networks"]}


@pytest.mark.parametrize("script", ANSWERING)
def test_predictions_are_those_of_the_last_parameters_in_evaluation_mode(left, script):
    said, folder = left(script)
    assert said.code == 0, said.stderr[-3000:]
    labels, expected = np.load(folder / "labels.npy"), np.load(folder / "expected.npy")
    (entry,) = entries(folder)
    assert entry["file"], entry["note"]
    assert (expected.argmax(1) == labels).mean() > 0.75
    np.testing.assert_allclose(np.load(folder / entry["file"]), expected, atol=5e-3)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("linen_state", "one affine map for all channels, channels last"),
        ("linen_eager", "mean of the channels, flattened"),
        ("by_hand_eager", "one affine map for all channels, channels last, flattened"),
        ("equinox_mapped", "one affine map for all channels"),
        ("by_hand", "one affine map for all channels, channels last"),
    ],
)
def test_how_images_were_prepared_is_said(left, script, words):
    _, folder = left(script)
    assert entries(folder)[0]["preprocessing"] == words


@pytest.mark.parametrize("script", [path.stem for path in SCRIPTS])
def test_nothing_fails_and_torch_is_not_needed(left, script):
    said, _ = left(script)
    assert said.code == 0, said.stderr[-3000:]  # each script asserts that torch was not imported
    assert not said.of_kind("fault")
    assert said.records[-1]["kind"] == "bye"


def test_a_network_that_is_gone_is_said_to_be_gone(left):
    _, folder = left("gone")
    (entry,) = entries(folder)
    assert entry["file"] is None
    assert "no longer held" in entry["note"]


def test_samples_of_a_generator_that_was_never_trained_are_told_apart(left):
    _, folder = left("two_generators")
    assert networks(folder / "both") == {("trained", "Generator#1"), ("untrained", "Generator#1")}
    assert networks(folder / "one") == {("trained", "Generator#1")}


def test_a_key_among_the_names_follows_the_seed_of_the_harness(left):
    _, folder = left("two_generators")
    once, other, again = (np.load(folder / name / "samples.npy") for name in ("seed 3", "seed 4", "seed 3 again"))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)
