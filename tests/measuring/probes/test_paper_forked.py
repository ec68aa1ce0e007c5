"""The reader of a paper as a fork: the same answer as a new interpreter's, the same limits, each with its reason.

Each test has a process of its own that stands for a stage: a test runner has threads, and must not be forked.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures.paper_hostile import HOSTILE
from fixtures.papers import Shape, draw
from validator import plain
from validator.measuring.probes import paper_forked
from validator.measuring.probes.paper import paper
from validator.measuring.sandbox.supervisor import landlock, seccomp
from validator.plan import MIB, PaperLimits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="papers are read by a fork on Linux only")

STAGE = """
import json, os, sys, threading, time
from pathlib import Path
import pypdf
from validator import plain
from validator.measuring.probes import paper_forked, paper_reader
from validator.measuring.probes.paper import paper
from validator.plan import PaperLimits
file, limits, does = Path(sys.argv[1]), plain.from_plain(PaperLimits, json.loads(sys.argv[2])), sys.argv[3]
os.environ[paper_forked.SAYS_SO] = "1"
assert paper_forked.possible()
def read(*_, **__):
    exec(does)
if does:
    paper_reader.read = read
print(json.dumps(plain.to_plain(paper(root=file.parent, path=file.name, limits=limits))))
try:
    os.wait()
except ChildProcessError:
    pass
else:
    raise AssertionError("a child is left")
"""


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    draw(tmp_path / "a.pdf", shape=Shape())
    return tmp_path / "a.pdf"


def forked(file: Path, limits: PaperLimits, does: str = "") -> dict[str, Any]:
    """The Paper as a stage finds it whose fork reads by doing this."""
    command = [sys.executable, "-c", STAGE, str(file), json.dumps(plain.to_plain(limits)), does]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def why(file: Path, limits: PaperLimits, does: str) -> str:
    return str(forked(file, limits, does)["readings"]["paper.pages_counted"]["why"])


@pytest.mark.parametrize("name", ["bomb", "form-tree", "random-bytes", "user-password"])
def test_a_fork_says_what_a_new_interpreter_says_of_a_hostile_file(name: str, tmp_path: Path) -> None:
    HOSTILE[name].write(tmp_path / "a.pdf")
    alone = paper(root=tmp_path, path="a.pdf", limits=PaperLimits())
    assert forked(tmp_path / "a.pdf", PaperLimits()) == plain.to_plain(alone)


def test_a_fork_counts_a_sound_paper(sound: Path) -> None:
    found = forked(sound, PaperLimits())
    assert (found["readings"]["paper.pages_total"]["value"], found["flags"]) == (5, [])


@pytest.mark.parametrize(
    ("limits", "does", "words"),
    [
        (PaperLimits(memory_bytes=500 * MIB), f"bytearray({600 * MIB})", "more than 500 MiB of memory"),
        (PaperLimits(wall_seconds=0.2), "time.sleep(60)", "longer than 0.2 seconds"),
        (PaperLimits(wall_seconds=0.2), "os.close(3); time.sleep(60)", "longer than 0.2 seconds"),
        (PaperLimits(cpu_seconds=1), "while True: pass", "1 seconds of processor time"),
        (PaperLimits(), "os.kill(os.getpid(), 11)", "ended early (signal 11)"),
        (PaperLimits(), "os._exit(0)", "gave no answer"),
        (PaperLimits(), f"os.write(3, bytes({5 * MIB}))", "more than can be true"),
        (PaperLimits(), "file.with_name('new').write_bytes(b'x')", "ended early (exit code 1)"),
        (PaperLimits(), "os._exit(4 if os.environ else 5)", "exit code 5"),
    ],
)
def test_each_limit_ends_the_fork_with_its_reason(sound: Path, limits: PaperLimits, does: str, words: str) -> None:
    assert words in why(sound, limits, does)


def test_only_a_process_that_says_so_and_has_one_thread_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"""
import os, threading, pypdf
from validator.measuring.probes import paper_forked, paper_reader
print(paper_forked.possible())
os.environ["{paper_forked.SAYS_SO}"] = "1"
print(paper_forked.possible())
threading.Thread(target=threading.Event().wait, daemon=True).start()
print(paper_forked.possible())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "False"]


@pytest.mark.skipif(not landlock.version() or not seccomp.available(), reason="this kernel has no Landlock")
def test_a_reader_sees_its_paper_and_no_other(sound: Path) -> None:
    other = sound.with_name("other.pdf")
    other.write_bytes(b"another student's")
    does = f"open({str(sound)!r}, 'rb').close()\ntry: open({str(other)!r})\nexcept PermissionError: os._exit(0)"
    assert why(sound, PaperLimits(), does).startswith("its reader gave no answer")
