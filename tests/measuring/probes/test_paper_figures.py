"""Figures of whole papers, found and compared in the child process: shown, stored, painted and hostile ones."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from fixtures.paper_hostile import raw_pdf
from tests.measuring.probes import pictured
from validator.evidence import Figure, Layout, Metrics, Submission
from validator.measuring.probes import paper_figures
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role

CELLS = pictured.tiles(64, seed=5)
BATCH = pictured.grid(CELLS, 8, 8, gap=2, colour=0, framed=True)
OTHER = pictured.grid(pictured.tiles(64, seed=9), 8, 8, gap=2, colour=0, framed=True)
SAMPLES = "Figure 1: A batch of 64 samples of the model."
PLAN = Plan(
    roles=(
        Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",)),
        Role(name="generator", kind="notebook", stem="generator", suffixes=(".ipynb",)),
    )
)
LAYOUT = Layout(roles={"paper": ("paper.pdf",), "generator": ("generator.ipynb",)})
PLACE = (100.0, 400.0, 200.0, 200.0)


def notebook(path: Path, *pictures: pictured.Pixels, pasted: bool = False) -> None:
    coded = [base64.b64encode(pictured.png(each)).decode() for each in pictures]
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": each}} for each in coded]
    cells = [{"cell_type": "code", "source": "import torch", "outputs": []}]
    if pasted:
        cells += [{"cell_type": "markdown", "source": "", "attachments": {"a.png": {"image/png": coded[0]}}}]
    else:
        cells += [{"cell_type": "code", "source": "plt.show()", "outputs": outputs}]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}))


class Found:
    """What looking at one made submission gave."""

    def __init__(self, home: Path, *, runs: tuple[str, ...] = ()) -> None:
        submission = Submission(id="abcd12", sha256="0", source="abcd12.zip")
        task = Task(submission=submission, given=str(home), home=str(home), plan=PLAN)
        found = paper_figures.figures(task, LAYOUT, runs=runs)
        self.figures: tuple[Figure, ...] = found.figures.get("paper.pdf", ())
        (self.metrics,) = found.metrics or (Metrics(about="none"),)
        self.kinds = [flag.kind for flag in self.metrics.flags]
        self.values = {name.partition(".")[2]: each.value for name, each in self.metrics.readings.items()}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    notebook(tmp_path / "submission" / "generator.ipynb")
    return tmp_path


def paper(home: Path, *pages: list) -> None:
    pictured.paper(home / "submission" / "paper.pdf", *pages)


def test_every_kind_of_figure_is_found_with_its_page(home: Path) -> None:
    strips = pictured.grid(pictured.strips(8, 10), 8, 10, gap=2)
    photo = pictured.tiles(1, side=200)[0]
    paper(
        home,
        ["Figure 1: Architecture of the classifier.", (photo, PLACE)],
        ["Words and nothing else, on accuracy and loss over training."],
        [SAMPLES, (BATCH, PLACE), "Figure 2: Interpolations between 8 pairs.", (strips, (320, 400, 250, 200))],
        ["Figure 3: Training and test accuracy over 10,000 steps.", (photo, PLACE)],
    )
    found = [(figure.kind, figure.page, figure.count) for figure in Found(home).figures]
    assert sorted(found, key=str) == [
        ("curves", 4, None),
        ("diagram", 1, None),
        ("interpolations", 3, 8),
        ("samples", 3, 64),
    ]


def test_tiles_drawn_one_by_one_are_a_batch(home: Path) -> None:
    tiles = [
        (CELLS[8 * row + column], (100.0 + 25 * column, 600.0 - 25 * row, 23.0, 23.0))
        for row in range(8)
        for column in range(8)
    ]
    paper(home, [SAMPLES, *tiles])
    (figure,) = Found(home).figures
    assert (figure.kind, figure.count, figure.page) == ("samples", 64, 1)


def test_plots_saved_as_a_pdf_of_axes_are_walked_into(home: Path, tmp_path: Path) -> None:
    from matplotlib.figure import Figure as Plot

    plot = Plot(figsize=(6, 6))
    for axis, tile in zip(plot.subplots(8, 8).ravel(), CELLS, strict=True):
        axis.imshow(tile)
        axis.axis("off")
    plot.savefig(home / "submission" / "paper.pdf")
    (figure,) = Found(home).figures
    assert (figure.kind, figure.count) == ("samples", 64)


def test_a_plot_drawn_in_vectors_is_known_by_its_axes(home: Path) -> None:
    from matplotlib.figure import Figure as Plot

    plot = Plot()
    axis = plot.subplots()
    axis.plot(np.log(np.arange(1, 200)))
    axis.set_xlabel("Epoch")
    axis.set_ylabel("Test accuracy")
    plot.savefig(home / "submission" / "paper.pdf")
    (figure,) = Found(home).figures
    assert (figure.kind, figure.detail) == ("curves", "a drawing whose axes are named test accuracy over epoch")


def test_a_caption_without_any_drawing_is_no_figure(home: Path) -> None:
    paper(home, ["Figure 3: Training and test accuracy over 10,000 steps.", SAMPLES])
    assert Found(home).figures == ()


def test_a_stored_grid_of_another_size_with_a_title_agrees(home: Path) -> None:
    from matplotlib.figure import Figure as Plot

    plot = Plot(figsize=(5, 5))
    axis = plot.subplots()
    axis.imshow(BATCH)
    axis.set_title("Samples")
    notebook(home / "submission" / "generator.ipynb", OTHER, pictured.drawn(plot, 120))
    paper(home, [SAMPLES, (pictured.jpeg(pictured.scaled(BATCH, 1.6), 70), PLACE)])
    found = Found(home)
    assert found.figures[0].seen_in == "stored outputs, cell 1 of generator.ipynb"
    assert (found.values["stored_pictures"], found.values["batch_in_stored"]) == (2, 1.0)
    assert found.kinds == []
    (picture,) = found.metrics.pictures
    assert (home / "run" / picture.path).read_bytes().startswith(b"\x89PNG")


def test_a_painted_tile_is_named(home: Path) -> None:
    painted = BATCH.copy()
    painted[2 + 34 * 3 : 30 + 34 * 3, 2 + 34 * 4 : 30 + 34 * 4] = pictured.tiles(1, seed=77, side=28)[0]
    notebook(home / "submission" / "generator.ipynb", BATCH)
    paper(home, [SAMPLES, (painted, PLACE)])
    found = Found(home)
    assert found.kinds == ["batch-differs"]
    assert found.metrics.flags[0].detail.startswith("63 of 64 tiles are those of stored outputs, cell 1 of")
    assert found.metrics.flags[0].detail.endswith("; 1 differ: row 4 column 5: another picture")
    assert found.figures[0].seen_in == ""


def test_a_batch_of_the_run_is_told_apart_from_a_stored_one(home: Path) -> None:
    notebook(home / "submission" / "generator.ipynb", OTHER)
    notebook(home / "run" / "generator" / "executed.ipynb", BATCH)
    paper(home, [SAMPLES, (BATCH, PLACE)])
    found = Found(home, runs=("generator",))
    assert found.figures[0].seen_in == "the run, cell 1 of generator"
    assert found.values["batch_in_run"] == 1.0
    assert found.values["batch_in_stored"] < 0.1
    assert Found(home).values["run_pictures"] == 0  # a run that is not this plan's is not looked at


def test_a_batch_in_no_picture_is_said_to_be_in_none(home: Path) -> None:
    notebook(home / "submission" / "generator.ipynb", OTHER)
    paper(home, [SAMPLES, (BATCH, PLACE)])
    found = Found(home)
    assert (found.figures[0].compared, found.figures[0].seen_in) == (True, "")
    assert found.values["batch_in_stored"] < 0.1


def test_a_pasted_batch_is_flagged_and_is_no_output(home: Path) -> None:
    notebook(home / "submission" / "generator.ipynb", BATCH, pasted=True)
    paper(home, [SAMPLES, (BATCH, PLACE)])
    found = Found(home)
    assert found.kinds == ["picture-in-text"]
    assert found.values["stored_pictures"] == 0


def test_the_same_files_give_the_same_answer(home: Path) -> None:
    notebook(home / "submission" / "generator.ipynb", BATCH)
    paper(home, [SAMPLES, (BATCH, PLACE)])
    first, second = Found(home), Found(home)
    assert (first.figures, first.metrics) == (second.figures, second.metrics)


def test_a_broken_picture_costs_nothing_but_itself(home: Path) -> None:
    paper(home, [SAMPLES, (BATCH, PLACE)], [(pictured.tiles(1, side=64)[0], PLACE)])
    path = home / "submission" / "paper.pdf"
    content = path.read_bytes().replace(b"/Width 64", b"/Width 63")
    path.write_bytes(content)
    found = Found(home)
    assert found.figures[0].count == 64


@pytest.mark.parametrize("kind", ["form-tree", "self-form", "bomb", "huge-image"])
def test_hostile_papers_end_with_a_reason_and_no_figures(home: Path, kind: str) -> None:
    image = b"<</Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8/Width %d/Height %d/Length 4>>"
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<<%s>>>>"
    form += b"/Length %d>>stream\n%s\nendstream"
    draw = b"/F0 Do " * 10
    objects = {
        "self-form": [form % (b"/F0 5 0 R", len(draw), draw)],
        "form-tree": [form % (b"/F0 %d 0 R" % (6 + n), len(draw), draw) for n in range(7)] + [form % (b"", 0, b"")],
        "huge-image": [image % (90_000, 90_000) + b"stream\nabcd\nendstream"],
        "bomb": [image % (4000, 4000) + b"stream\nabcd\nendstream"],
    }[kind]
    (home / "submission" / "paper.pdf").write_bytes(page_with(objects))
    found = Found(home)
    assert found.figures == ()


def page_with(objects: list[bytes]) -> bytes:
    """A PDF of one page that draws its fifth object under the name F0."""
    content = b"q 300 0 0 300 100 300 cm /F0 Do Q"
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)
    return raw_pdf(stream, objects=tuple(objects), resources=b"<</XObject<</F0 5 0 R>>>>")


def test_without_pillow_it_says_what_to_install(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_figures, "NEEDED", ("a_library_that_is_not_here",))
    paper(home, [SAMPLES, (BATCH, PLACE)])
    found = Found(home)
    assert found.figures == ()
    assert "install validator[run]" in found.metrics.readings["figures.stored_pictures"].why
    assert found.kinds == ["figures-unread"]


def test_a_child_that_is_killed_is_a_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_figures, "WALL_SECONDS", 0.01)
    paper(home, [SAMPLES, (BATCH, PLACE)])
    assert "takes longer than 0.01 seconds" in Found(home).metrics.readings["figures.stored_pictures"].why
