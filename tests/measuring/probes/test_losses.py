"""Losses in printed lines, and each stored course beside what the same cell printed when it was run."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from validator.evidence import Cell, Flag, RepeatedLoss, Run
from validator.measuring.probes import losses_repeated, run_meter
from validator.measuring.probes.losses_lines import printed_losses
from validator.measuring.probes.notebook import Document, TextCell
from validator.measuring.probes.notebook_tables import stored_tables

LINES: list[tuple[str, list[tuple[str, int | None, float]]]] = [
    ("Epoch 1/10, Train Loss: 0.532, Val Loss: 0.61", [("train loss", 1, 0.532), ("val loss", 1, 0.61)]),
    (
        "469/469 [====] - 3s 6ms/step - loss: 0.2580 - accuracy: 0.92 - val_loss: 0.13",
        [("loss", None, 0.258), ("val loss", None, 0.13)],
    ),
    (
        "Epoch 2/9\n10/10 - 1s - loss: 0.65 - accuracy: 0.7 - val_loss: 0.5 - 1s/epoch - 120ms/step",
        [("loss", 2, 0.65), ("val loss", 2, 0.5)],
    ),
    ("Epoch 2/9\n10/10 - 0s - 9ms/step - accuracy: 0.7 - loss: 0.65", [("loss", 2, 0.65)]),
    (
        "Epoch 3/9\n10/10 ━━━━━━━━━━ 2s 118ms/step - accuracy: 0.5 - loss: 0.75 - val_accuracy: 0.6 - val_loss: 0.63",
        [("loss", 3, 0.75), ("val loss", 3, 0.63)],
    ),
    ("Epoch 1: val_loss improved from inf to 0.7000, saving model to best.keras", []),
    ("[2,  2000] loss: 2.2", [("loss", 2, 2.2)]),
    ("epoch: 0 loss = 0.5", [("loss", 0, 0.5)]),
    ("Epoch 9: 100%|██| 10/10 [00:00<00:01, loss=0.5, v_num=0]", [("loss", 9, 0.5)]),
    ("{'loss': 0.53, 'learning_rate': 1e-05}", [("loss", None, 0.53)]),
    ("Training loss after epoch 3 is 0.42", [("train loss", 3, 0.42)]),
    ("Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.300", [("loss", 1, 2.3)]),
    ("Epoch [1/5], Step [100/600], Loss: 0.4", [("loss", 1, 0.4)]),
    ("Step 100: D loss 0.5, G loss: 1.2", [("d loss", None, 0.5), ("g loss", None, 1.2)]),
    ("loss_D: 0.5 loss_G: 0.7", [("d loss", None, 0.5), ("g loss", None, 0.7)]),
    ("Loss (train): 0.4", [("train loss", None, 0.4)]),
    ("Loss on training set: 0.4", [("train loss", None, 0.4)]),
    ("Train - loss: 0.5 | Val - loss: 0.75", [("train loss", None, 0.5), ("val loss", None, 0.75)]),
    ("Test set: Average loss: 0.05, Accuracy: 9000/10000", [("test loss", None, 0.05)]),
    ("====> Epoch: 1 Average loss: 1,164.2", [("loss", 1, 1164.2)]),
    ("\x1b[32mloss: 1.5e-3\x1b[0m", [("loss", None, 0.0015)]),
    ("ELBO loss: -103.5", [("elbo loss", None, -103.5)]),
    (
        "epoch train_loss valid_loss accuracy\n0 1.2 1.3 .5\n1 1.0 1.25 .6",
        [("train loss", 0, 1.2), ("val loss", 0, 1.3), ("train loss", 1, 1.0), ("val loss", 1, 1.25)],
    ),
    ("| epoch | train loss |\n|---|---|\n| 1 | 0.5 |", [("train loss", 1, 0.5)]),
    ("loss function 1", []),
    ("cross-entropy loss with label smoothing", []),
    ("Epoch 00001: val_loss improved from inf to 0.52, saving model", []),
    ("training loss fell by 5 %, loss 0.5 %", []),
    ("glossary: 5, blossom 3", []),
]


@pytest.mark.parametrize(("text", "wanted"), LINES, ids=[text[:40] for text, _ in LINES])
def test_losses_are_read_by_name_and_epoch(text, wanted):
    assert [(loss.name, loss.epoch, loss.value) for loss in printed_losses(text)] == wanted


@pytest.mark.parametrize("unit", ["loss ", "train_", "loss: 1 ", "a" * 30 + " ", "Epoch 1 ", "| loss "])
def test_a_flood_of_any_sort_is_read_in_time(unit):
    flood = "\n".join([unit * (2_000 // len(unit))] * 200)
    assert sum(1 for _ in printed_losses(flood)) < 100_000


def notebook(*outputs: str) -> Document:
    return Document(
        cells=tuple(TextCell(index=at, code=True, text="train()", output=output) for at, output in enumerate(outputs))
    )


def run(*statuses: str, **changes: object) -> Run:
    cells = tuple(Cell(index=at, status=status) for at, status in enumerate(statuses))
    return Run(path="code.ipynb", role="code", outcome="finished", cells=cells, **changes)


def log(values: list[float], *, name: str = "train loss") -> str:
    return "\n".join(f"Epoch {at}/{len(values)} - {name}: {value:.4f}" for at, value in enumerate(values, start=1))


def falling(points: int, *, end: float = 0.5, scatter: float = 0.0, seed: int = 0) -> list[float]:
    chance = random.Random(seed)
    return [end + 2 * math.exp(-5 * at / points) + chance.gauss(0, scatter) for at in range(points)]


def one(stored: str, rerun: str, *, status: str = "ok", **changes: object) -> RepeatedLoss:
    (found,) = losses_repeated.repeated(notebook(stored), notebook(rerun), run(status, **changes))
    return found


def test_the_same_outputs_end_alike():
    found = one(log(falling(20)), log(falling(20)))
    assert found.why == ""
    assert found.stored_end == found.rerun_end == pytest.approx(sum(falling(20)[-2:]) / 2, abs=1e-4)
    assert (found.stored_points, found.rerun_points, found.where, found.part) == (20, 20, "cell 0", "train")


def test_an_even_fall_is_no_scatter_and_scatter_is_found_on_a_fall():
    assert one(log([10 - 0.1 * at for at in range(40)]), log(falling(40))).noise == pytest.approx(0, abs=1e-4)
    found = one(log(falling(3_000, scatter=0.1)), log(falling(3_000)))
    assert found.noise == pytest.approx(0.1 * math.sqrt(2 / 300), rel=0.1)


def test_courses_of_different_length_are_compared():
    found = one(log(falling(40)), log(falling(10)))
    assert (found.stored_points, found.rerun_points, found.why) == (40, 10, "")


def test_a_second_training_in_a_cell_is_a_course_of_its_own():
    text = f"{log(falling(5))}\n{log(falling(6, end=1))}"
    found = losses_repeated.repeated(notebook(text), notebook(text), run("ok"))
    assert [(series.where, series.stored_points) for series in found] == [("cell 0", 5), ("cell 0, training 2", 6)]


def test_a_search_that_trained_more_or_less_often_is_not_compared_by_number():
    trials = [log(falling(5, end=end)) for end in (0.1, 0.5, 0.9)]
    stored, rerun = notebook("\n".join(trials)), notebook("\n".join(trials[1:]))
    assert all("3 trainings" in series.why for series in losses_repeated.repeated(stored, rerun, run("ok")))


def test_each_cell_is_beside_itself():
    stored = notebook(log(falling(5, end=0.1)), log(falling(5, end=0.9)))
    found = losses_repeated.repeated(stored, stored, run("ok", "ok"))
    assert [round(series.rerun_end or 0, 1) for series in found] == [0.1, 0.9]


@pytest.mark.parametrize("status", ["error", "timeout", "died", "smoke", "not-run"])
def test_what_broke_off_is_not_compared(status):
    stored = notebook("", log(falling(5)), log(falling(5)))
    found = losses_repeated.repeated(stored, stored, run("ok", status, "ok"))
    assert [bool(series.why) for series in found] == [True, True]
    assert [series.rerun_end for series in found] == [None, None]


@pytest.mark.parametrize("kind", ["output-limit", "output-incomplete"])
def test_a_run_whose_output_was_cut_is_not_compared(kind):
    assert one(log(falling(5)), log(falling(4)), flags=(Flag(kind=kind, detail="cut"),)).why


@pytest.mark.parametrize(("stored", "rerun"), [("", log(falling(5))), (log(falling(2)), log(falling(5)))])
def test_fewer_than_three_stored_points_are_no_course(stored, rerun):
    assert losses_repeated.repeated(notebook(stored), notebook(rerun), run("ok")) == ()


def test_a_run_that_prints_nothing_of_the_sort_is_said():
    assert one(log(falling(5)), "done").why == "run here, the cell printed no such loss"


def test_a_run_that_ends_in_no_number_is_told_from_one_that_began_so():
    assert one(log(falling(5)), log([*falling(4), math.nan])).diverged
    assert not one(log(falling(5)), log([math.nan, *falling(4)])).diverged
    assert one(log([*falling(4), math.inf]), log([*falling(4), math.nan])).why


def test_huge_numbers_are_no_losses():
    found = one(log(falling(5)), "\n".join(f"train loss: 1e30{at}" for at in range(5)))
    assert found.diverged
    assert found.rerun == ()


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("val_loss", "held-out"),
        ("vloss", "held-out"),
        ("v_loss", "held-out"),
        ("loss_v", "held-out"),
        ("valLoss", "held-out"),
        ("TestLoss", "held-out"),
        ("te_loss", "held-out"),
        ("D loss", "paired"),
        ("lossD", "paired"),
        ("loss", "train"),
        ("tloss", "train"),
        ("trainLoss", "train"),
    ],
)
def test_whose_loss_it_is_is_told_by_its_name(name, part):
    assert one(log(falling(5), name=name), log(falling(5), name=name)).part == part


def test_the_readings_are_those_of_the_training_that_rose_most():
    stored = notebook(log(falling(5, end=0.1)), log(falling(5, end=0.4)))
    rerun = notebook(log(falling(5, end=0.1)), log(falling(5, end=0.8)))
    found = losses_repeated.repeated(stored, rerun, run("ok", "ok"))
    readings = losses_repeated.readings_of(found, role="code", why="")
    assert readings["code.rerun_loss"].value > 0.8
    assert readings["code.stored_loss"].source == "claimed"


def test_every_training_of_a_large_search_is_compared_and_few_points_of_each_are_kept():
    text = "\n".join(log(falling(300, end=0.1 * at)) for at in range(60))
    found = losses_repeated.repeated(notebook(text), notebook(text), run("ok"))
    assert len(found) == 60
    assert {series.why for series in found} == {""}
    assert sum(len(series.stored) for series in found) <= losses_repeated.MOST_POINTS_KEPT


def test_many_points_are_thinned_and_the_last_is_kept():
    found = one(log(falling(10_000)), log(falling(10_001)))
    assert len(found.stored) <= losses_repeated.MOST_POINTS_KEPT + 1
    assert found.rerun[-1] == pytest.approx(falling(10_001)[-1], abs=1e-4)


def test_a_missing_executed_notebook_leaves_every_reading_missing(tmp_path):
    found = losses_repeated.with_losses(run("ok"), stored=notebook(log(falling(5))), executed=Path(tmp_path) / "none")
    assert found.readings["code.stored_loss"].why == "run here, the cell printed no such loss"


FASTAI = """<table border="1" class="dataframe"><thead><tr style="text-align: left;">
<th>epoch</th><th>train_loss</th><th>valid_loss</th><th>accuracy</th><th>time</th></tr></thead><tbody>
<tr><td>0</td><td>0.91</td><td>0.80</td><td>0.5</td><td>00:05</td></tr>
<tr><td>1</td><td>0.51</td><td>0.62</td><td>0.6</td><td>00:05</td></tr></tbody></table>"""
TRANSFORMERS = """<div><progress value='20' max='20'></progress> [20/20 00:03, Epoch 2/2]</div>
<table border="1"><tr><th>Step</th><th>Training Loss</th></tr>
<tr><td>10</td><td>1.234500</td></tr><tr><td>20</td><td>0.934500</td></tr></table>"""
PANDAS = """<table><thead><tr><th></th><th>loss</th><th>val_loss</th></tr></thead>
<tbody><tr><th>0</th><td>0.7</td><td>0.8</td></tr></tbody></table>"""


def shown(markup: object) -> str:
    return stored_tables([{"output_type": "display_data", "data": {"text/html": markup}}])


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        (FASTAI, [("train loss", 0.91), ("val loss", 0.80), ("train loss", 0.51), ("val loss", 0.62)]),
        (TRANSFORMERS, [("train loss", 1.2345), ("train loss", 0.9345)]),
        ([PANDAS], [("loss", 0.7), ("val loss", 0.8)]),
        ("<p>loss: 0.5</p>", []),
        (None, []),
        (["<tr><td>loss", 3, None], []),
    ],
)
def test_tables_shown_as_markup_are_read(markup, wanted):
    assert [(loss.name, loss.value) for loss in printed_losses(shown(markup))] == wanted


@pytest.mark.parametrize(
    "unit", ["<tr>", "<td>", "<tr><td>a<td>b", "<", "<td " + "x" * 400, "&amp;", "<tr><th>loss</th>"]
)
def test_markup_of_any_sort_is_read_in_time(unit):
    assert len(shown(unit * (1_000_000 // len(unit)))) < 1_000_000


def test_the_courses_of_tables_are_compared():
    rows = "".join(f"<tr><td>{at}</td><td>{1 / (at + 1):.4f}</td></tr>" for at in range(6))
    tables = shown(f"<table><tr><th>epoch</th><th>train_loss</th></tr>{rows}</table>")
    cell = TextCell(index=0, code=True, text="learn.fit(6)", tables=tables)
    document = Document(cells=(cell,))
    (found,) = losses_repeated.repeated(document, document, run("ok"))
    assert (found.name, found.stored_points, found.rerun_end) == ("train loss", 6, pytest.approx(1 / 6, abs=1e-4))


def test_a_run_that_never_began_says_why_there_is_no_loss():
    readings = run_meter.missing_readings(role="code", why="not executed: no kernel")
    assert readings["code.rerun_loss"].why == "not executed: no kernel"
