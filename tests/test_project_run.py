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

SECONDS = 900
EXECUTED = [one for one in further.hand_ins() if one.name.startswith("comp47650-2023/") and not one.static]
LESS = "lr=0.1", "lr=0.001"


def hand_in(folder: Path, *, code: str, log: str) -> None:
    """A student's folder: `project.zip`, and the video beside it."""
    files = project.made({}, folder.name)
    files["main.ipynb"] = project.notebook(code, log)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "project.zip", "w") as archive:
        for name, content in files.items():
            if name != "talk.mp4":
                archive.writestr(name, content)
    (folder / "talk.mp4").write_bytes(files["talk.mp4"])


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of two hand-ins with the same outputs, one of which has the code that printed them."""
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    folder = tmp_path_factory.mktemp("project")
    command = [sys.executable, "-c", project.CODE]
    log = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, timeout=300).stdout
    hand_in(folder / "given" / "again", code=project.CODE, log=log)
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
@pytest.mark.parametrize("golden", EXECUTED, ids=lambda golden: golden.name)
def test_a_golden_hand_in_that_is_about_a_run_is_marked_as_expected(golden: further.HandIn, marked: Path) -> None:
    assert comparing.differences(marked, golden) == []


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_weights_that_do_as_well_as_those_trained_here_pass(marked: Path) -> None:
    assert verdicts(marked, "again", "weights-reproduced") == ["pass"]
    readings = report(marked, "again")["readings"]
    assert readings["code.weights_accuracy"] == {"value": 1.0, "unit": "share", "witness": "reported"}
    assert readings["code.weights_run_accuracy"]["value"] < 1.0
    page = (marked / "again" / "report.html").read_text(encoding="utf-8")
    assert "tried in this run on what its last evaluation was fed" in page
