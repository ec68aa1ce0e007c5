"""`--jobs`, `--gpus` and `--per-gpu`: what is left out is filled in, and a contradiction is one message."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from validator.cli.engine_options import Wish, options, wished
from validator.cli.exits import UsageProblem


@pytest.fixture(autouse=True)
def no_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No nvidia-smi: a number is believed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def asked(*words: str) -> Wish:
    @click.command()
    @options
    def command(*, jobs: int | None, gpus: str, per_gpu: int) -> Wish:
        return wished(jobs=jobs, gpus=gpus, per_gpu=per_gpu, device="auto")

    wish = CliRunner().invoke(command, list(words), standalone_mode=False)
    if wish.exception:
        raise wish.exception
    assert isinstance(wish.return_value, Wish)
    return wish.return_value


@pytest.mark.parametrize(
    ("words", "jobs", "gpus"),
    [
        ([], 1, 0),
        (["--jobs", "3"], 3, 0),
        (["--gpus", "0,1"], 2, 2),
        (["--gpus", "0,1", "--per-gpu", "4"], 8, 2),
        (["--gpus", "0,1", "--jobs", "5"], 5, 2),
    ],
)
def test_without_jobs_every_place_on_the_gpus_is_used(words: list[str], jobs: int, gpus: int) -> None:
    wish = asked(*words)
    assert (wish.jobs, len(wish.gpus)) == (jobs, gpus)


def test_all_gpus_of_a_machine_without_any_is_a_usage_problem() -> None:
    with pytest.raises(UsageProblem, match="no NVIDIA GPU"):
        asked("--gpus", "all")


def test_gpus_and_the_cpu_contradict_each_other() -> None:
    with pytest.raises(UsageProblem, match="contradict"):
        wished(jobs=None, gpus="0", per_gpu=1, device="cpu")


@pytest.mark.parametrize("words", [["--jobs", "0"], ["--per-gpu", "0"]])
def test_less_than_one_is_a_usage_problem(words: list[str]) -> None:
    with pytest.raises(click.BadParameter):
        asked(*words)
