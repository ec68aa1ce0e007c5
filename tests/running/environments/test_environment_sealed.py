"""Nobody writes in an environment: not by hand, not by pip, not a wheel over its Python."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from validator.running.environments import base, making, record
from validator.running.environments.asked import Asked
from validator.running.environments.places import NotBuilt

COPIED = base.copied
"""The real one: the other tests share one copy."""
ATTEMPTS = """
import pathlib, sys
site = pathlib.Path({site!r})
for name, attempt in {{
    "new file": lambda: (site / "gamma.py").write_text(""),
    "written over": lambda: (site / "alpha.py").write_text(""),
    "removed": lambda: (site / "validator_agent.pth").unlink(),
    "renamed": lambda: site.rename(site.with_name("other")),
    "new script": lambda: (site.parents[2] / "bin" / "mine").write_text(""),
}}.items():
    try:
        attempt()
    except PermissionError:
        continue
    print(name)
"""


def tree_digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        whole.update(f"{path}{path.lstat().st_mode}".encode() + content)
    return whole.hexdigest()


def test_it_is_readable_by_everybody_and_writable_by_nobody(made):
    paths = [path for path in [Path(made.folder), *Path(made.folder).rglob("*")] if not path.is_symlink()]
    assert [path for path in paths if path.stat().st_mode & 0o222] == []
    assert [path for path in paths if path.stat().st_mode & 0o444 != 0o444] == []


def test_a_notebook_changes_nothing_there(made, as_other):
    before = tree_digest(Path(made.folder))
    site = str(record.site_packages(Path(made.folder)))
    said = as_other(made.interpreter, "-I", "-c", ATTEMPTS.format(site=site))
    assert (said.stdout, said.stderr) == ("", "")
    assert tree_digest(Path(made.folder)) == before


@pytest.mark.parametrize("name", ["bin/python", "pyvenv.cfg"])
def test_a_wheel_that_would_replace_its_python_is_refused(envs, wheels, wheel, tmp_path, name):
    folder = tmp_path / "hostile"
    shutil.copytree(wheels, folder)
    wheel(folder, "gamma", files={f"gamma-1.0.data/data/{name}": "#!/bin/sh\necho mine\n"})
    python = base.base_interpreter()
    before = python.read_bytes()
    with pytest.raises(NotBuilt, match=r"own Python|reserved name"):
        making.make(Asked(packages=("gamma",)), tell=lambda line: None, wheels=folder)
    assert record.everything(envs) == ()
    assert python.read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_what_another_user_made_is_no_environment(envs, wheels):
    made = making.make(Asked(packages=("beta",)), tell=lambda line: None, wheels=wheels)
    assert record.read(Path(made.folder)) == made
    os.chown(made.folder, making.NOBODY, making.NOBODY)
    assert record.everything(envs) == ()


def test_a_wheel_in_the_place_of_the_agent_does_not_stay_there(envs, wheels, wheel, tmp_path):
    files = {"validator_agent_start.py": "raise SystemExit\n", "validator_agent/mine.py": ""}
    folder = tmp_path / "hostile"
    shutil.copytree(wheels, folder)
    wheel(folder, "validator_agent", files=files)
    made = making.make(Asked(packages=("validator_agent",)), tell=lambda line: None, wheels=folder)
    site = record.site_packages(Path(made.folder))
    assert not (site / "validator_agent" / "mine.py").exists()
    assert (site / "validator_agent" / "channel.py").is_file()
    assert "SystemExit" not in (site / "validator_agent_start.py").read_text()


def test_a_copied_python_starts_for_others_and_is_whole(envs, as_other):
    """Of this very Python, wherever it lies: libraries of C, the standard library, its own prefix."""
    if not os.path.exists("/proc"):  # noqa: PTH110
        pytest.skip("how programs find their libraries differs on this system")
    python = COPIED(envs / "base")
    said = as_other(python, "-I", "-c", "import ctypes, json, sqlite3, ssl, sys; print(sys.base_prefix)")
    assert (said.stdout, said.stderr) == (f"{envs}/base\n", "")
    assert not (envs / "base" / "lib" / python.name / "test").exists()
    assert not any(path.stat().st_nlink > 1 for path in (envs / "base").rglob("*") if path.is_file())
