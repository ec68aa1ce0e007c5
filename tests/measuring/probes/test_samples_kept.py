"""Results about the reference are kept under their contents; a torn file is made anew; nothing depends on keeping."""

import numpy as np

from validator.measuring.probes.samples_kept import FOLDER, Kept, kept, key_over


def _counting():
    calls = []

    def make():
        calls.append(1)
        return {"value": np.array(len(calls))}

    return calls, make


def test_what_is_kept_is_not_made_again(tmp_path):
    calls, make = _counting()
    for _ in range(2):
        assert Kept(folder=tmp_path).get("a", key="k" * 64, make=make)["value"] == 1
    assert len(calls) == 1


def test_another_key_is_another_result(tmp_path):
    _, make = _counting()
    assert Kept(folder=tmp_path).get("a", key="k" * 64, make=make)["value"] == 1
    assert Kept(folder=tmp_path).get("a", key="l" * 64, make=make)["value"] == 2


def test_a_torn_file_is_made_anew(tmp_path):
    calls, make = _counting()
    Kept(folder=tmp_path).get("a", key="k" * 64, make=make)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(path.read_bytes()[:20])
    assert Kept(folder=tmp_path).get("a", key="k" * 64, make=make)["value"] == 2
    assert Kept(folder=tmp_path).get("a", key="k" * 64, make=make)["value"] == 2
    assert len(calls) == 2


def test_no_part_of_a_file_is_left_behind(tmp_path):
    _, make = _counting()
    Kept(folder=tmp_path).get("a", key="k" * 64, make=make)
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_that_cannot_be_made_costs_only_the_keeping(tmp_path):
    (tmp_path / "file").write_text("")
    _, make = _counting()
    assert Kept(folder=tmp_path / "file" / "x").get("a", key="k" * 64, make=make)["value"] == 1


def test_the_data_folder_is_preferred_and_the_next_best_is_beside(tmp_path):
    (tmp_path / "file").write_text("")
    assert kept(data=tmp_path / "data", beside=tmp_path / "out").folder == tmp_path / "data" / FOLDER
    assert kept(data=tmp_path / "file", beside=tmp_path / "out").folder == tmp_path / "out" / FOLDER
    assert kept(data=None, beside=tmp_path / "out").folder == tmp_path / "out" / FOLDER


def test_keys_tell_contents_shapes_and_dtypes_apart():
    zeros = np.zeros(4, np.uint8)
    keys = {
        key_over(zeros),
        key_over(zeros.reshape(2, 2)),
        key_over(zeros.view(np.int8)),
        key_over(np.ones(4, np.uint8)),
        key_over("ab", "c"),
        key_over("a", "bc"),
    }
    assert len(keys) == 6
    assert key_over(zeros) == key_over(zeros.copy())
