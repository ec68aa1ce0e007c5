"""Pictures and images given to FID libraries are kept as they were, and nothing that the notebook sees changes."""

import json
from pathlib import Path

import numpy as np
import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "pictured.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def run(metered_once):
    done = metered_once(SCRIPT)
    assert done.code == 0, done.stderr
    assert not done.of_kind("fault")
    return done


@pytest.fixture(scope="module")
def said(run):
    return json.loads(run.stderr[run.stderr.index('{"grid"') :])


@pytest.fixture(scope="module")
def pictures(run):
    return json.loads((run.folder / "handed" / "pictures.json").read_text())


@pytest.fixture(scope="module")
def calls(run):
    return [record for record in run.of_kind("fid_call") if record["folders"][0]["asked"] != "written"]


def test_nothing_of_what_is_shown_changes(said):
    assert (said["grid"], said["own_size"]) == ([3, 274, 274], [138, 138])
    assert (said["unchanged"], said["shown"]) == (True, "AxesImage")


def test_batches_are_kept_as_they_were_before_they_became_a_grid(run, pictures):
    grid, saved = pictures[:2]
    assert (grid["call"], grid["rows"], grid["columns"], grid["images"]) == ("make_grid", 8, 8, 64)
    assert (saved["call"], saved["rows"], saved["columns"], saved["images"]) == ("save_image", 4, 4, 16)
    assert grid["mapping"] == "[-1, 1] to [0, 255]"
    assert [network["verdict"] for network in grid["networks"]] == ["trained"]
    first, second = (np.load(run.folder / "handed" / entry["file"]).astype(int) for entry in (grid, saved))
    assert first.shape == (64, 3, 32, 32)
    assert np.abs(first[:16] - second).max() <= 1


def test_single_pictures_of_one_figure_are_one_batch(run, pictures):
    ours, plain = (next(each for each in pictures if each["images"] == images) for images in (10, 6))
    assert [(each["call"], each["rows"], each["columns"], each["images"]) for each in (ours, plain)] == [
        ("imshow", 2, 5, 10),
        ("imshow", 1, 6, 6),
    ]
    kept = np.load(run.folder / "handed" / plain["file"])
    assert kept[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4, 5]


def test_a_grid_made_by_hand_is_cut_and_one_of_torchvision_is_not_kept_twice(run, pictures):
    found = [(each["call"], each["rows"], each["columns"], each["images"]) for each in pictures]
    assert ("make_grid", 4, 4, 15) in found
    assert ("imshow", 4, 5, 20) in found
    assert len(found) == 6
    own = pictures[found.index(("imshow", 4, 5, 20))]
    whole, cut = (np.load(run.folder / "handed" / each["file"]).astype(int) for each in (pictures[0], own))
    assert np.abs(cut - whole[:20]).max() <= 1


def test_of_images_written_one_by_one_the_range_before_is_known(run):
    (entry,) = json.loads((run.folder / "handed" / "written.json").read_text())
    assert (Path(entry["folder"]).name, entry["images"], entry["files"]) == ("written", 8, 8)
    assert entry["low"] < -0.9
    assert 0.4 < entry["outside_share"] < 0.6


def test_what_metrics_are_fed_as_generated_is_kept_and_the_answer_is_no_number(run, said, calls):
    assert said["torchmetrics"] == "tensor(nan)"
    assert said["kid"] == ["tensor(nan)", "tensor(nan)"]
    fed = [(call["library"], call["folders"][0]["images"], call["folders"][0].get("mapping")) for call in calls[:2]]
    assert fed == [("torchmetrics", 64, "[0, 1] to [0, 255]"), ("torchmetrics", 64, "uint8 as returned")]
    assert [call["folders"][0]["kept"] for call in calls[:2]] == ["fid-1-1.u8", "fid-2-1.u8"]


def test_a_stream_holds_every_image_in_the_order_it_was_fed(run, calls):
    (call,) = [call for call in calls if call["library"] == "torcheval"]
    held = (run.folder / "handed" / call["folders"][0]["kept"]).read_bytes()
    fed = np.load(run.folder / "handed" / "pictures-1.npy").astype(int)
    assert np.abs(np.frombuffer(held, np.uint8).reshape(-1, 3, 32, 32).astype(int) - fed).max() <= 1
    drawn = next(call["folders"][1] for call in calls if call["folders"][-1]["asked"] == "input1")
    held = (run.folder / "handed" / drawn["kept"]).read_bytes()
    assert np.frombuffer(held, np.uint8).reshape(70, 3072)[:, 0].tolist() == list(range(70))


def test_what_is_not_there_of_a_library_is_missing_as_before(said):
    assert said["accuracy"] == "No module named 'torchmetrics'"


def test_a_data_set_and_a_model_given_to_torch_fidelity_are_drawn_from(run, said, calls):
    assert sorted(said["fidelity"]) == [
        "frechet_inception_distance",
        "kernel_inception_distance_mean",
        "kernel_inception_distance_std",
    ]
    found = [[folder["images"] for folder in call["folders"]] for call in calls if call["library"] == "torch-fidelity"]
    assert found == [[0, 70], [0, 80]]


def test_a_generator_function_given_to_clean_fid_is_drawn_from(run, said):
    """Beside the folder that statistics were made of under the name of the data set."""
    (call,) = [call for call in run.of_kind("fid_call") if call["folders"][-1]["asked"] == "gen"]
    assert [(folder["asked"], folder["images"]) for folder in call["folders"]] == [("written", 8), ("gen", 90)]
    assert said["cleanfid"] == "nan"


def test_images_of_another_size_are_refused_in_words(calls):
    (call,) = [call for call in calls if "299 by 299" in call["folders"][0].get("why", "")]
    assert (call["folders"][0]["images"], call["folders"][0]["kept"]) == (0, None)


def test_the_last_calls_are_kept_and_not_the_first(run):
    kept = {int(path.name.split("-")[1]) for path in (run.folder / "handed").glob("fid-*")}
    last = max(record["call"] for record in run.of_kind("fid_call"))
    assert last in kept
    assert min(kept) > last - 8
