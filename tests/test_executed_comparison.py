"""One hand-in with two networks, executed from its zip to its report through the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures import further
from fixtures.data import write_cifar10

RUBRIC = "comp6248-referral-2021"
CLEAN = Path(further.__file__).parent / RUBRIC / "clean"
PASSES = {
    "code-runs", "networks-present", "even-regimes", "plain-evaluated", "se-evaluated", "paper-length", "files-present",
}  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("executed")
    write_cifar10(folder / "data", train=100, test=50)
    hand_in = further.load(CLEAN)
    archive = further.write(folder, hand_in)
    options = [
        "--data",
        str(folder / "data"),
        "--allow-lookalike-data",
        "--device",
        "cpu",
        "--out",
        str(folder / "out"),
    ]
    command = [sys.executable, "-m", "validator", str(archive), "--rubric", RUBRIC, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=550)
    assert done.returncode == 1, done.stderr[-4000:]  # the paper and the look-alike data leave something to a person
    return json.loads((folder / "out" / hand_in.username / "report.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_both_networks_are_found_counted_and_scored(report: dict) -> None:
    readings = {name: reading["value"] for name, reading in report["readings"].items()}
    assert (readings["plain.parameters"], readings["se.parameters"]) == (176_402, 182_142)
    assert (readings["plain.steps"], readings["se.steps"]) == (12, 12)
    assert (readings["plain.test_images"], readings["se.test_images"]) == (50, 50)
    for name in ("plain", "se"):
        accuracy, own = readings[f"{name}.test_accuracy"], readings[f"{name}.student_test_accuracy"]
        assert 0 <= readings[f"{name}.test_accuracy_low"] <= accuracy <= readings[f"{name}.test_accuracy_high"] <= 1
        assert own == pytest.approx(accuracy, abs=0.05)  # look-alike pictures may be too like each other to be told


@pytest.mark.slow
def test_an_even_pair_passes_and_its_depth_goes_to_a_person(report: dict) -> None:
    verdicts: dict[str, set[str]] = {}
    for finding in report["penalties"]:
        verdicts.setdefault(finding["clause"], set()).add(finding["verdict"])
    assert {clause for clause, found in verdicts.items() if found == {"pass"}} >= PASSES
    assert verdicts["blocks-added"] == {"pass", "unknown"}
    assert not {clause for clause, found in verdicts.items() if "fail" in found}
    assert report["total_penalty"] == 0
