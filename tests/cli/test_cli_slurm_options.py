"""The options about Slurm: defaults follow the plan, and what does not go together is one message, exit 2."""

from dataclasses import replace

import click
import pytest
from click.testing import CliRunner

from validator.cli import exits, group
from validator.cli.exits import UsageProblem
from validator.cli.slurm_options import SlurmChoice, slurm_options, walltime_minutes
from validator.plan import Plan, Role
from validator.running.engines import slurm

PLAN = Plan(roles=(Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),))


@pytest.fixture
def chosen(monkeypatch):
    """The choice that words make, on a machine that has Slurm and submitit."""
    monkeypatch.setattr(slurm, "why_not", lambda: "")

    @click.command()
    @slurm_options
    def command(*, slurm: SlurmChoice | None) -> int:
        return slurm  # type: ignore[return-value]

    return lambda *words: CliRunner().invoke(command, words, standalone_mode=False, catch_exceptions=False).return_value


def test_without_the_engine_nothing_is_chosen(chosen):
    assert chosen() is None


def test_a_gpu_is_asked_for_unless_nothing_runs_on_one(chosen):
    choice = chosen("--engine", "slurm")
    assert choice.request(PLAN).gres == "gpu:1"
    assert choice.request(replace(PLAN, device="cuda")).gres == "gpu:1"
    assert choice.request(replace(PLAN, device="cpu")).gres == ""
    assert choice.request(replace(PLAN, execute="static")).gres == ""
    assert chosen("--engine", "slurm", "--slurm-gres", "gpu:ampere:1").request(PLAN).gres == "gpu:ampere:1"
    assert chosen("--engine", "slurm", "--slurm-gres", "").request(PLAN).gres == ""


def test_memory_is_the_notebooks_limit_and_some_more(chosen):
    assert chosen("--engine", "slurm").request(PLAN).memory == "20G"
    assert chosen("--engine", "slurm", "--slurm-mem", "28G").request(PLAN).memory == "28G"


def test_every_word_reaches_the_request(chosen):
    words = ("--slurm-partition", "res", "--slurm-cpus", "4", "--slurm-time", "1-00:00:00", "--slurm-setup",
             "source /etc/profile; module load cuda", "--slurm-parallel", "8", "--slurm", "qos=short",
             "--slurm", "exclude=gpu3,gpu4")  # fmt: skip
    request = chosen("--engine", "slurm", *words).request(PLAN)
    assert (request.partition, request.cpus, request.walltime_minutes, request.parallel) == ("res", 4, 1440, 8)
    assert request.setup == "source /etc/profile; module load cuda"
    assert request.extra == (("qos", "short"), ("exclude", "gpu3,gpu4"))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90", 90), ("90:30", 91), ("2:00:00", 120), ("1-12", 36 * 60), ("1-12:30", 36 * 60 + 30), ("0-0:0:1", 1)],
)
def test_time_is_written_as_slurm_writes_it(text, minutes):
    assert walltime_minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "soon", "-5", "1:2:3:4", "1h"])
def test_what_is_no_time_is_said(text):
    with pytest.raises(UsageProblem, match="--slurm-time"):
        walltime_minutes(text)


def test_a_walltime_below_the_notebooks_limit_is_refused(chosen):
    with pytest.raises(UsageProblem, match="245 min"):
        chosen("--engine", "slurm", "--slurm-time", "4:00:00").request(PLAN)


@pytest.mark.parametrize(
    "words",
    [
        ("--slurm-partition", "res"),
        ("--no-wait",),
        ("--engine", "slurm", "--slurm", "array=0-9"),
        ("--engine", "slurm", "--slurm", "Not an option"),
        ("--engine", "slurm", "--slurm-setup", "one\ntwo"),
    ],
)
def test_what_does_not_go_together_is_one_message(chosen, words):
    with pytest.raises(UsageProblem, match="--"):
        chosen(*words)


def test_a_machine_without_slurm_says_so_with_exit_code_2(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["validate", str(tmp_path), "--engine", "slurm", "--out", str(tmp_path / "out")])
    assert exits.run(group) == exits.USAGE
    said = capsys.readouterr().err
    assert said.count("Error: ") == 1
    assert "not installed here" in said or "not found here" in said
    assert not (tmp_path / "out").exists()


def test_collecting_where_nothing_was_handed_in_is_one_message(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["validate", "collect", str(tmp_path)])
    assert exits.run(group) == exits.USAGE
    assert "--engine slurm" in capsys.readouterr().err
