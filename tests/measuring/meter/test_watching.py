"""Files that a run opens, seen from outside: what was there before it, what it made itself, new folders included."""

import os
import sys
from pathlib import Path

import pytest

from tests.measuring.agent import boxed
from validator.measuring.meter import opened, watching
from validator.measuring.meter.clients import Heard
from validator.measuring.meter.watching import Watching

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells it on Linux")


def _looked(watch):
    return list(watch.look(Heard())) + list(watch.close(Heard()))


def _names(records):
    return {record["path"]: record["made"] for record in records if record["kind"] == "opened"}


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "model.pt").write_bytes(bytes(5000))
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    return folder


def test_what_was_there_is_told_once_with_its_size(work):
    watch = Watching({"work": work})
    for _ in range(3):
        (work / "deep" / "er" / "model.pt").read_bytes()
    records = _looked(watch)
    assert [(r["path"], r["bytes"], r["suffix"], r["made"]) for r in records] == [
        ("work/deep/er/model.pt", 5000, ".pt", False)
    ]
    (flag,) = opened.suspicious(records)
    assert "work/deep/er/model.pt (5,000 bytes)" in flag.detail


def test_what_the_run_made_is_told_when_it_is_read_and_is_no_cause(work):
    watch = Watching({"work": work})
    (work / "mine.pt").write_bytes(bytes(9000))
    (work / "unread.pt").write_bytes(bytes(9000))
    (work / "mine.pt").rename(work / "best.pt")
    (work / "best.pt").read_bytes()
    records = _looked(watch)
    assert _names(records) == {"work/best.pt": True}
    assert opened.suspicious(records) == ()


@pytest.mark.parametrize("disguise", [Path.rename, Path.replace, os.link, lambda old, new: new.symlink_to(old)])
def test_weights_under_another_name_are_still_those_that_were_there(work, disguise):
    watch = Watching({"work": work})
    disguise(work / "deep" / "er" / "model.pt", work / "mine.pt")
    (work / "mine.pt").read_bytes()
    assert list(_names(_looked(watch)).values()) == [False]


def test_what_an_earlier_run_made_is_no_cause_either(work):
    for name in ("earlier.pt", "given.pt"):
        (work / name).write_bytes(bytes(50_000))
    watch = Watching({"work": work}, made=["work/earlier.pt"])
    for name in ("earlier.pt", "given.pt"):
        (work / name).read_bytes()
    records = _looked(watch)
    assert _names(records) == {"work/earlier.pt": True, "work/given.pt": False}
    assert [flag.detail.split()[0] for flag in opened.suspicious(records)] == ["work/given.pt"]


def test_a_folder_that_comes_later_is_watched_too(work):
    watch = Watching({"work": work})
    (work / "new").mkdir()
    list(watch.look(Heard()))
    watch._next = 0
    (work / "new" / "x.bin").write_bytes(bytes(10))
    (work / "new" / "x.bin").read_bytes()
    assert _names(_looked(watch)) == {"work/new/x.bin": True}


def test_one_file_can_be_watched_and_what_runs_share_is_no_cause(work):
    watch = Watching({f"{watching.SHARED}/model.pt": work / "deep" / "er" / "model.pt"})
    (work / "deep" / "er" / "model.pt").read_bytes()
    (record,) = _looked(watch)
    assert record["shared"]
    assert opened.suspicious([record]) == ()


def test_what_is_listed_has_an_end_and_weights_have_room_of_their_own(work, monkeypatch):
    monkeypatch.setattr(watching, "MOST_TOLD", 3)
    for number in range(10):
        (work / f"{number}.txt").touch()
    watch = Watching({"work": work})
    for number in range(10):
        (work / f"{number}.txt").read_bytes()
    (work / "deep" / "er" / "model.pt").read_bytes()
    records = _looked(watch)
    assert len(_names(records)) == 4
    assert "work/deep/er/model.pt" in _names(records)
    assert [r["what"] for r in records if r["kind"] == "degraded"] == ["more files were opened than are listed"]


def test_too_many_folders_are_said(work, monkeypatch):
    monkeypatch.setattr(watching, "MOST_FOLDERS", 2)
    records = _looked(Watching({"work": work}))
    assert "more than 2 folders" in records[0]["what"]


def test_without_the_library_it_is_said_and_nothing_fails(work, monkeypatch):
    monkeypatch.setitem(sys.modules, "inotify_simple", None)
    assert [record["kind"] for record in _looked(Watching({"work": work}))] == ["degraded"]


READ = """
import os, pathlib, subprocess
subprocess.run(["cat", "model.safetensors"], stdout=subprocess.DEVNULL)
pathlib.Path(os.environ["TMPDIR"], "own.npy").write_bytes(bytes(50))
pathlib.Path(os.environ["TMPDIR"], "own.npy").read_bytes()
"""


@pytest.mark.parametrize("tier", boxed.TIERS)
def test_a_box_of_each_tier_is_seen_into(tmp_path, tier):
    python = boxed.environment(tmp_path / "venv")
    with boxed.place() as root:
        (root / "work" / "model.safetensors").write_bytes(bytes(70_000))
        seen = boxed.run(
            READ, root=root, python=python, tier=tier,
            witnesses=lambda root, uid: (Watching({"work": root / "work", "tmp": root / "tmp"}),),
        )  # fmt: skip
    names = _names(seen.records)
    assert names["work/model.safetensors"] is False, seen.said
    assert names["tmp/own.npy"] is True
    assert names["work/script.py"] is False
