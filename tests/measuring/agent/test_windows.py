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
