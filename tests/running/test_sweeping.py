"""A start removes what dead processes left and nothing that somebody living uses."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from validator.measuring.sandbox import owner
from validator.measuring.sandbox.owner import dumps, this_process, write_owner
from validator.running.store import Store
from validator.running.sweeping import sweep_scratch, swept

GONE = replace(this_process(), boot_id="before", pid=2**22 + 1)
ELSEWHERE = replace(this_process(), host="elsewhere")


def leave(home: Path) -> list[Path]:
    """What a head leaves that was killed while it wrote a file and unpacked a submission."""
    stages = home / "stages"
    (stages / "attempts").mkdir(parents=True)
    parts = [home.parent / ".batch.json.01234567.part", home / ".evidence.json.0123abcd.part"]
    parts += [
        home / "stages" / ".static.json.89abcdef.part",
        home / "stages" / "attempts" / ".static.1.json.00000000.part",
    ]
    for path in parts:
        path.write_text("half")
    unpacking = home / ".submission-ab_d3f9z"
    (unpacking / "closed").mkdir(parents=True)
    (unpacking / "closed").chmod(0)
    return [*parts, unpacking]


def test_files_half_written_and_folders_half_unpacked_are_removed(tmp_path: Path) -> None:
    left = leave(tmp_path / "anna01")
    assert list(swept(tmp_path)) == []
    assert [path for path in left if path.exists()] == []


def test_interrupted_attempts_are_told(tmp_path: Path) -> None:
    attempts = Store(tmp_path / "anna01").attempts
    attempts.begin(stage="static", why="measuring", owner=GONE, started_at="noon")
    assert list(swept(tmp_path)) == [("anna01", "static: interrupted in its attempt 1, begun noon")]
    assert list(swept(tmp_path)) == []


@pytest.mark.parametrize("living", [this_process(), ELSEWHERE])
def test_what_a_living_process_or_another_machine_works_on_is_left_alone(tmp_path: Path, living: owner.Owner) -> None:
    left = leave(tmp_path / "anna01")
    Store(tmp_path / "anna01").attempts.begin(stage="static", why="measuring", owner=living, started_at="t")
    assert list(swept(tmp_path)) == []
    assert all(path.exists() for path in left[1:])


def test_files_of_other_names_and_behind_links_stay(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    kept = [tmp_path / "mine.part", tmp_path / "elsewhere" / ".a.json.01234567.part"]
    for path in kept:
        path.write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "linked").symlink_to(tmp_path / "elsewhere")
    assert list(swept(tmp_path / "out")) == []
    assert all(path.exists() for path in kept)


def test_only_scratch_folders_of_dead_owners_are_removed(tmp_path: Path) -> None:
    folders = {name: tmp_path / f"v-{name}" for name in ("dead", "mine", "elsewhere", "nobody")}
    for folder in folders.values():
        (folder / "work").mkdir(parents=True)
    (folders["dead"] / owner.FILE_NAME).write_text(dumps(GONE))
    (folders["dead"] / "work").chmod(0)
    write_owner(folders["mine"])
    (folders["elsewhere"] / owner.FILE_NAME).write_text(dumps(ELSEWHERE))
    (tmp_path / "v-link").symlink_to(folders["dead"])
    assert sweep_scratch(tmp_path, tmp_path / "missing") == (folders["dead"],)
    assert {path.name for path in tmp_path.iterdir()} == {"v-mine", "v-elsewhere", "v-nobody", "v-link"}


def test_a_folder_whose_maker_was_killed_over_it_goes_after_a_minute_and_nothing_else_without_an_owner(
    tmp_path: Path,
) -> None:
    folders = {name: tmp_path / f"v-{name}" for name in ("empty", "begun", "fresh", "full")}
    for folder in folders.values():
        folder.mkdir()
    (folders["begun"] / owner.FILE_NAME).touch()
    (folders["full"] / "thesis.txt").write_text("somebody's")
    for name in ("empty", "begun", "full"):
        os.utime(folders[name], (1.0, 1.0))
    assert sweep_scratch(tmp_path) == (folders["begun"], folders["empty"])
    assert {path.name for path in tmp_path.iterdir()} == {"v-fresh", "v-full"}
