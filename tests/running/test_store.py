"""The store: whole or absent, found again only under its own key."""

import json
import os
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


def test_attempts_are_appended_and_counted_by_stage(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for stage in ("static", "run-classifier", "static"):
        store.note_attempt(stage=stage, started_at="t", ended="finished")
    assert store.attempts("static") == 2


def test_the_key_depends_on_every_part() -> None:
    assert key_of("a", {"x": 1}) != key_of("a", {"x": 2})
    assert key_of("a", {"x": 1, "y": 2}) == key_of("a", {"y": 2, "x": 1})
