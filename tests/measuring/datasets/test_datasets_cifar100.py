"""CIFAR-100 in the python-pickle format: read without executing anything, refused when it is something else."""

import os
import pickle

import numpy as np
import pytest

from validator.measuring import datasets
from validator.measuring.datasets import DataError, cifar100


def _write(data, *, train=None, count=5):
    folder = data / "cifar-100-python"
    folder.mkdir(parents=True, exist_ok=True)
    rows = np.arange(count * 3072, dtype=np.uint64).reshape(count, 3072).astype(np.uint8)
    table = {"data": rows, "fine_labels": [7] * count, "coarse_labels": [1] * count, "filenames": ["a.png"] * count}
    (folder / "train").write_bytes(pickle.dumps(table if train is None else train))
    (folder / "test").write_bytes(pickle.dumps(table))
    (folder / "meta").write_bytes(pickle.dumps({"fine_label_names": ["apple"] * 100}))
    return data


def test_images_are_three_planes_of_32_by_32(tmp_path):
    split = cifar100.load(_write(tmp_path), "test", lookalike=True)
    assert split.images.shape == (5, 3, 32, 32)
    assert split.images.dtype == np.uint8
    assert split.images[0, 1, 0, 0] == 1024 % 256
    assert split.images[0, 0, 1, 0] == 32
    assert split.labels.tolist() == [7] * 5


def test_a_lookalike_needs_permission(tmp_path):
    with pytest.raises(DataError, match="not the official file"):
        cifar100.load(_write(tmp_path), "train")


def test_files_with_the_official_md5_need_none(tmp_path, monkeypatch):
    _write(tmp_path)
    for name, md5 in cifar100.md5s(tmp_path).items():
        monkeypatch.setitem(cifar100.OFFICIAL_MD5, name, md5)
    assert cifar100.inventory(tmp_path).status == "official"
    assert len(cifar100.load(tmp_path, "train").images) == 5


class _Runs:
    def __reduce__(self):
        return (os.system, ("true",))


def test_a_pickle_that_would_run_a_command_is_refused(tmp_path):
    _write(tmp_path, train={"data": _Runs()})
    with pytest.raises(DataError, match=r"names (posix|os|nt)\.system"):
        cifar100.load(tmp_path, "train", lookalike=True)


def test_bytes_as_old_pickles_write_them_are_read(tmp_path):
    folder = _write(tmp_path) / "cifar-100-python"
    rows = np.zeros((2, 3072), np.uint8)
    (folder / "train").write_bytes(pickle.dumps({"data": rows, "fine_labels": [0, 1], "b": b"\xff"}, protocol=2))
    assert cifar100.load(tmp_path, "train", lookalike=True).labels.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([1, 2], "no table"),
        ({"data": np.zeros((2, 3000), np.uint8), "fine_labels": [0, 0]}, "expected uint8"),
        ({"data": np.zeros((2, 3072), np.float32), "fine_labels": [0, 0]}, "expected uint8"),
        ({"data": np.zeros((2, 3072), np.uint8), "fine_labels": [0, 100]}, "fine_labels is not"),
        ({"data": np.zeros((2, 3072), np.uint8), "fine_labels": [0]}, "2 images but 1"),
        ({"data": np.zeros((0, 3072), np.uint8), "fine_labels": []}, "no image"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path, table, words):
    _write(tmp_path, train=table)
    with pytest.raises(DataError, match=words):
        cifar100.load(tmp_path, "train", lookalike=True)


def test_a_torn_pickle_is_one_message(tmp_path):
    path = _write(tmp_path) / "cifar-100-python" / "train"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match="cannot be read as a pickle"):
        cifar100.load(tmp_path, "train", lookalike=True)


def test_it_is_served_with_its_root_and_the_md5_it_has(tmp_path):
    served = datasets.served(_write(tmp_path))["cifar100"]
    assert served["root"] == str(tmp_path.resolve())
    assert set(served["md5"]) == {"train", "test", "meta"}


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({"fine_label_names": [f"kind {number}" for number in range(100)]}, 100),
        ({"fine_label_names": ["apple"]}, 0),
        ({"fine_label_names": [3] * 100}, 0),
        ({}, 0),
        ([], 0),
    ],
)
def test_class_names_are_those_of_the_meta_file_or_none(tmp_path, meta, expected):
    (tmp_path / "cifar-100-python").mkdir()
    (tmp_path / "cifar-100-python" / "meta").write_bytes(pickle.dumps(meta))
    assert len(cifar100.class_names(tmp_path)) == expected
    assert cifar100.class_names(None) == cifar100.class_names(tmp_path / "nowhere") == ()
