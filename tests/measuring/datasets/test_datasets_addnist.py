"""AddNIST files are found, called by what they are, and refused when they are not what they should be."""

import numpy as np
import pytest

from validator.measuring import datasets
from validator.measuring.datasets import DataError, addnist


def _write(folder, *, split="train", count=6, images=None, labels=None):
    folder.mkdir(parents=True, exist_ok=True)
    if images is None:
        images = np.full((count, 3, 28, 28), addnist.LOWEST, dtype=np.float32)
        images[:, :, 10:20, 10:20] = addnist.HIGHEST
    if labels is None:
        labels = np.arange(count, dtype=np.int64) % 20
    np.save(folder / f"{split}_x.npy", images)
    np.save(folder / f"{split}_y.npy", labels)


def _whole(data):
    for split in ("train", "valid", "test"):
        _write(data / "AddNIST", split=split)
    return data


def test_without_a_folder_every_file_is_missing():
    found = addnist.inventory(None)
    assert found.status == "missing"
    assert len(found.missing) == 6
    assert "--data" in found.folder


@pytest.mark.parametrize("place", ["AddNIST", "addnist", "."])
def test_the_files_are_found_in_each_usual_place(tmp_path, place):
    _write(tmp_path / place)
    assert addnist.folder(tmp_path).resolve() == (tmp_path / place).resolve()


def test_a_missing_file_makes_the_set_incomplete_and_is_named(tmp_path):
    _whole(tmp_path)
    (tmp_path / "AddNIST" / "valid_y.npy").unlink()
    found = addnist.inventory(tmp_path)
    assert found.status == "incomplete"
    with pytest.raises(DataError, match=r"valid_y\.npy not found; put it in .*AddNIST"):
        addnist.load(tmp_path, "train", lookalike=True)


def test_other_files_are_lookalikes_and_need_permission(tmp_path):
    assert addnist.inventory(_whole(tmp_path)).status == "look-alike"
    with pytest.raises(DataError, match="--allow-lookalike-data"):
        addnist.load(tmp_path, "train")


def test_a_permitted_lookalike_is_mapped_read_only(tmp_path):
    split = addnist.load(_whole(tmp_path), "test", lookalike=True)
    assert split.images.shape == (6, 3, 28, 28)
    assert split.images.dtype == np.float32
    assert split.labels.dtype == np.int64
    assert not split.images.flags.writeable


def test_a_file_with_the_official_size_and_digest_is_official(tmp_path, monkeypatch):
    _whole(tmp_path)
    path = tmp_path / "AddNIST" / "test_y.npy"
    digest = datasets.digests.file_digest(path)
    monkeypatch.setitem(addnist.OFFICIAL, "test_y.npy", (path.stat().st_size, digest[:8]))
    states = {file.name: file.state for file in addnist.inventory(tmp_path).files}
    assert states["test_y.npy"] == "official"
    assert states["test_x.npy"] == "look-alike"


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((4, 3, 28, 28), np.float64), None, "dtype float64"),
        (np.zeros((4, 28, 28, 3), np.float32), None, "shape"),
        (np.linspace(0, 255, 4 * 3 * 784, dtype=np.float32).reshape(4, 3, 28, 28), None, "already normalised"),
        (np.linspace(0, 1, 4 * 3 * 784, dtype=np.float32).reshape(4, 3, 28, 28), None, "already normalised"),
        (np.full((4, 3, 28, 28), np.nan, np.float32), None, "NaN"),
        (None, np.array([0, 1, 2, 3, 4, 20], np.int64), r"labels 0\.\.20"),
        (None, np.zeros(5, np.int64), "6 images, train_y.npy 5 labels"),
        (None, np.zeros(6, np.int32), "dtype int32"),
    ],
)
def test_a_file_that_is_not_addnist_is_refused(tmp_path, images, labels, words):
    _whole(tmp_path)
    _write(tmp_path / "AddNIST", images=images, labels=labels if images is None else np.zeros(4, np.int64))
    with pytest.raises(DataError, match=words):
        addnist.load(tmp_path, "train", lookalike=True)


def test_a_truncated_file_is_refused_before_it_is_mapped(tmp_path):
    _whole(tmp_path)
    path = tmp_path / "AddNIST" / "train_x.npy"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError, match="copy it again"):
        addnist.load(tmp_path, "train", lookalike=True)


def test_pickled_objects_in_an_array_are_never_loaded(tmp_path):
    _whole(tmp_path)
    np.save(tmp_path / "AddNIST" / "train_y.npy", np.array([{}] * 6, dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="dtype object"):
        addnist.load(tmp_path, "train", lookalike=True)


def test_a_whole_data_set_is_served_by_file_name(tmp_path):
    served = datasets.served(_whole(tmp_path))
    assert set(addnist.OFFICIAL) == set(served["files"])
    assert served["files"]["test_x.npy"] == str((tmp_path / "AddNIST" / "test_x.npy").resolve())
    assert served["cifar100"] is None


def test_an_incomplete_data_set_is_not_served(tmp_path):
    _write(tmp_path / "AddNIST")
    assert datasets.served(tmp_path) == {"files": {}, "cifar100": None}
    assert datasets.served(None) == {"files": {}, "cifar100": None}
