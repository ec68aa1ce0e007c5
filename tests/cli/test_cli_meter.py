"""`validate meter`: its document, its exit codes, its words."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from validator.cli.meter import command

TRAINING = """\
import torch
net = torch.nn.Linear(3, 2)
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(7):
    optimiser.zero_grad()
    net(torch.randn(4, 3)).sum().backward()
    optimiser.step()
"""


def meter(file: Path, *options: str) -> tuple[int, Result]:
    answer = CliRunner().invoke(command, [str(file), *options], standalone_mode=False)
    assert answer.exception is None
    return answer.return_value, answer


@pytest.mark.slow
def test_a_training_script_is_metered(tmp_path: Path) -> None:
    file = tmp_path / "train.py"
    file.write_text(TRAINING)
    code, answer = meter(file, "--json", "--wall", "300")
    document = json.loads(answer.stdout)
    assert code == 0
    assert (document["outcome"], document["parameters"], document["steps"], document["agreement"]) == (
        "finished", 8, 7, True,
    )  # fmt: skip
    (network,) = document["networks"]
    assert (network["parameters"], network["trainable"], network["steps"]) == (8, 8, 7)
    assert (network["gradient_computations"], network["counted"]) == (7, True)
    assert document["framework"].startswith("torch")
    assert (network["kind"], network["role"], network["frozen"]) == ("module", "model", 0)
    assert "one gradient computation for each step" in " ".join(document["explanation"]["How the counts differ here"])


ACCUMULATED = """\
import torch
net = torch.nn.Linear(3, 2)
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
for step in range(28):
    net(torch.randn(4, 3)).sum().backward()
    if step % 4 == 3:
        optimiser.step()
        optimiser.zero_grad()
"""


@pytest.mark.slow
def test_a_student_reads_how_the_counts_of_this_run_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    file = tmp_path / "accumulated.py"
    file.write_text(ACCUMULATED)
    code, answer = meter(file, "--wall", "300")
    assert code == 0
    assert "Linear#1 (net) counts: the network that was trained." in answer.stdout
    assert "4 gradient computations for each step: gradients were accumulated" in answer.stdout
    assert "they agree." in answer.stdout


def test_what_was_not_seen_is_null_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "nothing.py"
    file.write_text("raise ValueError('early')\n")
    code, answer = meter(file, "--json")
    document = json.loads(answer.stdout)
    assert code == 1
    assert (document["outcome"], document["parameters"], document["steps"]) == ("raised", None, None)
    assert document["missing"]["steps"]


def test_a_file_that_is_no_notebook_is_not_started_and_said_so_in_words(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text("<html>")
    code, answer = meter(file)
    assert code == 1
    assert "not-started" in answer.stdout
    assert "unknown" in answer.stdout
    assert "lower bounds" not in answer.stdout  # there is no number that could be one


@pytest.mark.parametrize("name", ["absent.ipynb", "notes.txt"])
def test_no_such_file_is_a_usage_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("x")
    answer = CliRunner().invoke(command, [str(tmp_path / name)])
    assert answer.exit_code == 2
    assert "name one .ipynb or .py file" in answer.output
