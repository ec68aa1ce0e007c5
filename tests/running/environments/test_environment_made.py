"""An environment is complete or not there, and is reused while nothing changed."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from validator.running import lock, machine
from validator.running.environments import agent_copy, installing, making, record
from validator.running.environments.asked import NEEDED, Asked, constraint_lines
from validator.running.environments.installing import BuildLimits
from validator.running.environments.places import NotBuilt

ROOT = Path(__file__).parents[3]
BETA = Asked(packages=("beta",))


def silent(line: str) -> None:
    """Nobody listens."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_it_holds_what_was_asked_what_that_needs_and_what_every_environment_needs(made):
    held = [line.split("==")[0] for line in made.frozen]
    assert held == ["alpha", "beta", "ipykernel", "ipywidgets", "matplotlib", "matplotlib-inline", "numpy", "pip"]
    assert len(NEEDED) == len(held) - 2


def test_its_python_is_its_own_and_finds_its_packages(made, as_other):
    said = as_other(made.interpreter, "-I", "-c", "import alpha, sys; print(alpha.VERSION, sys.prefix)")
    assert (said.stdout, said.stderr) == (f"2.0 {made.folder}/venv\n", "")


def test_its_scripts_name_the_place_where_it_lies(made):
    config = (Path(made.folder) / "venv" / "pyvenv.cfg").read_text()
    assert making.UNFINISHED not in config
    assert f"-m venv --without-pip {made.folder}/venv" in config or f"-m venv {made.folder}/venv" in config


def test_every_module_is_compiled_beforehand(made):
    site = record.site_packages(Path(made.folder))
    assert list((site / "__pycache__").glob("beta.*.pyc"))
    assert list((site / "validator_agent" / "__pycache__").glob("channel.*.pyc"))


def test_the_same_list_in_another_order_is_the_same_environment(envs, wheels, tmp_path):
    first = making.make(Asked(packages=("beta", "alpha")), tell=silent, wheels=wheels)
    again = making.make(Asked(packages=("alpha", "beta")), tell=silent, wheels=tmp_path)  # nothing to install from
    assert again == first
    assert names(envs) == [Path(first.folder).name]


def test_packages_and_constraints_each_change_the_name(envs):
    asked = [
        BETA,
        Asked(packages=("alpha",)),
        Asked(packages=("alpha>1",)),
        Asked(packages=("beta",), constraints=("alpha==1.0",)),
    ]
    assert len({making.folder_name(each.digest) for each in asked}) == 4


def test_a_constraint_decides_the_version_and_a_comment_decides_nothing(envs, wheels):
    told = constraint_lines("# pinned in spring\nalpha==1.0  # not 2\n")
    made = making.make(Asked(packages=("beta",), constraints=told), tell=silent, wheels=wheels)
    assert "alpha==1.0" in made.frozen
    assert constraint_lines("alpha==1.0\n") == told


def test_rebuild_makes_it_anew(envs, wheels):
    first = making.make(BETA, tell=silent, wheels=wheels)
    second = making.make(BETA, tell=silent, wheels=wheels, rebuild=True)
    assert second.made_at > first.made_at
    assert second.digest == first.digest
    assert names(envs) == [Path(first.folder).name]


@pytest.mark.parametrize("moment", ["make_venv", "install"])
def test_a_build_that_is_interrupted_leaves_nothing(envs, wheels, monkeypatch, moment):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(installing, moment, interrupted)
    with pytest.raises(KeyboardInterrupt):
        making.make(BETA, tell=silent, wheels=wheels)
    assert names(envs) == []
    assert record.everything(envs) == ()


def test_what_a_killed_builder_left_is_no_environment_and_goes(envs, wheels):
    left = envs / f"{making.UNFINISHED}0123456789"
    (left / "venv" / "bin").mkdir(parents=True)
    (left / "venv").chmod(0o555)
    assert record.everything(envs) == ()
    made = making.make(BETA, tell=silent, wheels=wheels)
    assert names(envs) == [Path(made.folder).name]


BUILDER = """
import pathlib, sys
from validator.running.environments import installing, making
from validator.running.environments.asked import Asked
installing.uv = lambda: sys.argv[2]
making.make(Asked(packages=("beta",)), tell=lambda line: None, root=pathlib.Path(sys.argv[1]))
"""


def test_a_builder_that_is_killed_takes_its_installer_along_and_the_next_one_succeeds(envs, wheels, tmp_path):
    installer, pid_file = tmp_path / "uv", tmp_path / "pid"
    installer.write_text(f"#!/bin/sh\necho $$ > {pid_file}.part\nmv {pid_file}.part {pid_file}\nexec sleep 300\n")
    installer.chmod(0o755)
    builder = subprocess.Popen([sys.executable, "-c", BUILDER, str(envs), str(installer)], cwd=ROOT)
    wait_until(pid_file.exists)
    builder.kill()
    builder.wait()
    pid = int(pid_file.read_text())
    wait_until(lambda: not is_running(pid))
    assert record.everything(envs) == ()
    made = making.make(BETA, tell=silent, wheels=wheels)
    assert names(envs) == [Path(made.folder).name]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_second_builder_waits_and_finds_it_made(envs, wheels):
    told: list[str] = []
    with lock.locked(envs):
        second = threading.Thread(target=making.make, args=(BETA,), kwargs={"tell": told.append, "wheels": wheels})
        second.start()
        until = time.monotonic() + 30
        while not told and time.monotonic() < until:
            time.sleep(0.01)
        assert names(envs) == []
    second.join(60)
    assert told[0].startswith("waiting: ")
    assert str(os.getpid()) in told[0]
    assert len(names(envs)) == 1


