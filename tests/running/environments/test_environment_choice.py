"""Which environment a run gets, and why: said, recorded, and never a reason to run nothing."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.running.environments.conftest import NEEDED
from validator.evidence import FileEntry, Layout
from validator.plan import RunEnvironment
from validator.running.environments import choosing, making, record, submitted
from validator.running.environments.asked import Asked
from validator.running.environments.installing import BuildLimits
from validator.running.environments.places import NotBuilt

WANTED = RunEnvironment(packages=("beta",), requirements="submission")


def silent(line: str) -> None:
    """Nobody listens."""


def test_where_none_was_made_it_is_the_harness_and_said_so(envs):
    choice = choosing.chosen("auto", WANTED, tell=silent)
    assert choice.interpreter is None
    assert choice.why == "the harness's own; `validate env` makes a separate one"
    assert any(line.startswith("click==") for line in choice.frozen)
    assert choice.facts["run.environment"] == hashlib.sha256(choice.facts["run.packages"].encode()).hexdigest()


def test_the_one_made_for_the_rubric_is_taken(envs, wheels):
    made = making.make(Asked(packages=("beta",)), tell=silent, wheels=wheels)
    choice = choosing.chosen("auto", WANTED, tell=silent)
    assert choice.interpreter == str(made.interpreter)
    assert choice.facts["run.packages"].splitlines() == list(made.frozen)
    assert choice.facts["run.python"] == made.python
    assert choosing.chosen("own", WANTED, tell=silent).interpreter is None
    assert choosing.chosen(made.folder, RunEnvironment(), tell=silent).digest == made.digest


def test_a_rubric_without_packages_leaves_notebooks_with_the_harness(envs):
    assert "names no packages" in choosing.chosen("auto", RunEnvironment(), tell=silent).why


def test_a_folder_that_is_no_environment_is_refused(envs):
    with pytest.raises(NotBuilt, match="no run environment"):
        choosing.chosen(str(envs), WANTED, tell=silent)


def test_a_folder_made_for_another_agent_is_refused(made, monkeypatch):
    monkeypatch.setattr(choosing, "agent_digest", lambda: "another")
    with pytest.raises(NotBuilt, match="another version of the harness"):
        choosing.chosen(made.folder, WANTED, tell=silent)


@pytest.fixture
def choice() -> choosing.Choice:
    return choosing.own(why="the harness's own")


def handed_in(tmp_path: Path, text: str, name: str = "requirements.txt") -> tuple[Layout, Path]:
    (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / name).write_text(text)
    return Layout(files=(FileEntry(path=name, bytes=1, sha256="0", kind="text"),)), tmp_path


def for_submission(choice, layout, unpacked, wheels, *, wanted=WANTED, **how):
    return submitted.for_submission(choice, wanted, layout=layout, unpacked=unpacked, tell=silent, wheels=wheels, **how)


def test_a_submissions_list_is_laid_over_the_rubrics(envs, wheels, tmp_path, choice):
    layout, unpacked = handed_in(tmp_path, "alpha==1.0\n", "work/requirements.txt")
    found = for_submission(choice, layout, unpacked, wheels)
    assert {"alpha==1.0", "beta==1.0"} <= set(found.frozen)
    assert "the submission's work/requirements.txt" in found.why
    assert found.interpreter is not None


REAL = """\
# This file may be used to create an environment
--extra-index-url http://evil.invalid/simple
alpha @ file:///C:/Users/somebody/alpha-1.0
-e git+https://example.invalid/me/beta.git#egg=beta
-r /etc/passwd
gamma==1.0+cu118 ; python_version >= "3.8"
delta==0.1
nosuch==4
nosuchatall
torch==2.0.1
torchaudio
"""


def test_what_can_be_had_of_a_list_from_real_life_is_and_the_rest_is_told(*, envs, wheel, tmp_path, choice):
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name, version in {**NEEDED, "alpha": "2.0", "beta": "1.0", "gamma": "1.0", "delta": "1.0"}.items():
        wheel(folder, name, version)
    for name, version in (("torch", "2.0.1"), ("torch", "2.9"), ("torchaudio", "2.0.2"), ("torchaudio", "2.11")):
        wheel(folder, name, version)
    layout, unpacked = handed_in(tmp_path / "in", REAL.replace("\n", "\r\n"))
    found = for_submission(choice, layout, unpacked, folder)
    assert {"alpha==2.0", "beta==1.0", "gamma==1.0", "delta==1.0"} <= set(found.frozen)
    assert {"torch==2.0.1", "torchaudio==2.0.2"} <= set(found.frozen)
    for words in (
        "made from the submission's requirements.txt laid over the rubric's list; not as written: ",
        'gamma==1.0+cu118; python_version >= "3.8": gamma==1.0; python_version >= "3.8"',
        "delta==0.1: any version",
        "nosuch==4: left out",
        "nosuchatall: left out",
        "alpha by its name",
        "and 3 more",
    ):
        assert words in found.why
    assert len(record.everything(envs)) == 1


@pytest.mark.parametrize("content", ["alpha==1.0\r\n".encode("utf-16"), b"\xef\xbb\xbfalpha==1.0\r\n"])
def test_a_list_as_powershell_writes_it_is_installed(*, envs, wheels, tmp_path, choice, content):
    layout, unpacked = handed_in(tmp_path, "")
    (unpacked / "requirements.txt").write_bytes(content)
    assert "alpha==1.0" in for_submission(choice, layout, unpacked, wheels).frozen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-e .\n", 'requirements.txt line 1: "-e .": installs from a folder'),
        (
            "# platform: win-64\n_mutex=0.1=main\nalpha=1.0=py39_0\n",
            "line 3: .*a line of conda; write it as name==version",
        ),
        ("# nothing\n", "it names no package"),
        ("nosuch\n", "could not be installed: .*nosuch"),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_run_goes_on(*, envs, wheels, tmp_path, choice, text, reason):
    layout, unpacked = handed_in(tmp_path, text)
    found = for_submission(choice, layout, unpacked, wheels)
    assert found.interpreter is choice.interpreter
    assert found.digest == choice.digest
    assert re.search(reason, found.why)
    assert found.facts["run.environment.choice"] == found.why
    assert record.everything(envs) == ()


def test_what_the_harness_needs_stands_where_a_list_asks_for_another_version(envs, wheels, tmp_path, choice):
    layout, unpacked = handed_in(tmp_path, "ipykernel==1.0\nalpha==1.0\n")
    found = for_submission(choice, layout, unpacked, wheels)
    assert {"ipykernel==6.30", "alpha==1.0"} <= set(found.frozen)
    assert found.why.endswith("not as written: ipykernel==1.0: any version")


def test_what_a_list_had_to_be_eased_to_is_remembered(*, envs, wheels, tmp_path, choice, monkeypatch):
    layout, unpacked = handed_in(tmp_path, "alpha==9.0\n")
    first = for_submission(choice, layout, unpacked, wheels)
    monkeypatch.setattr(making, "_placed", lambda *given: pytest.fail("it is made again"))
    again = for_submission(choice, layout, unpacked, wheels)
    assert (again.digest, again.why) == (first.digest, first.why)
    assert again.why.endswith("alpha==9.0: any version")


def test_a_build_past_its_limits_falls_back_too(envs, wheels, tmp_path, choice):
    layout, unpacked = handed_in(tmp_path, "alpha\n")
    found = for_submission(choice, layout, unpacked, wheels, limits=BuildLimits(disk_bytes=10))
    assert "could not be installed: larger than" in found.why


def test_a_list_is_left_alone_where_the_rubric_or_the_person_says_so(envs, wheels, tmp_path, choice):
    layout, unpacked = handed_in(tmp_path, "alpha\n")
    never = RunEnvironment(packages=("beta",))
    assert for_submission(choice, layout, unpacked, wheels, wanted=never) is choice
    asked = choosing.chosen("own", WANTED, tell=silent)
    assert for_submission(asked, layout, unpacked, wheels) is asked
    assert for_submission(choice, Layout(), unpacked, wheels) is choice
