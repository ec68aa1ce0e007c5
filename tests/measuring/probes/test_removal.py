"""What a student made of a folder, it can be removed, and nothing beside it is touched."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ordinary
from validator.measuring.probes.removal import remove
from validator.measuring.probes.run_images import written
from validator.measuring.sandbox.owner import FILE_NAME, dumps, this_process, write_owner
from validator.running.sweeping import sweep_scratch

ROOT = Path(__file__).resolve().parents[3]
DEEPER = 3000
"""Beyond the recursion limit of the interpreter, and beyond the longest path of the system."""

NEST = """
import os, sys
os.chdir(sys.argv[1])
for number in range(int(sys.argv[2])):
    os.mkdir("d")
    open("file", "w").close()
    os.chdir("d")
"""


def nested(top: Path, levels: int) -> Path:
    top.mkdir(parents=True)
    subprocess.run([sys.executable, "-c", NEST, str(top), str(levels)], check=True)
    return top


def test_folders_deeper_than_any_path_are_removed(tmp_path: Path) -> None:
    remove(nested(tmp_path / "deep", DEEPER))
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_run_left_nested_does_not_stop_the_next_batch(tmp_path: Path) -> None:
    left = nested(tmp_path / "v-dead", DEEPER)
    (left / FILE_NAME).write_text(dumps(this_process()).replace(this_process().boot_id, "before"))
    assert sweep_scratch(tmp_path) == (left,)
    assert not left.exists()


def test_closed_folders_links_pipes_and_odd_names_are_removed_and_what_links_lead_to_stays(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine").write_text("mine")
    top = tmp_path / "top"
    (top / "closed" / "inner").mkdir(parents=True)
    (top / os.fsdecode(b"\xff\n")).mkdir()
    (top / "closed" / "link").symlink_to(tmp_path / "kept")
    (top / "inner").symlink_to(tmp_path / "kept")
    os.mkfifo(top / "closed" / "pipe")
    (top / "closed" / "inner").chmod(0)
    (top / "closed").chmod(0)
    top.chmod(0)
    remove(top)
    assert list(tmp_path.iterdir()) == [tmp_path / "kept"]
    assert (tmp_path / "kept" / "mine").read_text() == "mine"


def test_a_removal_that_is_killed_leaves_a_folder_that_still_says_whose_it_is(tmp_path: Path) -> None:
    nested(tmp_path / "v-run" / "work", 5)
    write_owner(tmp_path / "v-run")
    before = os.scandir
    left: list[set[str]] = []

    def looks(path: Path) -> Iterator[os.DirEntry[str]]:
        left.append({entry.name for entry in before(tmp_path / "v-run")})
        return before(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", looks)
        remove(tmp_path / "v-run", last=FILE_NAME)
    assert len(left) > 5
    assert all(FILE_NAME in names for names in left)
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to("kept")
    remove(tmp_path / "link")
    remove(tmp_path / "absent")
    assert list(tmp_path.iterdir()) == [tmp_path / "kept"]


def test_images_are_looked_for_only_as_deep_as_anybody_goes(tmp_path: Path) -> None:
    assert written(nested(tmp_path / "deep", 1500), submission=None) == []
    remove(tmp_path / "deep")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="is an ordinary user already")
def test_an_ordinary_user_removes_the_same() -> None:
    command = [sys.executable, "-m", ordinary.__name__, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-p", "no:xdist", "tests/measuring/probes/test_removal.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LOGNAME": "nobody"},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
