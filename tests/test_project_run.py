"""A project run from its zip and the video beside it: a training that can be had again passes, a worse one does not."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fixtures import comparing, further
from fixtures.handins import comp47650_2023 as project
from validator.evidence import load

SECONDS = 900
EXECUTED = [one for one in further.hand_ins() if one.name.startswith("comp47650-2023/") and not one.static]
LESS = "lr=0.1", "lr=0.001"


def hand_in(folder: Path, *, code: str, log: str) -> None:
    """A student's folder: `project.zip`, and the video beside it."""
    files = project.made({}, folder.name)
    files["main.ipynb"] = project.notebook(code, log)
    written(folder, files)


def in_parts(folder: Path, *, log: str) -> None:
    """The same training in several files: what one writes the next reads; the last tells what it cannot be told."""
    files = project.made({"drop": ["main.ipynb"]}, folder.name)
    made, trained = project.CODE.split("network = ", 1)
    keep = 'numpy.savez("all.npz", train_x=train_x, train_y=train_y, test_x=test_x, test_y=test_y)\n'
    head = made[: made.index("inputs = ")] + 'data = numpy.load("all.npz")\n'
    files["01_data.ipynb"] = project.notebook(made + keep, "")
    head += "".join(f'{name} = data["{name}"]\n' for name in ("train_x", "train_y", "test_x", "test_y"))
    files["train.ipynb"] = project.notebook(f"{head}network = {trained}", log)
    files["evaluate.ipynb"] = project.notebook('import tools\nprint(tools.size("network.pt") > 0)\n', "")
    files["tools.py"] = b"import os\n\n\ndef size(name):\n    return os.path.getsize(name)\n"
    files["tune.py"] = (
        b"import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', required=True)\np.parse_args()\n"
    )
    written(folder, files)


def written(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "project.zip", "w") as archive:
        for name, content in files.items():
            if name != "talk.mp4":
                archive.writestr(name, content)
    (folder / "talk.mp4").write_bytes(files["talk.mp4"])


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of hand-ins with the same outputs: with the code that printed them, in one file or several; without."""
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    folder = tmp_path_factory.mktemp("project")
    command = [sys.executable, "-c", project.CODE]
    log = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, timeout=300).stdout
    hand_in(folder / "given" / "again", code=project.CODE, log=log)
    in_parts(folder / "given" / "parts", log=log)
    hand_in(folder / "given" / "never", code=project.CODE.replace(*LESS), log=log)
    for golden in EXECUTED:
        further.write(folder / "given", golden)
    options = [
        "--rubric",
        "comp47650-2023",
        "--env",
        "own",
        "--device",
        "cpu",
        "--jobs",
        "1",
        "--out",
        str(folder / "out"),
    ]
    command = [sys.executable, "-m", "validator", str(folder / "given"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 1, done.stderr[-4000:]
    return folder / "out"


def report(marked: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((marked / name / "report.json").read_text(encoding="utf-8"))
    return found


def verdicts(marked: Path, name: str, clause: str) -> list[str]:
    return [finding["verdict"] for finding in report(marked, name)["penalties"] if finding["clause"] == clause]


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_a_training_that_is_had_again_passes(marked: Path) -> None:
    assert verdicts(marked, "again", "training-reproduced") == ["pass"]
    assert verdicts(marked, "again", "code-runs") == ["pass"]
    assert verdicts(marked, "again", "weights-of-each-model") == ["pass"]
    readings = report(marked, "again")["readings"]
    assert readings["code.rerun_loss"]["value"] == pytest.approx(readings["code.stored_loss"]["value"], abs=1e-3)


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_a_training_that_is_not_had_again_goes_to_a_person(marked: Path) -> None:
    assert verdicts(marked, "never", "training-reproduced") == ["fail"]
    assert report(marked, "never")["total_penalty"] == 0
    assert "as handed in" in (marked / "never" / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_the_video_beside_the_zip_is_found(marked: Path) -> None:
    assert verdicts(marked, "again", "video-present") == ["pass"]
    assert report(marked, "again")["readings"]["video.seconds"]["value"] == 240.0


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_every_file_is_run_in_one_folder_and_in_order(marked: Path) -> None:
    found = load(marked / "parts" / "evidence.json")
    assert [(run.role, run.path, run.outcome) for run in found.runs] == [
        ("code", "01_data.ipynb", "finished"),
        ("code-2", "train.ipynb", "finished"),
        ("code-3", "tune.py", "raised"),
        ("code-4", "evaluate.ipynb", "finished"),
    ]
    assert found.skipped["run-others"] == "not executed by themselves: tools.py (it does nothing by itself)"
    assert found.runs[1].readings["code-2.steps"].value == 12
    assert not [flag for run in found.runs for flag in run.flags if flag.kind in ("weights-loaded", "opened-weights")]


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
@pytest.mark.parametrize("golden", EXECUTED, ids=lambda golden: golden.name)
def test_a_golden_hand_in_that_is_about_a_run_is_marked_as_expected(golden: further.HandIn, marked: Path) -> None:
    assert comparing.differences(marked, golden) == []


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_the_training_of_every_notebook_is_compared(marked: Path) -> None:
    assert verdicts(marked, "parts", "training-reproduced") == ["pass"]
    assert verdicts(marked, "parts", "weights-reproduced") == ["pass"]
    assert verdicts(marked, "parts", "code-runs") == ["unknown", "pass"]
    said = [finding["message"] for finding in report(marked, "parts")["penalties"] if finding["clause"] == "code-runs"]
    assert said[0].startswith("tune.py: asks for arguments")
    assert said[1] == "ran to their ends, in this order: " + ", ".join(
        f"{name}.ipynb (1 cell)" for name in ("01_data", "train", "evaluate")
    )


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_weights_that_do_as_well_as_those_trained_here_pass(marked: Path) -> None:
    assert verdicts(marked, "again", "weights-reproduced") == ["pass"]
    readings = report(marked, "again")["readings"]
    assert readings["code.weights_accuracy"] == {"value": 1.0, "unit": "share", "witness": "reported"}
    assert readings["code.weights_run_accuracy"]["value"] < 1.0
    page = (marked / "again" / "report.html").read_text(encoding="utf-8")
    assert "tried in this run on what its last evaluation was fed" in page
