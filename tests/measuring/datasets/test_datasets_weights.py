"""The weights are looked for in three places and believed by their digest; digests are kept and renewed."""

import json

import pytest

from validator.measuring.datasets import DataError, digests, weights


@pytest.fixture(autouse=True)
def _no_hub(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))


def _put(folder, content=b"weights"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / weights.NAME).write_bytes(content)
    return folder / weights.NAME


def test_nothing_found_says_where_it_goes(tmp_path):
    assert weights.find(tmp_path) is None
    with pytest.raises(DataError, match=r"put it in .*weights"):
        weights.require(tmp_path)


def test_the_torch_hub_folder_is_looked_in(tmp_path):
    path = _put(tmp_path / "torch" / "hub" / "checkpoints")
    assert weights.find(None).path == str(path)


def test_a_file_named_by_option_is_the_only_place(tmp_path):
    _put(tmp_path / "weights")
    assert weights.find(tmp_path, option=tmp_path / "elsewhere.pth") is None


def test_another_digest_is_a_lookalike_that_is_refused_unless_it_is_allowed(tmp_path):
    _put(tmp_path / "weights")
    assert not weights.find(tmp_path).official
    assert not weights.require(tmp_path, lookalike=True).official
    with pytest.raises(DataError, match="6726825d"):
        weights.require(tmp_path)


def test_the_first_digits_are_not_enough(tmp_path, monkeypatch):
    path = _put(tmp_path / "weights")
    digest = digests.file_digest(path)
    monkeypatch.setattr(weights, "OFFICIAL_SHA256", digest[:-1] + ("0" if digest[-1] != "0" else "1"))
    assert not weights.find(tmp_path).official
    monkeypatch.setattr(weights, "OFFICIAL_SHA256", digest)
    assert weights.require(tmp_path).official


def test_the_whole_digest_is_pinned_and_agrees_with_the_name():
    assert len(bytes.fromhex(weights.OFFICIAL_SHA256)) == 32
    assert weights.OFFICIAL_SHA256[:8] in weights.NAME


def test_a_download_that_broke_off_is_known_by_its_size(tmp_path):
    _put(tmp_path / "weights")
    (file,) = weights.inventory(tmp_path).files
    assert file.state == "look-alike"
    assert file.detail.endswith("7 bytes of 95,628,359")


def test_a_digest_is_kept_beside_the_file_and_believed_while_it_is_unchanged(tmp_path):
    path = _put(tmp_path)
    first = digests.file_digest(path, keep_in=tmp_path)
    kept = json.loads((tmp_path / digests.CACHE_NAME).read_text())
    (entry,) = kept
    kept[entry]["digest"] = "kept"
    (tmp_path / digests.CACHE_NAME).write_text(json.dumps(kept))
    assert digests.file_digest(path, keep_in=tmp_path) == "kept"
    path.write_bytes(b"other weights")
    assert digests.file_digest(path, keep_in=tmp_path) not in ("kept", first)


def test_a_torn_digest_file_is_written_anew(tmp_path):
    path = _put(tmp_path)
    (tmp_path / digests.CACHE_NAME).write_text("{")
    assert digests.file_digest(path, keep_in=tmp_path) == digests.file_digest(path)
    assert json.loads((tmp_path / digests.CACHE_NAME).read_text())


def test_a_file_that_cannot_be_read_is_one_message(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        digests.file_digest(tmp_path / "absent")


def test_a_folder_that_cannot_be_written_does_not_matter(tmp_path):
    path = _put(tmp_path)
    assert digests.file_digest(path, keep_in=tmp_path / "absent") == digests.file_digest(path)
