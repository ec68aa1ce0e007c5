"""`validate env` makes, reuses and lists; `--env` says what notebooks run in."""

import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from validator.cli import environment, exits
from validator.cli.env import command
from validator.plan import RunEnvironment
from validator.running.environments import sealing, using

NEEDED = ("ipykernel-6.30", "ipywidgets-8", "matplotlib-3", "matplotlib_inline-0.2", "numpy-2", "pip-26", "alpha-1.0")
RUBRIC = """
schema = 1
id = "small"
title = "Small"
amends = "comp3547-2024"
[plan.environment]
packages = [{packages}]
"""


@pytest.fixture
def envs(monkeypatch):
    folder = Path(tempfile.mkdtemp(prefix="envs-"))
    folder.chmod(0o755)
    monkeypatch.setenv("VALIDATOR_ENVS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(folder / "cache"))
    yield folder
    sealing.removed(folder)


@pytest.fixture
def wheels(tmp_path):
    for name in NEEDED:
        info = f"{name}.dist-info"
        with zipfile.ZipFile(tmp_path / f"{name}-py3-none-any.whl", "w") as archive:
            lines = dict(zip(("Name", "Version"), name.split("-"), strict=True))
            told = "".join(f"{key}: {value}\n" for key, value in lines.items())
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\n{told}")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(
                f"{info}/RECORD", "".join(f"{info}/{each},,\n" for each in ("METADATA", "WHEEL", "RECORD"))
            )
    return tmp_path


def rubric(tmp_path, packages='"alpha"'):
    path = tmp_path / "small.toml"
    path.write_text(RUBRIC.format(packages=packages))
    return str(path)


def invoke(*words):
    return CliRunner().invoke(command, [str(word) for word in words], standalone_mode=False)


def test_it_is_made_reused_listed_and_chosen(envs, wheels, tmp_path, capsys):
    constraint = tmp_path / "constraints.txt"
    constraint.write_text("alpha==1.0\n")
    words = ["--rubric", rubric(tmp_path), "--constraint", constraint, "--wheels", wheels]
    made = invoke(*words)
    assert made.return_value == 0, made.output
    assert "7 packages, frozen list" in made.output
    again = json.loads(invoke(*words, "--json").stdout)
    assert again["frozen"][0] == "alpha==1.0"
    assert again["folder"] in made.output
    listed = json.loads(invoke("--list", "--json").stdout)["environments"]
    assert listed == [again]
    assert again["folder"] in invoke("--list").output
    chosen = environment.choice("auto", RunEnvironment(packages=("alpha",)))
    assert chosen.interpreter == again["interpreter"]
    assert "run environment: made by `validate env`" in capsys.readouterr().err


def test_nothing_there_is_said(envs):
    assert "`validate env` makes one" in invoke("--list").output
    assert json.loads(invoke("--list", "--json").output) == {"environments": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rubric", "no-such"], "no rubric"),
        (["--constraint", "nowhere.txt"], "--constraint nowhere.txt: cannot be read"),
    ],
)
def test_a_mistake_is_one_message(envs, words, said):
    assert said in str(invoke(*words).exception)


def test_a_rubric_without_packages_makes_nothing(envs, tmp_path):
    shown = invoke("--rubric", rubric(tmp_path, packages=""))
    assert isinstance(shown.exception, exits.UsageProblem)
    assert "[plan.environment]" in str(shown.exception)


def test_what_cannot_be_installed_is_a_usage_problem(envs, tmp_path):
    shown = invoke("--rubric", rubric(tmp_path), "--wheels", tmp_path)
    assert isinstance(shown.exception, exits.UsageProblem)
    assert "no run environment was made" in str(shown.exception)


def test_a_folder_that_is_none_is_a_usage_problem(envs):
    with pytest.raises(exits.UsageProblem, match=r"--env .*: no run environment"):
        environment.choice(str(envs), RunEnvironment())


def test_pruning_says_what_went_why_and_what_it_freed(envs, wheels, tmp_path):
    made = json.loads(invoke("--rubric", rubric(tmp_path), "--wheels", wheels, "--json").stdout)["folder"]
    assert f"{made}: stays, what " in invoke("--prune", "--rubric", rubric(tmp_path), "--unused-days", "0").output
    using.let_go()
    assert f"{made}: stays, chosen today" in invoke("--prune").output
    shown = invoke("--prune", "--unused-days", "0", "--dry-run").output
    assert f"{made}: would go, no rubric's own" in shown
    assert Path(made).is_dir()
    (row,) = json.loads(invoke("--prune", "--unused-days", "0", "--json").stdout)["environments"]
    assert (row["folder"], row["removed"]) == (made, True)
    assert row["bytes"] > 1000
    assert not Path(made).exists()
    assert "0.00 GiB freed" in invoke("--prune").output
