"""Pictures of a program that a cell started and those of the notebook stand beside each other."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from validator.measuring.meter import judge

AGENT = Path(judge.__file__).parents[1] / "agent"


@pytest.fixture
def made(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import pictures  # type: ignore[import-not-found]

    channel = SimpleNamespace(cell="cell 1", fault=lambda where, error: pytest.fail(repr(error)))
    yield lambda: pictures.Pictures(str(tmp_path), channel)
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


def test_what_a_child_showed_and_wrote_is_not_replaced(made, tmp_path):
    child, notebook = made(), made()
    for level, pictures in ((1, child), (2, notebook), (3, notebook)):
        pictures.batch(np.full((4, 3, 32, 32), level, np.uint8), "make_grid", columns=2)
        pictures.noted(f"/of/{id(pictures)}")
        pictures.flush()
    entries = json.loads((tmp_path / "pictures.json").read_text())
    assert [int(np.load(tmp_path / entry["file"]).max()) for entry in entries] == [1, 2, 3]
    written = json.loads((tmp_path / "written.json").read_text())
    assert [(entry["folder"], entry["files"]) for entry in written] == [
        (f"/of/{id(child)}", 1),
        (f"/of/{id(notebook)}", 2),
    ]


def test_a_table_that_somebody_spoiled_is_written_anew(made, tmp_path):
    (tmp_path / "pictures.json").write_text('[3, {"file": null}]')
    made().batch(np.zeros((4, 3, 32, 32), np.uint8), "make_grid", columns=2)
    assert len(json.loads((tmp_path / "pictures.json").read_text())) == 1
