"""A control group around a box: the kernel's own where this account may make one, a tree of files for the rest."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from validator.measuring import sandbox
from validator.measuring.sandbox import Limits, tiers
from validator.measuring.sandbox.supervisor import cgroups

LIMITS: cgroups.Limits = {"memory": 300_000_000, "processes": 20, "disk": 5}


def left_behind() -> list[str]:
    """Groups of boxes whose supervisor is gone."""
    names = [(path, Path(path).name.split("-")) for path, _, _ in os.walk("/sys/fs/cgroup")]
    return [path for path, words in names if words[0] == "validator" and not Path(f"/proc/{words[2]}").exists()]


@pytest.fixture
def real() -> Iterator[None]:
    group = cgroups.made(LIMITS)
    if group is None:
        pytest.skip("this account may not make a control group here")
    group.remove()
    before = set(left_behind())
    yield
    assert set(left_behind()) <= before


@pytest.mark.usefixtures("real")
def test_memory_that_is_taken_faster_than_anyone_looks_is_told(tmp_path: Path) -> None:
    code = "x = bytearray(400_000_000)"
    command = [sys.executable, "-I", "-S", "-c", code]
    outcome = sandbox.run(command, limits=Limits(wall_seconds=30, tree_bytes=100_000_000), cwd=tmp_path)
    assert (outcome.excess, outcome.exit_code) == ("memory", None)
    assert outcome.guard.startswith("cgroup v")


@pytest.mark.usefixtures("real")
def test_processes_past_the_limit_are_refused_by_the_kernel(tmp_path: Path) -> None:
    code = "import os, time\nfor n in range(60):\n    if os.fork() == 0: time.sleep(5); os._exit(0)"
    command = [sys.executable, "-I", "-S", "-c", code]
    outcome = sandbox.run(command, limits=Limits(wall_seconds=30, processes=20), cwd=tmp_path)
    assert b"BlockingIOError" in outcome.stderr


@pytest.mark.usefixtures("real")
def test_a_group_whose_supervisor_is_gone_is_swept_with_all_in_it() -> None:
    code = (
        "import os, sys, time; from validator.measuring.sandbox.supervisor import cgroups\n"
        "group = cgroups.made({'memory': 300_000_000, 'processes': 20})\n"
        "if os.fork() == 0: group.enter(); os.closerange(0, 3); os.execvp('sleep', ['sleep', '300'])\n"
        "while not all(open(f + '/cgroup.procs').read() for f in group.folders): time.sleep(0.01)\n"
        "print(open(group.folders[0] + '/cgroup.procs').read(), os.getpid(), flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    left, owner = done.stdout.split()
    ours = f"-{int(owner)}-"
    assert any(ours in path for path in left_behind())
    while any(ours in path for path in left_behind()):  # the first ends who is in them, the next removes them
        group = cgroups.made(LIMITS)
        assert group is not None
        group.remove()
    state = Path(f"/proc/{left}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] in "ZX"


def test_no_limit_asks_for_no_group() -> None:
    assert cgroups.made({"memory": None, "processes": None, "disk": 5}) is None


class Machine:
    """A machine's /proc and /sys/fs/cgroup as plain files: folders can be made, files take what is written."""

    def __init__(self, folder: Path, *, own: str, mounts: str) -> None:
        self.proc, self.tree = folder / "proc", folder / "tree"
        (self.proc / "self").mkdir(parents=True)
        (self.proc / "self/cgroup").write_text(own)
        (self.proc / "self/mountinfo").write_text(mounts.replace("TREE", str(self.tree)))

    def group(self, name: str, *, controllers: str = "", handed_on: str = "") -> Path:
        folder = self.tree / name
        folder.mkdir(parents=True)
        (folder / "cgroup.controllers").write_text(controllers)
        (folder / "cgroup.subtree_control").write_text(handed_on)
        (folder / "cgroup.procs").write_text("")
        return folder

    def made(self) -> cgroups.Group | None:
        return cgroups.made(LIMITS, proc=str(self.proc))


