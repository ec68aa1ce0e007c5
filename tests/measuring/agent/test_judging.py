"""From a student's evaluation to its readings: the agent inside, the scoring outside, and the two side by side."""

from pathlib import Path

import numpy as np
import pytest

from fixtures.data import write_addnist
from validator.evidence import Submission
from validator.measuring.probes import classifier
from validator.measuring.probes.classifier_evaluations import evaluations
from validator.measuring.probes.task import Task
from validator.plan import Plan

from .conftest import run_metered

SCRIPT = (Path(__file__).parent / "scripts" / "judging.py").read_text(encoding="utf-8")
TRAIN, TEST = 60, 50


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The task of the run, what the script itself said, and the metrics."""
    home = tmp_path_factory.mktemp("home")
    folder = home / "run" / "classifier"
    (folder / "secret").mkdir(parents=True)
    write_addnist(folder / "data", train=TRAIN, valid=20, test=TEST)
    images = np.concatenate([np.load(folder / "data" / "AddNIST" / f"{split}_x.npy") for split in ("train", "test")])
    order = np.random.default_rng(0).permutation(len(images))
    np.save(folder / "images.npy", images[order])
    np.save(folder / "secret" / "order.npy", order)
    run = run_metered(SCRIPT, folder)
    assert run.code == 0, run.stderr
    assert run.of_kind("fault") == []
    task = Task(
        submission=Submission(id="a", sha256="0" * 64, source="a"),
        given="a.zip",
        home=str(home),
        plan=Plan(roles=()),
        data=str(folder / "data"),
        lookalike=True,
    )
    return task, np.load(folder / "said.npy"), classifier.score(task)


def _value(metrics, name):
    return metrics.readings[f"classifier.{name}"].value


def test_a_head_on_a_frozen_encoder_is_asked_as_one_network(judged):
    _, said, metrics = judged
    assert _value(metrics, "train_accuracy") == pytest.approx(said[-2])
    assert "what Encoder makes of the images goes into it" in metrics.source
    assert "one affine map for each channel, padded with zeros" in metrics.source


def test_its_own_evaluation_is_scored_with_the_official_labels(judged):
    _, said, metrics = judged
    assert _value(metrics, "student_train_accuracy") == pytest.approx(said[-2])
    assert _value(metrics, "student_test_accuracy") == pytest.approx(said[-1])
    assert (_value(metrics, "student_test_images"), _value(metrics, "student_test_batches")) == (40, 2)
    assert [flag.kind for flag in metrics.flags] == ["test-images-left-out"]


def test_an_evaluation_in_training_mode_with_gradients_on_was_seen(judged):
    task, *_ = judged
    (draft,) = [one for one in evaluations(task) if one.network == "Draft#1"]
    assert draft.noisy_layers == ("BatchNorm1d",)
    assert draft.batches.tolist() == [[20, 1, 1], [20, 1, 1], [10, 1, 1]]
