"""What a run handed out as pictures is offered with its cell; what is no such batch is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.measuring.probes import pictured
from validator.measuring.probes.figure_candidates import BATCHES, Candidate, of_handed

BATCH = pictured.tiles(12, seed=5).transpose(0, 3, 1, 2)


def handed(folder: Path, entries: Any, **files: Any) -> list[Candidate]:
    for name, array in files.items():
        np.save(folder / f"pictures-{name}.npy", array)
    (folder / "pictures.json").write_text(json.dumps(entries))
    return list(of_handed(folder, name="generator"))


def test_a_batch_is_offered_with_its_cell_and_its_tiles(tmp_path: Path) -> None:
    (found,) = handed(tmp_path, [{"file": "pictures-3.npy", "cell": 7}], **{"3": BATCH})
    assert (found.origin, found.place) == ("run", "cell 7 of generator")
    (shot,) = found.as_cut(3, 4)
    assert shot.tiles.count == 12
    assert (shot.grid.rows, shot.grid.columns) == (3, 4)
    assert (shot.grid.pixels[32:64, 32:64] == BATCH[5].transpose(1, 2, 0)).all()


def test_what_is_no_batch_is_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside.npy"
    np.save(outside, BATCH)
    folder = tmp_path / "handed"
    folder.mkdir()
    (folder / "pictures-9.npy").symlink_to(outside)
    names = ["../outside.npy", "pictures-1.npy", "pictures-2.npy", "pictures-4.npy", "pictures-9.npy", 5, None]
    entries = [{"file": name, "cell": 1} for name in names]
    few, floats = BATCH[:4], BATCH.astype(np.float32)
    assert handed(folder, [*entries, "text"], **{"1": few, "2": floats, "5": BATCH}) == []


def test_only_the_last_batches_are_looked_at(tmp_path: Path) -> None:
    entries = [{"file": "pictures-1.npy", "cell": cell} for cell in range(BATCHES + 20)]
    found = handed(tmp_path, entries, **{"1": BATCH})
    assert [each.place for each in found][:: BATCHES - 1] == [
        "cell 20 of generator",
        f"cell {BATCHES + 19} of generator",
    ]


def test_a_folder_without_a_list_offers_nothing(tmp_path: Path) -> None:
    assert list(of_handed(tmp_path, name="generator")) == []
    assert handed(tmp_path, {"file": "pictures-1.npy"}, **{"1": BATCH}) == []
