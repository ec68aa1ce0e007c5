"""What a student's own evaluation saw and got: each way to evaluate wrongly moves its own measure and no other."""

import json

import nbformat
import numpy as np
import pytest

from fixtures.data import write_addnist
from validator.evidence import Submission
from validator.measuring.datasets import addnist
from validator.measuring.metrics.signatures import image_signatures
from validator.measuring.probes import classifier_evaluations, classifier_passes, classifier_student
from validator.measuring.probes.classifier_passes import Pass
from validator.measuring.probes.task import Task
from validator.plan import Plan

TRAIN, VALID, TEST, BATCH = 120, 20, 70, 16


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A look-alike AddNIST in which one test image stands twice."""
    folder = tmp_path_factory.mktemp("data")
    write_addnist(folder, train=TRAIN, valid=VALID, test=TEST)
    images, labels = (np.load(folder / "AddNIST" / f"test_{name}.npy") for name in "xy")
    images[1], labels[1] = images[0], labels[0]
    np.save(folder / "AddNIST" / "test_x.npy", images)
    np.save(folder / "AddNIST" / "test_y.npy", labels)
    return folder


@pytest.fixture(scope="module")
def splits(data):
    return {split: addnist.load(data, split, lookalike=True) for split in ("train", "valid", "test")}


@pytest.fixture
def task(tmp_path, data):
    made = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(tmp_path),
        plan=Plan(roles=()),
        data=str(data),
        lookalike=True,
    )
    made.handed("classifier").mkdir(parents=True)
    return made


class Hands:
    """Writes what the agent would hand out."""

    def __init__(self, task):
        self.folder = task.handed("classifier")
        self.entries = []

    def judged(self, images, classes, *, sizes=None, training=False, **said):
        """Images in batches, with the classes that were answered."""
        count = len(images)
        sizes = sizes or [min(BATCH, count - first) for first in range(0, count, BATCH)]
        number = len(self.entries) + 1
        outputs = np.zeros((count, 20), np.float32)
        outputs[np.arange(count), classes] = 5
        np.save(self.folder / f"evaluation-{number}.npy", outputs)
        np.save(self.folder / f"evaluation-{number}-signatures.npy", image_signatures(images))
        np.save(self.folder / f"evaluation-{number}-batches.npy", np.array([[n, training, 1] for n in sizes], np.int32))
        entry = {
            "network": "Net#1",
            "module": "Net@1",
            "copy": False,
            "shape": list(images.shape[1:]),
            "after_update": 10,
            "updates_since": 0,
            "layers": {"train": ["Dropout"]} if training else {"eval": []},
            "file": f"evaluation-{number}.npy",
            "signatures": f"evaluation-{number}-signatures.npy",
            "batches_file": f"evaluation-{number}-batches.npy",
            "dropped": 0,
            "skipped": 0,
        }
        self.entries.append({**entry, **said})
        (self.folder / "evaluations.json").write_text(json.dumps(self.entries))
        return self


@pytest.fixture
def hands(task):
    return Hands(task)


def _answers(labels, right):
    """Classes of which this share is right, wrong ones last."""
    classes = np.array(labels)
    classes[round(right * len(classes)) :] += 1
    return classes % 20


def _found(task, harness=None):
    found = classifier_student.evaluated(task, network="Net#1", harness=harness)
    return {name: reading.value for name, reading in found.readings.items()}, {flag.kind for flag in found.flags}, found


def test_a_whole_evaluation_has_its_accuracy_and_no_flag(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images, _answers(test.labels, 0.8))
    values, flags, found = _found(task)
    assert values["student_test_accuracy"] == pytest.approx(0.8)
    assert (values["student_test_images"], values["student_test_batches"]) == (TEST, 5)
    assert flags == set()
    assert {reading.source for reading in found.readings.values() if reading.value is not None} == {"reported"}


def test_a_shuffled_and_rescaled_evaluation_is_the_same(task, hands, splits):
    test = splits["test"]
    order = np.random.default_rng(0).permutation(TEST)
    hands.judged((test.images[order] * 0.3 + 0.1), _answers(test.labels, 0.8)[order])
    values, flags, _ = _found(task)
    assert values["student_test_accuracy"] == pytest.approx(0.8)
    assert (values["student_test_images"], flags) == (TEST, set())


def test_a_dropped_last_batch_is_counted_and_named(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images[:64], _answers(test.labels[:64], 0.75))
    values, flags, found = _found(task)
    assert (values["student_test_images"], flags) == (64, {"test-images-left-out"})
    assert "6 left out" in found.flags[0].detail
    assert "drop_last" in found.flags[0].detail


def test_an_evaluation_of_the_first_batch_only_is_no_dropped_last_batch(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images[:BATCH], _answers(test.labels[:BATCH], 0.75))
    values, flags, found = _found(task)
    assert (values["student_test_images"], flags) == (BATCH, {"test-images-left-out"})
    assert "drop_last" not in found.flags[0].detail
    assert values["student_test_accuracy_batch_sd"] is None


def test_several_batches_of_many_are_no_dropped_last_batch_either(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images[: 2 * BATCH], _answers(test.labels[: 2 * BATCH], 0.75))
    _, flags, found = _found(task)
    assert flags == {"test-images-left-out"}
    assert found.flags[0].detail.endswith("38 left out, in 2 batches")


@pytest.mark.parametrize(("said", "words"), [({"skipped": 3}, "3 calls"), ({"dropped": 22}, "22 were too many")])
def test_images_that_the_agent_missed_are_not_called_left_out(task, hands, splits, said, words):
    test = splits["test"]
    hands.judged(test.images[:48], np.array(test.labels)[:48], **said)
    values, flags, found = _found(task)
    assert (values["student_test_images"], flags) == (48, {"evaluation-seen-in-part"})
    assert words in found.flags[0].detail


def test_images_fed_in_another_way_are_not_called_left_out(task, hands, splits):
    test = splits["test"]
    images = test.images.copy()
    images[40:] = np.random.default_rng(0).normal(size=images[40:].shape)
    hands.judged(images, np.array(test.labels))
    assert _found(task)[1] == {"evaluation-seen-in-part"}


def test_training_mode_is_flagged_where_a_layer_answers_otherwise(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images, _answers(test.labels, 0.8), training=True)
    values, flags, _ = _found(task)
    assert (values["student_test_images"], flags) == (TEST, {"evaluated-in-train-mode"})


def test_training_mode_is_nothing_where_no_layer_answers_otherwise(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images, _answers(test.labels, 0.8), training=True, layers={"train": []})
    assert _found(task)[1] == set()


def test_images_seen_twice_are_counted_once(task, hands, splits):
    test = splits["test"]
    order = [*range(TEST), *range(10)]
    hands.judged(test.images[order], _answers(test.labels, 0.8)[order], sizes=[80])
    values, flags, _ = _found(task)
    assert (values["student_test_images"], flags) == (TEST, {"test-images-repeated"})


def test_two_whole_evaluations_in_one_state_are_two_passes_and_no_repetition(task, hands, splits):
    test = splits["test"]
    twice = np.concatenate([test.images, test.images])
    answers = np.concatenate([_answers(test.labels, 0.2), _answers(test.labels, 0.8)])
    sizes = [16, 16, 16, 16, 6] * 2
    hands.judged(twice, answers, sizes=sizes)
    values, flags, _ = _found(task)
    assert values["student_test_accuracy"] == pytest.approx(0.8)
    assert (values["student_test_images"], flags) == (TEST, set())


def test_a_few_images_looked_at_afterwards_are_not_the_evaluation(task, hands, splits):
    test = splits["test"]
    images, labels = np.concatenate([test.images, test.images[:8]]), np.concatenate([test.labels, test.labels[:8]])
    hands.judged(images, _answers(labels, 1.0), sizes=[16, 16, 16, 16, 6, 8])
    values, flags, _ = _found(task)
    assert (values["student_test_images"], flags) == (TEST, set())


def test_training_images_called_test_are_no_test_images(task, hands, splits):
    train = splits["train"]
    hands.judged(train.images[:TEST], _answers(train.labels[:TEST], 0.9))
    values, flags, _ = _found(task)
    assert (values["student_test_accuracy"], values["student_test_images"]) == (None, 0)
    assert values["student_train_accuracy"] == pytest.approx(0.9)
    assert (values["student_train_images"], flags) == (TEST, {"evaluated-without-test-images"})


def test_train_and_test_of_one_state_are_told_apart(task, hands, splits):
    images = np.concatenate([splits["train"].images, splits["valid"].images, splits["test"].images])
    answers = [_answers(splits[name].labels, right) for name, right in (("train", 0.9), ("valid", 0.1), ("test", 0.8))]
    hands.judged(images, np.concatenate(answers))
    values, flags, _ = _found(task)
    assert values["student_train_accuracy"] == pytest.approx(0.9)
    assert values["student_test_accuracy"] == pytest.approx(0.8)
    assert (values["student_train_images"], values["student_test_images"], flags) == (TRAIN, TEST, set())


def test_noise_is_not_recognised_and_nothing_is_claimed_of_it(task, hands):
    noise = np.random.default_rng(0).normal(size=(50, 3, 28, 28)).astype(np.float32)
    hands.judged(noise, np.zeros(50, int))
    values, flags, found = _found(task)
    assert set(values.values()) <= {None, 0}
    assert values["student_test_images"] is None
    assert flags == {"evaluation-unrecognised"}
    assert "50 images" in found.readings["student_test_accuracy"].why


def test_another_network_that_judged_the_test_images_is_told(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images, _answers(test.labels, 0.8), network="Draft#1")
    values, flags, found = _found(task)
    assert (values["student_test_accuracy"], flags) == (None, {"evaluated-elsewhere"})
    assert "Draft#1" in found.flags[0].detail


def test_updates_after_the_last_evaluation_are_told(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images, _answers(test.labels, 0.8), updates_since=3)
    values, flags, _ = _found(task)
    assert (values["student_test_images"], flags) == (TEST, {"evaluated-before-last-update"})


def test_answers_that_are_not_the_harness_own_are_told_with_both_accuracies(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images, np.array(test.labels))
    honest = np.concatenate([splits["train"].labels, _answers(test.labels, 0.5)])
    _, flags, found = _found(task, harness=honest)
    assert flags == {"evaluations-disagree"}
    assert "1.0000 as the student did it, 0.5000 as the harness does it" in found.flags[0].detail
    same = np.concatenate([splits["train"].labels, test.labels])
    assert _found(task, harness=same)[1] == set()


def test_deviations_are_over_batches_evaluations_and_networks(task, hands, splits):
    test = splits["test"]
    for update, right in enumerate((0.5, 0.8), start=1):
        hands.judged(
            test.images, _answers(test.labels, right), after_update=update, updates_since=2 - update, sizes=[35, 35]
        )
    hands.judged(test.images, _answers(test.labels, 0.6), network="Other#1", sizes=[35, 35])
    values, flags, found = _found(task)
    assert values["student_test_accuracy"] == pytest.approx(0.8)
    assert values["student_test_accuracy_batch_sd"] == pytest.approx(0.2)
    assert values["student_test_accuracy_epoch_sd"] == pytest.approx(0.15)
    assert values["student_test_accuracy_network_sd"] == pytest.approx(0.1)
    assert (flags, [spread.over for spread in found.spreads]) == (set(), ["batches", "evaluations", "networks"])


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("test accuracy: 0.800 +- 0.200", "over the batches of its last evaluation"),
        ("test accuracy: 0.800 +- 0.150", "over its evaluations in the run"),
        ("test accuracy: 0.800 +- 0.055", "over neither"),
    ],
)
def test_a_printed_deviation_is_told_with_what_it_was_taken_over(task, hands, splits, printed, words):
    test = splits["test"]
    for update, right in enumerate((0.5, 0.8), start=1):
        hands.judged(test.images, _answers(test.labels, right), updates_since=2 - update, sizes=[35, 35])
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed + "\n")]
    cells = [nbformat.v4.new_code_cell("print(said)", outputs=outputs)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), task.run_folder("classifier") / "executed.ipynb")
    (flag,) = _found(task)[2].flags
    assert flag.kind == "quoted-spread"
    assert words in flag.detail


def test_without_an_evaluation_there_is_a_reason(task):
    values, flags, found = _found(task)
    assert (set(values.values()), flags) == ({None}, set())
    assert "no call of a PyTorch module was seen" in found.readings["student_test_images"].why


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../secret/order.npy"},
        {"file": 3},
        {"file": "\ud800"},
        {"batches_file": None},
        {"signatures": "evaluation-1.npy"},
        {"shape": [3, "28", 28]},
        {"shape": {"a": 1}},
        {"layers": "x", "file": "evaluation-1-batches.npy"},
    ],
)
def test_hostile_entries_are_one_reason(task, hands, splits, change):
    test = splits["test"]
    hands.judged(test.images, np.array(test.labels), **change)
    values, flags, _ = _found(task)
    assert (set(values.values()), flags) == ({None}, set())


def test_many_entries_that_name_the_same_large_files_are_refused_before_they_fill_the_memory(
    task, hands, splits, monkeypatch
):
    test = splits["test"]
    monkeypatch.setattr(classifier_evaluations, "MOST_BYTES", 80 * TEST + 200)
    hands.judged(test.images, np.array(test.labels))
    assert _found(task)[0]["student_test_images"] == TEST
    hands.judged(test.images, np.array(test.labels))
    values, _, found = _found(task)
    assert set(values.values()) == {None}
    assert "at most so much is read" in found.readings["student_test_images"].why


def test_one_image_judged_again_and_again_is_not_looked_at_for_hours(task, hands, splits, monkeypatch):
    test, made = splits["test"], []
    monkeypatch.setattr(classifier_passes, "MOST_PASSES", 3)
    monkeypatch.setattr(classifier_passes, "Pass", lambda **of: made.append(1) or Pass(**of))
    hands.judged(test.images[[0] * 40], np.array(test.labels)[[0] * 40], sizes=[1] * 40)
    assert _found(task)[0]["student_test_images"] > 0
    assert len(made) == 3


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[1, null]", '{"evaluations": 3}', "[]"])
def test_hostile_files_are_one_reason(task, text):
    (task.handed("classifier") / "evaluations.json").write_text(text)
    values, flags, found = _found(task)
    assert (set(values.values()), flags) == ({None}, set())
    assert all(reading.why for reading in found.readings.values())


def test_numbers_that_no_evaluation_has_are_counted_as_unknown(task, hands, splits):
    test = splits["test"]
    hands.judged(test.images, np.array(test.labels), updates_since=-4, after_update="x", dropped=True)
    values, flags, _ = _found(task)
    assert (values["student_test_images"], flags) == (TEST, set())
