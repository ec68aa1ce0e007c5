"""CIFAR-10 in the python-pickle format: five batches in order, nothing executed, anything else refused."""

import os
import pickle

import numpy as np
import pytest

from fixtures.data import write_cifar10
from validator.measuring import datasets
from validator.measuring.datasets import DataError, cifar10
from validator.measuring.datasets.labelled import labelled


def _table(count=4, first=0, **changes):
    rows = (np.arange(count * 3072, dtype=np.uint64) + first).reshape(count, 3072).astype(np.uint8)
    return {"batch_label": "x", "data": rows, "labels": [first % 10] * count, "filenames": ["a.png"] * count, **changes}


def _write(data, **batches):
    folder = data / "cifar-10-batches-py"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 6):
        table = batches.get(f"data_batch_{number}", _table(first=number))
        (folder / f"data_batch_{number}").write_bytes(pickle.dumps(table))
    (folder / "test_batch").write_bytes(pickle.dumps(batches.get("test_batch", _table(count=3, first=7))))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": ["plane"] * 10}))
    return data


def test_the_training_set_is_its_five_batches_in_order(tmp_path):
    split = cifar10.load(_write(tmp_path), "train", lookalike=True)
    assert (split.images.shape, split.images.dtype) == ((20, 3, 32, 32), np.uint8)
    assert split.labels.tolist() == [number for number in range(1, 6) for _ in range(4)]
    assert [int(image[0, 0, 0]) for image in split.images[::4]] == [1, 2, 3, 4, 5]
    assert (split.images[0, 1, 0, 0], split.images[0, 0, 1, 0]) == ((1 + 1024) % 256, 1 + 32)


def test_the_test_set_is_its_one_batch(tmp_path):
    split = cifar10.load(_write(tmp_path), "test", lookalike=True)
    assert (len(split.images), split.labels.tolist()) == (3, [7, 7, 7])


def test_a_lookalike_needs_permission(tmp_path):
    with pytest.raises(DataError, match="not the official file"):
        cifar10.load(_write(tmp_path), "train")


def test_files_with_the_official_md5_need_none(tmp_path, monkeypatch):
    _write(tmp_path)
    for name, md5 in cifar10.md5s(tmp_path).items():
        monkeypatch.setitem(cifar10.OFFICIAL_MD5, name, md5)
    assert cifar10.inventory(tmp_path).status == "official"
    assert len(cifar10.load(tmp_path, "train").images) == 20


def test_the_digests_are_those_that_torchvision_checks():
    from torchvision.datasets import CIFAR10

    listed = {**dict(CIFAR10.train_list), **dict(CIFAR10.test_list), CIFAR10.meta["filename"]: CIFAR10.meta["md5"]}
    assert listed == cifar10.OFFICIAL_MD5
    assert (CIFAR10.tgz_md5, CIFAR10.base_folder) == (cifar10.ARCHIVE_MD5, cifar10.FOLDER)


class _Runs:
    def __reduce__(self):
        return (os.system, ("true",))


def test_a_pickle_that_would_run_a_command_is_refused(tmp_path):
    _write(tmp_path, data_batch_3={"data": _Runs()})
    with pytest.raises(DataError, match=r"names (posix|os|nt)\.system"):
        cifar10.load(tmp_path, "train", lookalike=True)


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ([1, 2], "no table of data and labels"),
        (_table(data=np.zeros((4, 3071), np.uint8)), "expected uint8"),
        (_table(data=np.zeros((4, 3072), np.float32)), "expected uint8"),
        (_table(data=np.zeros((0, 3072), np.uint8), labels=[]), "holds no image"),
        (_table(labels=[0, 1, 2, 10]), "whole numbers in 0..9"),
        (_table(labels=[0, 1, 2, True]), "whole numbers in 0..9"),
        (_table(labels=[0, 1]), "4 images but 2 labels"),
        (_table(labels=None), "whole numbers in 0..9"),
    ],
)
def test_a_batch_that_is_something_else_is_refused_with_its_path(tmp_path, table, what):
    _write(tmp_path, data_batch_2=table)
    with pytest.raises(DataError, match=what) as refused:
        cifar10.load(tmp_path, "train", lookalike=True)
    assert "data_batch_2" in str(refused.value)


def test_a_missing_batch_is_named_with_the_place_it_goes_to(tmp_path):
    _write(tmp_path)
    (tmp_path / "cifar-10-batches-py" / "data_batch_4").unlink()
    with pytest.raises(DataError, match=r"CIFAR-10: data_batch_4 not found; put it in .*cifar-10-batches-py"):
        cifar10.load(tmp_path, "train", lookalike=True)
    assert "cifar10" not in datasets.served(tmp_path)


def test_it_is_served_with_its_root_and_digests_where_it_is_whole(tmp_path):
    served = datasets.served(_write(tmp_path))
    assert served["cifar10"]["root"] == str(tmp_path.resolve())
    assert set(served["cifar10"]["md5"]) == set(cifar10.OFFICIAL_MD5)


def test_the_lookalike_of_the_fixtures_is_read(tmp_path):
    write_cifar10(tmp_path, train=50, test=20)
    assert np.bincount(cifar10.load(tmp_path, "train", lookalike=True).labels).tolist() == [5] * 10
    assert len(cifar10.load(tmp_path, "test", lookalike=True).images) == 20


def test_a_plan_finds_the_sets_that_classifiers_are_scored_on_by_name(tmp_path):
    write_cifar10(tmp_path, train=50, test=20)
    found = labelled("cifar10")
    assert (found.title, found.classes, found.splits) == ("CIFAR-10", 10, ("train", "test"))
    assert len(found.read(tmp_path, "test", lookalike=True).labels) == 20
    with pytest.raises(DataError, match=r"no reader of the data set 'mnist'; known: addnist, cifar10"):
        labelled("mnist")
