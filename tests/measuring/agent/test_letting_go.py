"""A network that the student let go of is asked all the same, and a copy that judged the images speaks for it."""

import json
from pathlib import Path

import numpy as np
import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "letting_go.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def let_go(metered_once):
    run = metered_once(SCRIPT)
    assert run.code == 0, run.stderr
    return run


def test_the_copy_that_judged_the_images_is_asked_though_its_function_has_returned(let_go):
    first = json.loads((let_go.folder / "handed" / "predictions.json").read_text(encoding="utf-8"))[0]
    assert first["network"] == "Sequential#2"
    assert "copy" in first["note"]
    expected = np.load(let_go.folder / "expected.npy")
    np.testing.assert_allclose(np.load(let_go.folder / "handed" / first["file"]), expected, atol=1e-5)


def test_a_trial_does_not_count_when_only_an_average_of_the_last_network_judged_images(let_go):
    judged = let_go.judged("classifier")
    assert [net.name for net in judged.networks if net.counted] == ["Sequential#2"]
    assert judged.readings["classifier.steps"].value == 6
