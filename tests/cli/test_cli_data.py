"""`validate data` says what is missing and where it goes."""

import json

import pytest
from click.testing import CliRunner

from validator.cli.data import command


@pytest.fixture(autouse=True)
def _no_hub(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv("VALIDATOR_DATA", raising=False)


def test_an_empty_folder_lists_every_missing_file_and_its_place(tmp_path):
    shown = CliRunner().invoke(command, ["--data", str(tmp_path)], standalone_mode=False)
    assert shown.return_value == 1
    assert "train_x.npy" in shown.output
    assert str(tmp_path / "cifar-100-python") in shown.output
    assert "pt_inception-2015-12-05-6726825d.pth" in shown.output


def test_json_has_a_status_for_each(tmp_path):
    shown = CliRunner().invoke(command, ["--data", str(tmp_path), "--json", "--all"], standalone_mode=False)
    assert {entry["name"]: entry["status"] for entry in json.loads(shown.output)["sets"]} == {
        "addnist": "missing",
        "cifar100": "missing",
        "cifar10": "missing",
        "weights": "missing",
    }


def test_what_one_rubric_needs_is_shown_alone(tmp_path):
    for rubric, names in (
        ("comp6248-referral-2021", ["cifar10"]),
        ("comp3547-2024", ["addnist", "cifar100", "weights"]),
    ):
        options = ["--data", str(tmp_path), "--json", "--rubric", rubric]
        shown = CliRunner().invoke(command, options, standalone_mode=False)
        assert [entry["name"] for entry in json.loads(shown.output)["sets"]] == names
        assert shown.return_value == 1


def test_without_a_rubric_what_marking_without_one_needs_is_shown(tmp_path):
    shown = CliRunner().invoke(command, ["--data", str(tmp_path), "--json"], standalone_mode=False)
    named = CliRunner().invoke(
        command, ["--data", str(tmp_path), "--json", "--rubric", "comp3547-2024"], standalone_mode=False
    )
    assert shown.output == named.output


def test_no_folder_at_all_says_to_name_one():
    assert "--data DIR" in CliRunner().invoke(command, [], standalone_mode=False).output


def test_the_environment_names_the_folder_too(tmp_path, monkeypatch):
    monkeypatch.setenv("VALIDATOR_DATA", str(tmp_path))
    shown = CliRunner().invoke(command, [], standalone_mode=False)
    assert str(tmp_path / "cifar-100-python") in shown.output
