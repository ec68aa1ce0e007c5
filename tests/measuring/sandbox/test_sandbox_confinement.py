"""Walls around the process itself: what it may still do, what no more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from validator.measuring import sandbox
from validator.measuring.sandbox import confinement
from validator.measuring.sandbox.supervisor import landlock, seccomp

pytestmark = pytest.mark.skipif(
    not landlock.version() or not seccomp.available(), reason="this kernel has no Landlock: nothing changes"
)

TRY = """
import json, os, socket, sys, time
from pathlib import Path
from validator.measuring import sandbox
folder = Path(sys.argv[1])
began = time.perf_counter()
done = sandbox.confine(readable=(folder / "given.zip",), writable=(folder / "home",))
took = time.perf_counter() - began

def tried(what):
    try:
        what()
    except OSError as refusal:
        return refusal.strerror
    return "done"

def scratch():
    (folder / "home/a").write_text("x")
    (folder / "home/a").rename(folder / "home/b")

def start():
    import subprocess
    subprocess.run([sys.executable, "-c", "import email.mime.text"], check=True)

def imports():
    import sqlite3, IPython.core.inputtransformer2, nbformat, pypdf

print(json.dumps({"confined": done, "seconds": took, **{name: tried(what) for name, what in {
    "read the given": lambda: (folder / "given.zip").read_bytes(),
    "write at home": scratch,
    "import": imports,
    "start python": start,
    "nowhere": lambda: open(os.devnull, "w").write("x"),
    "read another": lambda: (folder / "other.zip").read_bytes(),
    "list others": lambda: os.listdir(folder),
    "write the given": lambda: (folder / "given.zip").write_bytes(b""),
    "write beside": lambda: (folder / "planted").write_text("x"),
    "write shared code": lambda: Path(sandbox.__file__).with_name("planted").write_text("x"),
    "network": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "signal": lambda: os.kill(int(sys.argv[2]), 0),
    "account": lambda: os.setuid(1) if os.geteuid() == 0 else os.setuid(0),
}.items()}}))
"""


def test_what_is_given_stays_and_everything_else_is_closed(tmp_path: Path) -> None:
    for name in ("given.zip", "other.zip"):
        (tmp_path / name).write_bytes(b"PK")
    (tmp_path / "home").mkdir()
    with subprocess.Popen(["sleep", "60"]) as other:
        command = [sys.executable, "-P", "-c", TRY, str(tmp_path), str(other.pid)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        other.kill()
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said.pop("confined") is True
    assert said.pop("seconds") < 1.0
    opened = {name for name, how in said.items() if how == "done"}
    allowed = {"read the given", "write at home", "import", "start python", "nowhere"}
    assert opened - {"signal"} == allowed, said
    assert "signal" not in opened or landlock.version() < landlock.SCOPES_SINCE


def test_of_a_checkout_only_the_package_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(confinement.PACKAGE.parent), "", "relative"])
    folders = confinement.python_folders()
    assert confinement.PACKAGE in folders
    assert confinement.PACKAGE.parent not in folders
    assert all(folder.is_absolute() for folder in folders)


def test_without_landlock_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert sandbox.confine(readable=(), writable=()) is False
    assert list(Path("/").iterdir())