@pytest.fixture
def folders_go_with_their_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of the kernel do."""
    rmdir = os.rmdir

    def with_files(folder: str) -> None:
        for file in Path(folder).iterdir():
            file.unlink()
        rmdir(folder)

    monkeypatch.setattr("validator.measuring.sandbox.supervisor.cgroups.os.rmdir", with_files)


def unified(folder: Path) -> Machine:
    return Machine(
        folder, own="0::/user/shell\n", mounts="31 23 0:28 / TREE rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    )


@pytest.mark.usefixtures("folders_go_with_their_files")
def test_a_delegated_group_gets_a_child_with_the_limits(tmp_path: Path) -> None:
    machine = unified(tmp_path)
    own = machine.group("user/shell", controllers="cpu memory pids\n")
    group = machine.made()
    assert group is not None
    (made,) = [Path(folder) for folder in group.folders]
    assert made.parent == own
    assert (own / "cgroup.subtree_control").read_text() == "+memory +pids"
    written = {path.name: path.read_text() for path in made.iterdir()}
    assert written == {"memory.max": "300000000", "pids.max": "28", "memory.swap.max": "0"}
    (made / "memory.events").write_text("low 0\noom 1\noom_kill 0\n")
    assert not group.out_of_memory()
    (made / "memory.events").write_text("low 0\noom 1\noom_kill 2\n")
    assert group.out_of_memory()
    assert group.guard() == ""
    group.enter()
    assert (made / "cgroup.procs").read_text() == "0"
    assert group.guard() == "cgroup v2"
    group.remove()
    assert not made.exists()


@pytest.mark.usefixtures("folders_go_with_their_files")
def test_beside_the_own_group_where_its_parent_hands_on(tmp_path: Path) -> None:
    machine = unified(tmp_path)
    parent = machine.group("user", controllers="memory pids\n", handed_on="memory pids\n")
    own = machine.group("user/shell", controllers="memory pids\n")
    (own / "cgroup.subtree_control").unlink()
    (own / "cgroup.subtree_control").mkdir()  # refuses to be written, as one with processes in it does
    group = machine.made()
    assert group is not None
    assert [Path(folder).parent for folder in group.folders] == [parent]
    group.remove()


def test_without_the_controllers_there_is_no_group(tmp_path: Path) -> None:
    machine = unified(tmp_path)
    machine.group("user", controllers="cpu\n")
    own = machine.group("user/shell", controllers="cpu\n")
    assert machine.made() is None
    assert sorted(path.name for path in own.iterdir()) == [
        "cgroup.controllers", "cgroup.procs", "cgroup.subtree_control"
    ]  # fmt: skip


@pytest.mark.parametrize("mounts", ["", "nonsense - x\n", "31 23 0:28 / /absent rw - cgroup2 cgroup2 rw\n"])
def test_what_cannot_be_read_or_made_is_no_group_and_no_error(tmp_path: Path, mounts: str) -> None:
    assert Machine(tmp_path, own="0::/\n", mounts=mounts).made() is None


@pytest.mark.usefixtures("folders_go_with_their_files")
def test_the_groups_of_the_dead_are_swept_and_those_of_the_living_kept(tmp_path: Path) -> None:
    machine = unified(tmp_path)
    own = machine.group("user/shell", controllers="memory pids\n")
    ours = f"{cgroups.PREFIX}{cgroups._namespace(str(machine.proc))}"
    dead, elsewhere = own / f"{ours}-{2**22 + 1}-17", own / f"{cgroups.PREFIX}4026531000-1-17"
    living = own / f"{ours}-1-17"
    for folder in (dead, elsewhere, living):
        folder.mkdir()
    (machine.proc / "1").mkdir()
    (machine.proc / "1/stat").write_text("1 (init) S " + " ".join(["0"] * 18) + " 17 0\n")
    group = machine.made()
    assert group is not None
    group.remove()
    assert [dead.exists(), elsewhere.exists(), living.exists()] == [False, True, True]


def test_what_counts_memory_here_is_said_in_one_line() -> None:
    assert tiers.memory_guard() in (tiers.LOOKS, *(f"cgroup {version} and {tiers.LOOKS}" for version in ("v1", "v2")))
