"""Figures looked at by a fork: the same answer as a new interpreter's, the same limits, each with its reason.

One process stands for a stage that was forked from a warm parent: a test runner has threads, and must not be forked.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures.paper_hostile import HOSTILE
from tests.measuring.probes import pictured
from validator import plain
from validator.evidence import Layout, Submission
from validator.measuring.probes import paper_figures
from validator.measuring.probes.task import Task
from validator.measuring.sandbox.supervisor import landlock, seccomp
from validator.plan import MIB, Plan, Role

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="figures are looked at by a fork on Linux only")

PLAN = Plan(
    roles=(
        Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",)),
        Role(name="generator", kind="notebook", stem="generator", suffixes=(".ipynb",)),
    )
)
LAYOUT = Layout(roles={"paper": ("paper.pdf",), "generator": ("generator.ipynb",)})
HELD = "import PIL.Image, pypdf\nfrom validator.measuring.probes import figure_reader"
STAGE = """
import dataclasses, json, os, sys, time
from pathlib import Path
from validator import plain
from validator.evidence import Layout
from validator.measuring.probes import paper_figures, paper_forked
from validator.measuring.probes.task import Task
{held}
def no_interpreter(*_):
    raise AssertionError("a new interpreter was asked for")
paper_figures._interpreter = no_interpreter
os.environ[paper_forked.SAYS_SO] = "1"
layout = plain.from_plain(Layout, json.loads(sys.argv[1]))
answer = figure_reader.answer
for name, does, memory, wall, cpu in json.loads(sys.argv[2]):
    def doing(asked):
        exec(does)
        return answer(asked)
    figure_reader.answer = doing
    paper_figures.WALL_SECONDS, paper_figures.CPU_SECONDS = wall, cpu
    task = Task.loads(Path(name).read_text())
    limits = dataclasses.replace(task.plan.paper, memory_bytes=memory)
    task = dataclasses.replace(task, plan=dataclasses.replace(task.plan, paper=limits))
    print(json.dumps(plain.to_plain(paper_figures.figures(task, layout, runs=()))))
    try:
        os.wait()
    except ChildProcessError:
        continue
    raise AssertionError("a child is left")
"""
USUAL = (1024 * MIB, 90.0, 45)
BATCH = pictured.grid(pictured.tiles(64, seed=5), 8, 8, gap=2, colour=0, framed=True)


def submission(home: Path, paper: bytes | None = None) -> Task:
    """A paper with a batch of samples and the notebook that shows it; or these bytes for a paper."""
    (home / "submission").mkdir(parents=True)
    file = home / "submission" / "paper.pdf"
    if paper is None:
        pictured.paper(file, ["Figure 1: A batch of 64 samples of the model.", (BATCH, (100.0, 400.0, 200.0, 200.0))])
    else:
        file.write_bytes(paper)
    picture = {"image/png": base64.b64encode(pictured.png(BATCH)).decode()}
    output = {"output_type": "display_data", "metadata": {}, "data": picture}
    cells = [{"cell_type": "code", "source": "plt.show()", "outputs": [output]}]
    (home / "submission" / "generator.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))
    named = Submission(id="abcd12", sha256="0", source="abcd12.zip")
    task = Task(submission=named, given=str(home), home=str(home), plan=PLAN)
    (home / "task.json").write_text(task.dumps())
    return task


def forked(*wanted: tuple[Task, str, int, float, int]) -> list[dict[str, Any]]:
    """What a stage finds for each task whose fork first does something, within memory, wall and processor time."""
    asked = [(str(Path(task.home) / "task.json"), *rest) for task, *rest in wanted]
    command = [sys.executable, "-c", STAGE.format(held=HELD), json.dumps(plain.to_plain(LAYOUT)), json.dumps(asked)]
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=alone, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_fork_finds_what_a_new_interpreter_finds(tmp_path: Path) -> None:
    HOSTILE["bomb"].write(tmp_path / "bomb.pdf")
    papers = [None, b"%PDF-1.4 and then nothing of the kind", (tmp_path / "bomb.pdf").read_bytes()]
    tasks = [submission(tmp_path / str(number), paper) for number, paper in enumerate(papers)]
    alone = [plain.to_plain(paper_figures.figures(task, LAYOUT, runs=())) for task in tasks]
    sheet = tmp_path / "0" / "run" / "figures" / "paper-batch.png"
    drawn = sheet.read_bytes()
    sheet.unlink()
    found = forked(*((task, "", *USUAL) for task in tasks))
    assert found == alone
    assert found[0]["figures"]["paper.pdf"][0]["seen_in"] == "stored outputs, cell 0 of generator.ipynb"
    assert found[1]["metrics"][0]["flags"][0]["detail"].endswith("its reader ended early (exit code 1)")
    assert sheet.read_bytes() == drawn


def test_each_limit_ends_the_fork_with_its_reason(tmp_path: Path) -> None:
    ends = {
        f"bytearray({600 * MIB})": ((500 * MIB, 90.0, 45), "more than 500 MiB of memory"),
        "time.sleep(60)": ((1024 * MIB, 0.2, 45), "longer than 0.2 seconds"),
        "while True: pass": ((1024 * MIB, 90.0, 1), "more than 1 seconds of processor time"),
        "os.kill(os.getpid(), 11)": (USUAL, "ended early (signal 11)"),
        "os._exit(0)": (USUAL, "gave no answer"),
        "os.write(3, b'{}\\n'); os._exit(0)": (USUAL, None),
        f"os.write(3, bytes({5 * MIB}))": (USUAL, "more than can be true"),
        "Path(asked.paper).with_name('new').write_bytes(b'x')": (USUAL, "ended early (exit code 1)"),
        "os._exit(4 if os.environ else 5)": (USUAL, "exit code 5"),
    }
    task = submission(tmp_path)
    for (does, (_, words)), found in zip(
        ends.items(), forked(*((task, does, *limits) for does, (limits, _) in ends.items())), strict=True
    ):
        (metrics,) = found["metrics"]
        why = metrics["readings"]["figures.batch_in_stored"]["why"]
        if words is None:  # an answer of defaults is an answer
            assert metrics["readings"]["figures.stored_pictures"]["value"] == 0
        else:
            assert words in why, (does, why)
            assert [flag["kind"] for flag in metrics["flags"]] == ["figures-unread"]


@pytest.mark.skipif(not landlock.version() or not seccomp.available(), reason="this kernel has no Landlock")
def test_it_sees_its_submission_and_no_other(tmp_path: Path) -> None:
    task = submission(tmp_path / "own")
    other = submission(tmp_path / "other").unpacked / "paper.pdf"
    does = f"open(asked.paper, 'rb').close()\ntry: open({str(other)!r}, 'rb')\nexcept PermissionError: os._exit(9)"
    (found,) = forked((task, does, *USUAL))
    assert "exit code 9" in found["metrics"][0]["flags"][0]["detail"]
