"""Data sets are served wherever the student looks, FID calls are answered, and each repair is recorded."""

import hashlib
import json
import pickle
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from validator.measuring.meter import judge

SCRIPT = (Path(__file__).parent / "scripts" / "serving.py").read_text(encoding="utf-8")


def _cifar100(root):
    folder = root / "cifar-100-python"
    folder.mkdir()
    pixels = np.zeros((4, 3072), dtype=np.uint8)
    contents = {
        "train": {"data": pixels, "fine_labels": [0, 1, 2, 3]},
        "test": {"data": pixels[:2], "fine_labels": [0, 1]},
        "meta": {"fine_label_names": ["apple"]},
    }
    for name, content in contents.items():
        (folder / name).write_bytes(pickle.dumps(content))
    return {name: hashlib.md5((folder / name).read_bytes()).hexdigest() for name in contents}  # noqa: S324  torchvision's


def _cifar10(root):
    folder = root / "cifar-10-batches-py"
    folder.mkdir()
    pixels = np.zeros((2, 3072), dtype=np.uint8)
    contents = {f"data_batch_{number}": {"data": pixels, "labels": [0, 1]} for number in range(1, 6)}
    contents |= {"test_batch": {"data": pixels, "labels": [0, 1]}, "batches.meta": {"label_names": ["plane"]}}
    for name, content in contents.items():
        (folder / name).write_bytes(pickle.dumps(content))
    return {name: hashlib.md5((folder / name).read_bytes()).hexdigest() for name in contents}  # noqa: S324  torchvision's


@pytest.fixture(scope="module")
def served(metered_once, tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    np.save(data / "real_x.npy", np.ones(5))
    digests, small = _cifar100(data), _cifar10(data)
    return metered_once(
        SCRIPT,
        files={"train_x.npy": str(data / "real_x.npy")},
        cifar100={"root": str(data), "md5": digests},
        cifar10={"root": str(data), "md5": small},
    )


@pytest.fixture(scope="module")
def said(served):
    assert served.code == 0, served.stderr
    return json.loads(served.stderr[served.stderr.index("{") :])


def test_a_served_file_is_found_under_any_folder(said):
    assert (said["exists"], said["path"], said["other"]) == (True, True, False)
    assert (said["sum"], said["mapped"]) == (5.0, 5.0)


def test_a_file_of_the_student_is_left_alone(said):
    assert said["own"] == 0.0


def test_a_served_file_cannot_be_opened_for_writing(said):
    assert said["writes"] == "refused"


def test_cifar100_comes_from_the_served_folder_without_a_download(said):
    assert said["cifar"] == [4, 2, ["apple"], [4, 32, 32, 3]]


def test_cifar10_comes_from_the_served_folder_and_leaves_cifar100_its_own_way(said):
    assert said["cifar10"] == [10, 2, ["plane"], [10, 32, 32, 3]]
    assert said["cifar"][0] == 4
    assert said["batches"]


def test_each_redirection_is_a_fact_recorded_once(served):
    asked = [record["asked"] for record in served.of_kind("redirect")]
    assert sorted(asked) == sorted(
        [
            "/content/drive/train_x.npy",
            "data/train_x.npy",
            "train_x.npy",
            "/content/data/cifar-100-python",
            "data/cifar-100-python",
            "data/cifar-10-batches-py",
            "elsewhere/cifar-10-batches-py",
            "x/cifar-10-batches-py/data_batch_5",
        ]
    )


def test_fid_is_left_to_the_harness_and_its_images_are_kept(served, said):
    assert (said["fid"], said["pytorch_fid"]) == ("nan", "nan")
    kept = sorted(path.name for path in (served.folder / "handed" / "fid-1-1").iterdir())
    assert kept == ["000000.png", "000001.png", "000002.png"]
    folders = served.of_kind("fid_call")[0]["folders"]
    assert [(folder["kept"], folder["images"]) for folder in folders] == [("fid-1-1", 3), (None, 0)]
    assert len(served.of_kind("repair")) == 4


def test_cifar100_that_is_not_served_is_asked_for_where_the_student_keeps_it(monkeypatch):
    """Its class is made from CIFAR-10's, which alone is served here."""
    monkeypatch.syspath_prepend(str(Path(judge.__file__).parents[1] / "agent"))
    from validator_agent.datasets import _serve_cifar10  # type: ignore[import-not-found]

    class Small:
        base_folder, meta = "cifar-10-batches-py", {"filename": "batches.meta", "md5": ""}
        train_list, test_list = [["data_batch_1", "official"]], [["test_batch", "official"]]

        def __init__(self, root, train=True, download=False):
            self.asked = (root, train, download)

    class Large(Small):
        base_folder = "cifar-100-python"

    module = SimpleNamespace(CIFAR10=Small, CIFAR100=Large)
    md5 = {"data_batch_1": "one", "test_batch": "two", "batches.meta": "three"}
    told = []
    redirect = SimpleNamespace(tell=lambda asked, served: told.append((asked, served)))
    _serve_cifar10(module, {"root": "/served", "md5": md5}, redirect)
    assert Small("mine", False, download=True).asked == ("/served", False, False)
    assert Large("mine", train=False, download=True).asked == ("mine", False, True)
    assert told == [("mine/cifar-10-batches-py", "/served/cifar-10-batches-py")]
    assert (Small.train_list, Small.meta["md5"]) == ([["data_batch_1", "one"]], "three")
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)
