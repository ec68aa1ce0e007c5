"""Samples gathered from folders of image files that a run left behind."""

import json
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from validator.evidence import Submission
from validator.measuring import datasets
from validator.measuring.datasets.cifar100 import Split
from validator.measuring.probes import run_samples
from validator.measuring.probes.run_scratch import Scratch
from validator.measuring.probes.task import Task
from validator.plan import Plan


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch(root=tmp_path, uid=None)
    for folder in (made.work, made.home, made.tmp, handed(tmp_path), tmp_path / "submission"):
        folder.mkdir(parents=True)
    return made


def images(folder: Path, *, count: int, side: int = 32, first: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.new("RGB", (side, side), ((first + number) % 256, 0, 0)).save(folder / f"{number}.png")


def handed(tmp_path: Path) -> Path:
    return tmp_path / "run" / "generator" / "handed"


def collect(
    tmp_path: Path, scratch: Scratch, *, count: int = 10_000, records: Sequence[dict[str, Any]] = ()
) -> tuple[np.ndarray, dict[str, Any]] | None:
    task = Task(
        submission=Submission(id="a", sha256="0" * 64, source="a"),
        given="a.zip",
        home=str(tmp_path),
        plan=Plan(roles=(), samples=count),
    )
    run_samples.collect(task, scratch=scratch, records=records)
    place = handed(tmp_path)
    if not (place / "samples.npy").exists():
        return None
    return np.load(place / "samples.npy", allow_pickle=False), json.loads((place / "samples.json").read_text())


def test_the_second_folder_of_the_last_fid_call_comes_first(tmp_path: Path, scratch: Scratch) -> None:
    for place, shade in {"fid-0-1": 10, "fid-1-0": 20, "fid-1-1": 30}.items():
        images(handed(tmp_path) / place, count=64, first=shade)
    images(scratch.work / "out", count=70)
    found = collect(tmp_path, scratch)
    assert found is not None
    assert found[0][0, 0, 0, 0] == 30
    assert found[1]["source"] == "folder handed to cleanfid.fid.compute_fid"


def test_else_the_largest_folder_the_run_wrote_in_natural_order(tmp_path: Path, scratch: Scratch) -> None:
    images(scratch.work / "few", count=64)
    images(scratch.work / "deep" / "many", count=100)
    found = collect(tmp_path, scratch)
    assert found is not None
    assert found[0].dtype == np.uint8
    assert found[0].shape == (100, 3, 32, 32)
    assert found[0][:, 0, 0, 0].tolist() == list(range(100))
    assert found[1]["source"] == "folder of images deep/many"


def test_no_more_than_the_plan_asks_for(tmp_path: Path, scratch: Scratch) -> None:
    images(scratch.work / "out", count=80)
    found = collect(tmp_path, scratch, count=70)
    assert found is not None
    assert len(found[0]) == 70


def shades(count: int, *, first: int = 0) -> np.ndarray:
    """Images of one colour each, all different."""
    made = np.zeros((count, 3, 32, 32), np.uint8)
    made[:, 1] = (first + np.arange(count)[:, None, None]) // 256
    made[:, 0] = (first + np.arange(count)[:, None, None]) % 256
    return made


def test_a_function_that_gave_too_few_gives_way_to_a_folder_with_enough_and_both_are_named(
    tmp_path: Path, scratch: Scratch
) -> None:
    np.save(handed(tmp_path) / "samples.npy", shades(50))
    (handed(tmp_path) / "samples.json").write_text(json.dumps({"source": "function generate_samples"}))
    images(scratch.work / "out", count=80, first=100)
    found = collect(tmp_path, scratch, count=75)
    assert found is not None
    assert (len(found[0]), found[1]["source"]) == (75, "folder of images out")
    assert found[1]["sources"] == ["function generate_samples (50 images)", "folder of images out (80 images)"]
    assert found[1]["taken"] == "folder of images out: the first with as many images as are asked for"


def test_what_a_metric_was_fed_is_taken_with_its_range(tmp_path: Path, scratch: Scratch) -> None:
    (handed(tmp_path) / "fid-3-1.u8").write_bytes(shades(70).tobytes() + b"half an image")
    folder = {"kept": "fid-3-1.u8", "asked": "torchmetrics update", "clipped_share": 0.3, "range": [-1.0, 1.0]}
    record = {"kind": "fid_call", "call": 3, "library": "torchmetrics", "folders": [folder]}
    found = collect(tmp_path, scratch, records=[record])
    assert found is not None
    assert np.array_equal(found[0], shades(70))
    assert (found[1]["clipped"], found[1]["source"]) == (True, "images handed to torchmetrics (torchmetrics update)")


def test_a_folder_written_from_values_out_of_range_is_said_to_be_cut(tmp_path: Path, scratch: Scratch) -> None:
    images(scratch.work / "out", count=70)
    entry = {"folder": "/x/out", "images": 70, "low": -1.0, "high": 0.9, "outside_share": 0.48}
    entry["networks"] = [{"name": "G@1", "verdict": "trained"}]
    (handed(tmp_path) / "written.json").write_text(json.dumps([entry]))
    found = collect(tmp_path, scratch)
    assert found is not None
    assert (found[1]["clipped"], found[1]["range"]) == (True, [-1.0, 0.9])
    assert found[1]["networks"][0]["updated"] is True


def test_what_the_harness_drew_itself_comes_after_what_the_run_made(tmp_path: Path, scratch: Scratch) -> None:
    np.save(handed(tmp_path) / "drawn.npy", shades(90))
    (handed(tmp_path) / "drawn.json").write_text(json.dumps({"source": "drawn by the harness: G on noise"}))
    found = collect(tmp_path, scratch, count=90)
    assert found is not None
    assert (len(found[0]), found[1]["source"]) == (90, "drawn by the harness: G on noise")
    (handed(tmp_path) / "samples.npy").unlink()
    images(scratch.work / "out", count=90)
    found = collect(tmp_path, scratch, count=90)
    assert found is not None
    assert found[1]["source"] == "folder of images out"


@pytest.mark.parametrize(("verdict", "taken"), [("trained", True), ("untrained", False)])
def test_pictures_of_a_trained_network_are_samples_when_there_are_no_others(
    tmp_path: Path, scratch: Scratch, verdict: str, taken: bool
) -> None:
    np.save(handed(tmp_path) / "pictures-2.npy", shades(64))
    entry = {"file": "pictures-2.npy", "call": "make_grid", "networks": [{"name": "G", "verdict": verdict}]}
    (handed(tmp_path) / "pictures.json").write_text(json.dumps([entry, {"file": "../../x.npy"}, 5]))
    found = collect(tmp_path, scratch)
    assert (found is not None) is taken
    if found is not None:
        assert (len(found[0]), found[1]["source"]) == (64, "pictures shown by make_grid")


@pytest.mark.parametrize(("padding", "framed"), [(2, True), (0, False), (3, False)])
def test_a_grid_in_one_file_is_cut_into_its_tiles(tmp_path: Path, scratch: Scratch, padding: int, framed: bool) -> None:
    first = padding if framed else 0
    side = first + 9 * (32 + padding) + (0 if framed else -padding)
    canvas = np.full((side, side, 3), 7, np.uint8)
    tiles = np.random.default_rng(1).integers(1, 256, (81, 3, 32, 32), dtype=np.uint8)
    for number, tile in enumerate(tiles):
        top, left = (first + place * (32 + padding) for place in divmod(number, 9))
        canvas[top : top + 32, left : left + 32] = tile.transpose(1, 2, 0)
    Image.fromarray(canvas).save(scratch.work / "epoch_9.png")
    found = collect(tmp_path, scratch)
    assert found is not None
    assert np.array_equal(found[0], tiles)
    assert found[1]["source"] == "grid of 9 by 9 pictures epoch_9.png"


def test_a_picture_of_another_geometry_is_no_grid(tmp_path: Path, scratch: Scratch) -> None:
    Image.new("RGB", (640, 481)).save(scratch.work / "plot.png")
    assert collect(tmp_path, scratch) is None


def test_an_array_that_is_none_is_refused_and_the_next_source_taken(tmp_path: Path, scratch: Scratch) -> None:
    np.save(handed(tmp_path) / "samples.npy", np.zeros((90, 3, 64, 64), np.uint8))
    (handed(tmp_path) / "drawn.npy").symlink_to("/etc/hostname")
    images(scratch.work / "out", count=70)
    found = collect(tmp_path, scratch)
    assert found is not None
    assert len(found[0]) == 70
    assert "shape (90, 3, 64, 64)" in found[1]["refused"][0]


def test_images_that_came_with_the_submission_are_not_samples(tmp_path: Path, scratch: Scratch) -> None:
    images(scratch.work / "out", count=80)
    (tmp_path / "submission" / "out").mkdir()
    assert collect(tmp_path, scratch) is None


def test_samples_that_the_notebook_handed_out_stay_and_their_networks_are_told_plainly(
    tmp_path: Path, scratch: Scratch
) -> None:
    np.save(handed(tmp_path) / "samples.npy", np.zeros((3, 3, 32, 32), np.uint8))
    networks = [{"name": "A", "verdict": "ema-twin"}, {"name": "B", "verdict": "untrained"}, {"name": "C"}]
    said = {"source": "function generate_samples", "clipped_share": 0.2, "networks": networks}
    (handed(tmp_path) / "samples.json").write_text(json.dumps(said))
    images(scratch.work / "out", count=80)
    found = collect(tmp_path, scratch)
    assert found is not None
    assert len(found[0]) == 3
    assert [entry["updated"] for entry in found[1]["networks"]] == [True, False, None]
    assert found[1]["clipped"] is True


def test_a_fid_call_says_which_network_made_its_images(tmp_path: Path, scratch: Scratch) -> None:
    images(handed(tmp_path) / "fid-1-2", count=64)
    record = {
        "kind": "fid_call",
        "call": 1,
        "library": "pytorch-fid",
        "networks": [{"verdict": "trained", "network": "U"}],
    }
    found = collect(tmp_path, scratch, records=[record])
    assert found is not None
    assert found[1]["source"] == "folder handed to pytorch_fid.fid_score.calculate_fid_given_paths"
    assert (found[1]["networks"][0]["name"], found[1]["networks"][0]["updated"]) == ("U", True)


def test_a_folder_whose_name_says_generated_comes_before_its_place(tmp_path: Path, scratch: Scratch) -> None:
    images(handed(tmp_path) / "fid-1-1", count=64, first=10)
    images(handed(tmp_path) / "fid-1-2", count=64, first=20)
    folders = [{"kept": "fid-1-1", "asked": "/x/generated"}, {"kept": "fid-1-2", "asked": "/x/test_images"}]
    found = collect(tmp_path, scratch, records=[{"kind": "fid_call", "call": 1, "folders": folders}])
    assert found is not None
    assert found[0][0, 0, 0, 0] == 10


def test_the_data_set_itself_is_not_taken_for_samples_when_named_second(
    tmp_path: Path, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    images(handed(tmp_path) / "fid-1-1", count=64, first=100)
    images(handed(tmp_path) / "fid-1-2", count=64, first=0)
    real = np.zeros((64, 3, 32, 32), np.uint8)
    real[:, 0] = np.arange(64, dtype=np.uint8)[:, None, None]
    split = Split(images=real, labels=np.zeros(64, np.int64))
    monkeypatch.setattr(datasets.cifar100, "load", lambda data, name, lookalike: split)
    found = collect(tmp_path, scratch)
    assert found is not None
    assert found[0][0, 0, 0, 0] == 100


def test_images_of_another_size_and_too_few_are_none(tmp_path: Path, scratch: Scratch) -> None:
    images(scratch.work / "large", count=80, side=64)
    images(scratch.work / "few", count=63)
    assert collect(tmp_path, scratch) is None
    why = json.loads((handed(tmp_path) / "samples.json").read_text())["why"]
    assert why == (
        "folder of images large: its images are 64 by 64 pixels; 32 by 32 is measured, and nothing is resized"
    )


def test_files_that_are_no_images_or_lie_about_their_size_are_left_out(tmp_path: Path, scratch: Scratch) -> None:
    folder = scratch.work / "out"
    images(folder, count=70)
    (folder / "0.png").write_bytes(b"not an image")
    (folder / "1.png").write_bytes(bomb())
    (folder / "2.png").write_bytes((folder / "3.png").read_bytes()[:60])
    found = collect(tmp_path, scratch)
    assert found is not None
    assert found[0][:, 0, 0, 0].tolist() == list(range(3, 70))


def test_links_are_not_followed(tmp_path: Path, scratch: Scratch) -> None:
    outside = tmp_path / "outside"
    images(outside, count=70)
    (scratch.work / "out").symlink_to(outside)
    (scratch.work / "each").mkdir()
    for file in outside.iterdir():
        (scratch.work / "each" / file.name).symlink_to(file)
    assert collect(tmp_path, scratch) is None


def test_a_link_left_under_the_name_of_the_array_is_replaced(tmp_path: Path, scratch: Scratch) -> None:
    images(scratch.work / "out", count=70)
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (handed(tmp_path) / "samples.json").symlink_to(victim)
    collect(tmp_path, scratch)
    assert victim.read_text() == "mine"


def test_folders_left_under_the_names_of_the_files_are_replaced(tmp_path: Path, scratch: Scratch) -> None:
    images(scratch.work / "out", count=70)
    (handed(tmp_path) / "samples.json" / "deep").mkdir(parents=True)
    found = collect(tmp_path, scratch)
    assert found is not None
    assert found[1]["source"] == "folder of images out"


@pytest.mark.parametrize("call", [[1], {"a": 1}, None, "0"])
def test_a_record_of_a_call_without_its_number_is_passed_over(tmp_path: Path, scratch: Scratch, call: object) -> None:
    images(handed(tmp_path) / "fid-0-1", count=64)
    assert collect(tmp_path, scratch, records=[{"kind": "fid_call", "call": call, "folders": 5, "networks": 7}])


def bomb() -> bytes:
    """A PNG that claims 60,000 by 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
