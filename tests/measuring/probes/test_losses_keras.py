"""Losses in the progress bars of Keras, as notebooks keep them: colours, and lines written over themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from validator.evidence import Cell, Run
from validator.measuring.probes import losses_repeated, notebook


def keras_bar(epoch: int, loss: float, *, old: bool) -> str:
    """One epoch as Keras 2 or 3 prints it into a notebook: a bar that goes back to the start of its line."""
    if old:
        bars = [f"\r{n:2}/10 [==>.....] - ETA: 1s - loss: {loss + 1 - n / 10:.4f}" + "\b" * 40 for n in (1, 5)]
        return f"Epoch {epoch}/6\n{''.join(bars)}\r10/10 [=====] - 1s 30ms/step - loss: {loss:.4f} - val_loss: 0.5\n"
    head = "\x1b[1m{}/10\x1b[0m \x1b[32m━━━━\x1b[0m \x1b[1m2s\x1b[0m 18ms/step - accuracy: 0.5 - loss: {:.4f}"
    bars = [f"\r{head.format(n, loss + 1 - n / 10)}" + "\b" * 40 for n in (1, 5)]
    return f"Epoch {epoch}/6\n{''.join(bars)}\r{head.format(10, loss)} - val_loss: 0.5\n"


@pytest.mark.parametrize("old", [True, False], ids=["keras 2", "keras 3"])
def test_a_bar_of_keras_is_one_point_an_epoch_and_a_worse_run_shows(tmp_path: Path, old: bool) -> None:
    def book(name: str, worse: float) -> Path:
        text = "".join(keras_bar(epoch, 2.0 * 0.7**epoch + worse, old=old) for epoch in range(1, 7))
        cell = {"cell_type": "code", "metadata": {}, "source": "model.fit(x, y, epochs=6)"}
        outputs = [{"output_type": "stream", "name": "stdout", "text": text}]
        (tmp_path / name).write_text(
            json.dumps({"nbformat": 4, "metadata": {}, "cells": [{**cell, "outputs": outputs}]})
        )
        return tmp_path / name

    run = Run(path="a.ipynb", role="code", outcome="finished", cells=(Cell(index=0, status="ok"),))
    stored = notebook.read(book("a.ipynb", 0.0))
    found = losses_repeated.with_losses(run, stored=stored, executed=book("b.ipynb", 0.4))
    (train,) = (one for one in found.repeated if one.part == "train")
    assert (train.stored_points, train.rerun_points, train.why) == (6, 6, "")
    assert train.stored_end == pytest.approx(0.2353)
    assert train.rerun_end == pytest.approx(0.6353)