def test_a_changed_agent_is_another_environment_and_installs_nothing(envs, wheels, tmp_path, monkeypatch):
    first = making.make(BETA, tell=silent, wheels=wheels)
    changed = tmp_path / "agent"
    agent_copy.shutil.copytree(agent_copy.AGENT, changed)
    (changed / "validator_agent" / "smoke.py").write_text("NEW = True\n")
    monkeypatch.setattr(agent_copy, "AGENT", changed)
    second = making.latest(("beta",), tell=silent)
    assert second is not None
    assert second.folder != first.folder
    assert second.digest == first.digest
    copies = [record.site_packages(Path(each.folder)) / "validator_agent" / "smoke.py" for each in (first, second)]
    assert [copy.read_text() == "NEW = True\n" for copy in copies] == [False, True]
    assert making.make(BETA, tell=silent, wheels=tmp_path) == second


def test_copies_with_agents_of_long_ago_go_unless_they_are_in_use(envs, wheels, monkeypatch):
    places = {}
    for agent, days in (("unused", 15), ("used", 15), ("young", 13), ("now", 0)):
        monkeypatch.setattr(making, "agent_digest", lambda agent=agent: agent)
        places[agent] = Path(making.make(BETA, tell=silent, wheels=wheels).folder)
        before = time.time() - days * 24 * 3600
        os.utime(places[agent] / record.FILE_NAME, (before, before))
        if agent == "used":
            making.make(BETA, tell=silent, wheels=wheels)
    assert {agent for agent, place in places.items() if place.exists()} == {"used", "young", "now"}


def test_the_newest_of_one_list_is_taken_whatever_its_constraints(envs, wheels):
    making.make(BETA, tell=silent, wheels=wheels)
    newer = making.make(Asked(packages=("beta",), constraints=("alpha==1.0",)), tell=silent, wheels=wheels)
    assert making.latest(("beta",), tell=silent) == newer
    assert making.latest(("alpha",), tell=silent) is None


def test_what_is_not_to_be_had_is_told_in_the_installers_words(envs, wheels):
    with pytest.raises(NotBuilt, match="beta==9"):
        making.make(Asked(packages=("beta==9",)), tell=silent, wheels=wheels)
    assert names(envs) == []


def test_a_package_as_source_is_not_built(envs, wheels, tmp_path):
    folder = tmp_path / "with-source"
    agent_copy.shutil.copytree(wheels, folder)
    source = tmp_path / "gamma-1.0"
    source.mkdir()
    (source / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: gamma\nVersion: 1.0\n")
    backend = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (source / "pyproject.toml").write_text(backend)
    (source / "backend.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w')\n")
    agent_copy.shutil.make_archive(str(folder / "gamma-1.0"), "gztar", tmp_path, "gamma-1.0")
    with pytest.raises(NotBuilt, match="gamma"):
        making.make(Asked(packages=("gamma",)), tell=silent, wheels=folder)
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (BuildLimits(wall_seconds=0.001), "not complete after 0.001 s"),
        (BuildLimits(disk_bytes=1000), "larger than"),
        (BuildLimits(free_bytes=10**18), "GiB of disk are left"),
    ],
)
def test_a_build_past_its_limits_ends_and_leaves_nothing(envs, wheels, limits, why):
    with pytest.raises(NotBuilt, match=why):
        making.make(BETA, tell=silent, wheels=wheels, limits=limits)
    assert names(envs) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs notebooks as another user")
def test_a_folder_closed_to_other_users_is_refused_by_name(wheels, tmp_path):
    (tmp_path / "home").mkdir(mode=0o700)
    with pytest.raises(NotBuilt, match="closed to them; set VALIDATOR_ENVS"):
        making.make(BETA, tell=silent, wheels=wheels, root=tmp_path / "home" / "envs")
    assert names(tmp_path / "home" / "envs") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs notebooks as another user")
def test_a_closed_umask_closes_nothing(envs, wheels, as_other):
    before = os.umask(0o077)
    try:
        made = making.make(BETA, tell=silent, wheels=wheels, root=envs / "new" / "folder")
    finally:
        os.umask(before)
    assert as_other(made.interpreter, "-I", "-c", "import beta, alpha, validator_agent; print('all')").stdout == "all\n"


def test_doctor_names_it(envs, wheels):
    assert not machine._run_environment().ok
    made = making.make(BETA, tell=silent, wheels=wheels)
    assert machine._run_environment().ok
    assert made.folder in machine._run_environment().detail


@pytest.mark.slow
def test_without_uv_pip_makes_the_same(envs, wheels, monkeypatch):
    monkeypatch.setattr(installing, "uv", lambda: "")
    made = making.make(BETA, tell=silent, wheels=wheels)
    assert made.installer == "pip"
    assert "alpha==2.0" in made.frozen
