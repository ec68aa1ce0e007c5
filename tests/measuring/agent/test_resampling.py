"""Samples drawn again by the harness: repeatable or not, and the same or not when the data set is taken away."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "resampled.py").read_text(encoding="utf-8")


def cifar100(root, count=60):
    """A small data set of pictures: neighbouring pixels are alike."""
    rng = np.random.default_rng(5)
    folder = root / "cifar-100-python"
    folder.mkdir()
    for name in ("train", "test"):
        coarse = rng.integers(20, 230, (count, 3, 8, 8)).repeat(4, axis=2).repeat(4, axis=3)
        pixels = (coarse + rng.integers(-9, 10, (count, 3, 32, 32))).astype(np.uint8)
        (folder / name).write_bytes(pickle.dumps({"data": pixels.reshape(count, 3072), "fine_labels": [0] * count}))
    return {"root": str(root), "md5": {"train": "", "test": "", "meta": ""}}


@pytest.fixture(scope="module")
def said(metered_once, tmp_path_factory):
    run = metered_once(SCRIPT, cifar100=cifar100(tmp_path_factory.mktemp("data")))
    assert run.code == 0, run.stderr
    assert not run.of_kind("fault")
    return json.loads(run.stderr[run.stderr.index("{") :])


@pytest.mark.parametrize(
    "sampler", ["honest", "keeps_its_own_generator", "counts_and_deletes", "seeds_itself", "loads_its_parameters"]
)
def test_a_sampler_that_needs_no_data_gives_the_same_without_it(said, sampler):
    assert (said[sampler]["repeats"], said[sampler]["without_data"]) == (True, "same"), said[sampler]["why"]
    assert "images of the data set were overwritten" in said[sampler]["why"]


@pytest.mark.parametrize("sampler", ["adds_training_images", "reads_by_a_loader", "picks_a_mirrored_one"])
def test_a_sampler_that_uses_data_in_memory_differs_without_it(said, sampler):
    assert (said[sampler]["repeats"], said[sampler]["without_data"]) == (True, "differs"), said[sampler]["why"]


def test_a_sampler_that_reads_the_data_set_fails_without_it(said):
    found = said["reads_an_image_and_adds_noise"]
    assert found["without_data"] == "failed"
    assert "cifar-100-python/train" in found["why"]


def test_images_in_a_file_of_weights_are_data(said):
    found = said["loads_images_as_if_they_were_parameters"]
    assert found["without_data"] == "failed"
    assert "copied.pt" in found["why"]


def test_a_sampler_that_no_seed_repeats_is_not_compared(said):
    found = said["never_the_same"]
    assert (found["repeats"], found["without_data"]) == (False, None)
    assert "same seed" in found["why"]


def test_samples_that_no_seed_changes_are_said_to_be_fixed(said):
    assert (said["seeds_itself"]["fixed"], said["honest"]["fixed"]) == (True, False)


def test_the_same_sampler_is_asked_for_other_samples_than_before(said):
    assert (said["honest"]["images"], said["honest"]["sampler"]) == (20, "generate_samples")


def test_a_sampler_that_hangs_costs_its_time_and_no_more(said):
    assert (said["hangs"]["images"], said["hangs"]["without_data"]) == (0, None)
    assert "longer" in said["hangs"]["why"]
    assert "longer" in said["hung"]["why"]


def test_other_sizes_are_refused_in_words(said):
    assert "64 by 64" in said["too_large"]["why"]
    assert "nothing is resized" in said["too_large"]["why"]


def test_a_sampler_that_seeds_itself_is_asked_for_all_at_once(said):
    assert (said["in_batches"]["images"], said["in_batches"]["self_seeded"], said["distinct"]) == (30, True, 30)


def test_a_sampler_that_gives_another_count_is_asked_again(said):
    assert said["other_count"]["images"] == 30


def test_what_was_drawn_before_a_failure_is_kept_and_the_failure_told(said):
    assert said["failed_later"]["images"] == 20
    assert "out of memory" in said["failed_later"]["note"]


@pytest.fixture
def resampling(monkeypatch):
    """The agent's own module, with a data set that is known and nothing of it in memory."""
    from validator.measuring.agent.validator_agent import resampling

    monkeypatch.setattr(resampling.Running, "config", {"cifar100": {"root": "nowhere"}, "work": "."})
    monkeypatch.setattr(resampling.useless, "likeness_of", lambda served: object())
    monkeypatch.setattr(resampling.useless, "overwrite", lambda known: resampling.useless.Overwritten())
    monkeypatch.setattr(resampling.harmless, "split", lambda work, known: ((), ()))
    return resampling


@pytest.mark.parametrize("kind", ["fails", "differs", "is slow"])
def test_a_third_call_that_goes_wrong_where_nothing_was_taken_away_accuses_nobody(resampling, kind):
    first = np.zeros((4, 3, 32, 32), np.uint8)

    def check():
        if kind == "fails":
            raise RuntimeError("out of memory")
        if kind == "is slow":
            raise resampling.OutOfTime("it took longer than 600 s")
        return first + 99

    said = resampling._without_data(check, first, 0.0)
    assert said["without_data"] is None
    assert said["why"]
