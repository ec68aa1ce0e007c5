"""Installers are answered: nothing is installed, and what is asked for is there or not."""

import json

import pytest

SCRIPT = """
import json, subprocess, sys
from pathlib import Path
Path("wanted.txt").write_text("numpy>=1  # numbers\\n-i somewhere\\nno-such-package\\n")
lines = [
    "pip install numpy",
    "pip install -U --index-url somewhere numpy git+https://somewhere/no-such.git@main",
    "pip3 install -r wanted.txt",
    "uv pip install numpy",
    "conda install -y -n base -c pytorch numpy",
    "apt-get update",
    "sudo apt-get install -y sh no-such-command",
    "sudo -E echo as the user",
    "git clone https://somewhere/x",
    "curl -O https://somewhere/x",
    "pip uninstall -y numpy",
]
answers = {}
for line in lines:
    done = subprocess.run(line.split(), capture_output=True, text=True)
    answers[line] = [done.returncode, done.stdout + done.stderr]
shown = subprocess.run([sys.executable, "-m", "pip", "show", "numpy"], capture_output=True, text=True).stdout
from pip._internal import main
answers["main"] = [main(["install", "numpy"]), shown]
print("ANSWERS" + json.dumps(answers))
"""


@pytest.fixture(scope="module")
def asked(metered_once):
    return metered_once(SCRIPT)


@pytest.fixture(scope="module")
def answers(asked):
    assert asked.code == 0, asked.stderr
    return json.loads(asked.stdout.rpartition("ANSWERS")[2])


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("pip install numpy", 0, "numpy"),
        (
            "pip install -U --index-url somewhere numpy git+https://somewhere/no-such.git@main",
            1,
            "no-such is not in the",
        ),
        (
            "pip3 install -r wanted.txt",
            1,
            "(asked for >=1) is in the run environment; no-such-package is not in the run environment",
        ),
        ("uv pip install numpy", 0, "is in the run environment"),
        ("conda install -y -n base -c pytorch numpy", 0, "nothing is installed"),
        ("apt-get update", 0, "does nothing"),
        ("sudo apt-get install -y sh no-such-command", 1, "no-such-command is not in the run environment"),
        ("sudo -E echo as the user", 0, "as the user"),
        ("git clone https://somewhere/x", 1, "there is no network"),
        ("curl -O https://somewhere/x", 1, "there is no network"),
        ("pip uninstall -y numpy", 0, "does nothing"),
        ("main", 0, "numpy=="),
    ],
)
def test_each_installer_says_what_is_there(answers, line, code, words):
    assert answers[line][0] == code
    assert words in answers[line][1]


def test_every_answer_is_recorded_by_the_process_that_gave_it(asked):
    said = [record["what"] for record in asked.of_kind("repair")]
    assert any(what.startswith("`pip3 install -r wanted.txt` installed nothing") for what in said)
    assert {record["flag"] for record in asked.of_kind("notice")} == {"download"}


def test_the_commands_are_the_students_only(asked, tmp_path):
    assert not list(tmp_path.rglob("commands"))
    assert (asked.folder / "commands" / "pip").exists()
