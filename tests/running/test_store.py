"""The store: whole or absent, found again only under its own key."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from validator.evidence import Layout
from validator.running import files
from validator.running.result import StageResult
from validator.running.store import SCHEMA, Kept, Store, key_of


def kept(stage: str = "static", key: str = "k") -> Kept:
    result = StageResult(layout=Layout(roles={"paper": ("a.pdf",)}))
    return Kept(schema=SCHEMA, stage=stage, key=key, result=result, made_at="2026-01-01", host="h", seconds=1.0)


def test_a_kept_stage_is_found_under_its_key_and_equal(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(kept())
    assert store.find(stage="static", key="k") == kept()


def test_another_key_finds_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(kept())
    assert store.find(stage="static", key="other") is None


def test_a_torn_file_counts_as_absent(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(kept())
    whole = store.path("static").read_text()
    store.path("static").write_text(whole[: len(whole) // 2])
    assert store.find(stage="static", key="k") is None


def test_a_file_of_another_schema_counts_as_absent(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(kept())
    document = json.loads(store.path("static").read_text())
    document["schema"] = SCHEMA + 1
    store.path("static").write_text(json.dumps(document))
    assert store.read("static") is None


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_crash_while_writing_leaves_the_old_content_and_no_stray_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    target = tmp_path / "a.json"
    files.write_atomically(target, b"old")

    def crash(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", crash)
    else:
        monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="no space"):
        files.write_atomically(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert target.read_bytes() == b"old"


def test_the_key_depends_on_every_part() -> None:
    assert key_of("a", {"x": 1}) != key_of("a", {"x": 2})
    assert key_of("a", {"x": 1, "y": 2}) == key_of("a", {"y": 2, "x": 1})


def test_a_folder_in_the_place_of_a_file_is_put_aside_and_kept(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    (tmp_path / "report.json" / "inside").write_text("somebody's")
    files.write_atomically(tmp_path / "report.json", b"{}")
    assert (tmp_path / "report.json").read_bytes() == b"{}"
    assert [path.read_text() for path in tmp_path.glob(".report.json.*.aside/inside")] == ["somebody's"]


def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "home").symlink_to("elsewhere")
    files.real_folder(tmp_path / "home")
    files.write_atomically(tmp_path / "home" / "evidence.json", b"{}")
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: Path(path).symlink_to("other")])
def test_a_pipe_or_a_link_in_the_place_of_a_kept_stage_is_none(tmp_path: Path, make: Callable[[Path], None]) -> None:
    store = Store(tmp_path)
    store.keep(kept("other"))
    make(store.path("static"))
    assert store.read("static") is None


def test_a_stage_with_a_file_name_that_is_no_text_is_found_again(tmp_path: Path) -> None:
    result = StageResult(layout=Layout(roles={"paper": ("\udcff.pdf",)}))
    named = Kept(schema=SCHEMA, stage="static", key="k", result=result, made_at="2026-01-01", host="h", seconds=1.0)
    store = Store(tmp_path)
    store.keep(named)
    assert store.find(stage="static", key="k") == named
