"""Notebook cells: a smoke run ends each loop after a few steps, and records name their cell."""

from pathlib import Path

import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "cells.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def smoked(metered_once):
    return metered_once(SCRIPT, smoke_steps=3)


def test_each_cell_may_do_the_steps_of_a_smoke_run(smoked):
    assert smoked.stdout.count("ended by EnoughSeen") == 2
    assert [net.steps for net in smoked.judged("model").networks] == [6]


def test_records_name_the_cell_they_come_from(smoked):
    cells = [record["cell"] for record in smoked.of_kind("counts")]
    assert len(set(cells)) == 2
