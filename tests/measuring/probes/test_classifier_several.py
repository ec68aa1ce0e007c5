"""Several classifiers of one hand-in: each is scored under its name, from one run or from two; doubts are said."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from fixtures.data import write_cifar10
from tests.measuring.meter.told import bye, framework, hello, trained
from validator.evidence import Submission
from validator.measuring.datasets import cifar10
from validator.measuring.probes import classifier
from validator.measuring.probes.task import Task
from validator.plan import Plan

TRAIN, TEST = 60, 40
SMALL, LARGE = {"elements": 100, "signature": "small"}, {"elements": 140, "signature": "large"}


@pytest.fixture
def task(tmp_path):
    write_cifar10(tmp_path / "data", train=TRAIN, test=TEST)
    return Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(tmp_path / "home"),
        plan=Plan(roles=(), classifier_data="cifar10", classifier_names=("plain", "se")),
        data=str(tmp_path / "data"),
        lookalike=True,
    )


class Handed:
    """What one run handed out: networks in the order they were used, with how many test images each gets wrong."""

    def __init__(self, task, run="classifier"):
        self.task, self.run = task, run
        self.order = np.random.default_rng(len(run)).permutation(TRAIN + TEST)
        self.entries, self.records = [], [hello(), framework()]
        labels = [cifar10.load(Path(task.data), split, lookalike=True).labels for split in ("train", "test")]
        self.truth = np.concatenate(labels)
        secret = task.run_folder(run) / "secret"
        secret.mkdir(parents=True)
        np.save(secret / "order.npy", self.order)
        task.handed(run).mkdir()

    def network(self, name, *, wrong, steps=40, outputs=10, **more):
        number = len(self.entries) + 1
        predicted = self.truth.copy()
        predicted[TRAIN : TRAIN + wrong] = (predicted[TRAIN : TRAIN + wrong] + 1) % 10
        logits = np.zeros((len(self.order), outputs), np.float32)
        logits[np.arange(len(self.order)), predicted] = 5
        file = f"predictions-{number}.npy"
        np.save(self.task.handed(self.run) / file, logits[self.order])
        self.entries.append({"file": file, "network": name, "preprocessing": "as they are", "note": ""})
        self.records += trained(number, name, began=10 * number, ended=10 * number + 5, updates=steps, **more)
        return self

    def done(self):
        folder = self.task.run_folder(self.run)
        (folder / "handed" / "predictions.json").write_text(json.dumps(self.entries))
        lines = [json.dumps(record) for record in [*self.records, bye()]]
        (folder / "records.jsonl").write_text("\n".join(lines))


def scored(task, *runs):
    return {metrics.about: metrics for metrics in classifier.scores(task, runs or ("classifier",))}


def value(metrics, name):
    return metrics.readings[f"{metrics.about}.{name}"].value


def test_each_network_is_scored_under_its_name_the_smaller_one_first(task):
    Handed(task).network("Squeezed#1", wrong=4, **LARGE).network("Plain#1", wrong=10, **SMALL).done()
    found = scored(task)
    assert list(found) == ["plain", "se"]
    plain, se = found["plain"], found["se"]
    assert [(one.network, one.run) for one in (plain, se)] == [("Plain#1", "classifier"), ("Squeezed#1", "classifier")]
    assert [value(one, "test_accuracy") for one in (plain, se)] == [0.75, 0.9]
    assert value(plain, "test_accuracy_low") < 0.75 < value(plain, "test_accuracy_high")
    assert [value(one, "parameters") for one in (plain, se)] == [100, 140]
    assert (value(se, "steps"), value(se, "gradient_computations"), value(se, "trainings")) == (40, 40, 1)
    assert plain.lookalike
    assert "look-alike CIFAR-10: 60 train and 40 test images" in plain.protocol


def test_pictures_of_each_have_names_and_files_of_their_own(task):
    Handed(task).network("Squeezed#1", wrong=4, **LARGE).network("Plain#1", wrong=10, **SMALL).done()
    pictures = [picture for metrics in scored(task).values() for picture in metrics.pictures]
    assert [picture.name for picture in pictures] == [
        "confusion-plain", "reliability-plain", "losses-plain", "confusion-se", "reliability-se", "losses-se",
    ]  # fmt: skip
    assert len({picture.path for picture in pictures}) == 6
    assert all((task.run_folder("classifier").parent / picture.path).is_file() for picture in pictures)
    assert "10 classes, network se" in pictures[3].caption


def test_the_gain_is_of_the_same_images_in_pairs(task):
    Handed(task).network("Squeezed#1", wrong=4, **LARGE).network("Plain#1", wrong=10, **SMALL).done()
    se = scored(task)["se"]
    # Six of forty images are right in the larger one alone.
    assert value(se, "test_accuracy_gain") == pytest.approx(0.15)
    assert value(se, "test_accuracy_gain_se") == pytest.approx(np.sqrt(0.15 * 0.85 / TEST))
    assert value(scored(task)["plain"], "test_accuracy_gain") is None


def test_each_network_may_come_from_a_run_of_its_own(task):
    Handed(task).network("Net#1", wrong=4, **LARGE).done()
    Handed(task, "classifier-2").network("Net#1", wrong=10, **SMALL).done()
    found = scored(task, "classifier", "classifier-2")
    assert [(found[name].network, found[name].run) for name in ("plain", "se")] == [
        ("Net#1", "classifier-2"), ("Net#1", "classifier"),
    ]  # fmt: skip
    assert [value(found[name], "test_accuracy") for name in ("plain", "se")] == [0.75, 0.9]


def test_what_lies_in_the_folder_of_a_run_that_is_not_asked_for_is_not_scored(task):
    Handed(task).network("Net#1", wrong=4, **LARGE).done()
    Handed(task, "classifier-2").network("Net#1", wrong=10, **SMALL).done()
    assert scored(task, "classifier")["plain"].network == ""


def test_of_one_design_the_training_used_last_is_scored_and_the_others_give_the_spread(task):
    handed = Handed(task).network("Plain#3", wrong=8, **SMALL).network("Squeezed#1", wrong=4, **LARGE)
    handed.network("Plain#2", wrong=12, **SMALL).network("Plain#1", wrong=10, **SMALL).done()
    plain = scored(task)["plain"]
    assert (plain.network, value(plain, "test_accuracy"), value(plain, "trainings")) == ("Plain#3", 0.8, 3)
    assert value(plain, "trainings_test_accuracy") == pytest.approx(0.75)
    assert value(plain, "trainings_test_accuracy_sd") == pytest.approx(0.05)


def test_one_design_alone_leaves_both_names_missing_and_says_what_was_seen(task):
    Handed(task).network("Plain#2", wrong=8, **SMALL).network("Plain#1", wrong=9, **SMALL).done()
    for metrics in scored(task).values():
        assert metrics.network == ""
        assert {reading.value for reading in metrics.readings.values()} == {None}
        why = metrics.readings[f"{metrics.about}.test_accuracy"].why
        assert "2 networks of different designs were looked for, 1 could be scored" in why
        assert "Plain#2 (100 parameters)" in why
        assert "0.8" not in why  # a student may read it
    (flag,) = scored(task)["plain"].flags
    assert (flag.kind, "Plain#2 (100 parameters), test accuracy 0.8000" in flag.detail) == ("unnamed-classifier", True)


def test_designs_beyond_those_named_are_told(task):
    handed = Handed(task).network("Squeezed#1", wrong=4, **LARGE).network("Plain#1", wrong=10, **SMALL)
    handed.network("Tiny#1", wrong=30, elements=5, signature="tiny").done()
    found = scored(task)
    (flag,) = [flag for flag in found["plain"].flags if flag.kind == "further-classifiers"]
    assert "Tiny#1 (5 parameters" in flag.detail
    assert found["plain"].network == "Plain#1"


def test_two_designs_of_one_size_are_named_and_doubted(task):
    other = {**SMALL, "signature": "other"}
    Handed(task).network("One#1", wrong=4, **SMALL).network("Other#1", wrong=10, **other).done()
    flags = [flag.kind for metrics in scored(task).values() for flag in metrics.flags]
    assert "networks-not-told-apart" in flags


def test_a_network_of_other_outputs_is_no_classifier_here(task):
    handed = Handed(task).network("Features#1", wrong=0, outputs=64, elements=9, signature="features")
    handed.network("Squeezed#1", wrong=4, **LARGE).network("Plain#1", wrong=10, **SMALL).done()
    found = scored(task)
    assert (found["plain"].network, found["se"].network) == ("Plain#1", "Squeezed#1")
    (flag,) = [flag for flag in found["plain"].flags if flag.kind == "unscored-predictions"]
    assert "64 outputs an image, CIFAR-10 has 10 classes" in flag.detail


def test_a_run_that_handed_out_nothing_says_why_for_each_name(task):
    found = scored(task)
    assert set(found) == {"plain", "se"}
    assert "the run handed out no predictions" in found["se"].readings["se.test_loss"].why


def test_without_data_every_reading_says_so(task):
    bare = dataclasses.replace(task, data=None)
    for metrics in classifier.scores(bare, ("classifier",)):
        assert "CIFAR-10: data_batch_1" in metrics.readings[f"{metrics.about}.test_accuracy"].why
