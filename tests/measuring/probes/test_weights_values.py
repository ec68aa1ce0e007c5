"""Values of weights files are copied as numbers: exactly, within bounds, and nothing beyond what the file holds."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures import checkpoints
from validator.measuring.probes import weights_values
from validator.measuring.probes.weights_found import WeightsProblem

MEBIBYTE = 1 << 20
VALUES = {"first.bias": [float(number) for number in range(16)]}


def copy(folder: Path, content: bytes, **limits: int) -> dict[str, Any]:
    (folder / "net.pt").write_bytes(content)
    found = weights_values.copied(folder / "net.pt", folder / "out", **limits)
    data = (folder / "out").read_bytes()
    assert len(data) == found.bytes
    return {
        one.name: np.frombuffer(data, np.float32, int(np.prod(one.shape, dtype=int)), one.offset).reshape(one.shape)
        for one in found.tensors
    }


def view(shape: tuple[int, ...], *, strides: tuple[int, ...], start: int, stored: int) -> bytes:
    """A zip with one tensor that looks at a storage of so many numbers 0, 1, 2, ... in its own way."""
    plain = checkpoints.tensor(shape, key=0)
    whole = checkpoints.whole
    usual = [int(np.prod(shape[at + 1 :], dtype=int)) for at in range(len(shape))]
    before = whole(0) + b"(" + b"".join(map(whole, shape)) + b"t" + b"(" + b"".join(map(whole, usual)) + b"t"
    after = whole(start) + b"(" + b"".join(map(whole, shape)) + b"t" + b"(" + b"".join(map(whole, strides)) + b"t"
    assert plain.count(before) == 1
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        pairs = checkpoints.text("w") + plain.replace(before, after)
        archive.writestr("archive/data.pkl", b"\x80\x02}(" + pairs + b"u.")
        archive.writestr("archive/data/0", np.arange(stored, dtype=np.float32).tobytes())
    return buffer.getvalue()


def test_values_are_those_that_were_saved(tmp_path: Path) -> None:
    found = copy(tmp_path, checkpoints.torch_zip(values=VALUES))
    assert {name: one.shape for name, one in found.items()} == dict(checkpoints.SMALL)
    assert found["first.bias"].tolist() == VALUES["first.bias"]
    assert not found["last.weight"].any()


def test_a_view_is_laid_out_in_rows(tmp_path: Path) -> None:
    found = copy(tmp_path, view((2, 3), strides=(1, 2), start=4, stored=10))
    assert found["w"].tolist() == [[4, 6, 8], [5, 7, 9]]


def test_safetensors_are_read_where_they_lie(tmp_path: Path) -> None:
    row = struct.pack("<4f", 1, 2, 3, 4)
    header = json.dumps({"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}).encode()
    assert copy(tmp_path, struct.pack("<Q", len(header)) + header + row)["w"].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (view((2, 3), strides=(1, 2), start=5, stored=10), "reaches beyond its storage"),
        (view((2, 3), strides=(1, -2), start=9, stored=10), "strides do not fit"),
        (view((2, 3), strides=(3, 1), start=-1, stored=10), "strides do not fit"),
        (view((2**15, 2**15), strides=(0, 0), start=0, stored=1), "4,294,967,296 bytes, and up to 1,048,576"),
        (checkpoints.torch_zip(drop=("data/2",)), "a storage that a tensor lies in is missing"),
        (checkpoints.hdf5(), "HDF5 files are not read"),
        (checkpoints.endless_memo(), "a plain pickle"),
        (checkpoints.torch_zip(shapes={}), "no tensor whose values can be read"),
        (checkpoints.torch_zip()[:500], "not whole"),
    ],
    ids=["beyond", "backwards", "before", "stretched", "missing", "hdf5", "pickle", "nothing", "half"],
)
def test_what_cannot_be_is_refused_before_it_is_written(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(WeightsProblem, match=words):
        copy(tmp_path, content, most_bytes=MEBIBYTE)
    written = tmp_path / "out"
    assert not written.exists() or written.stat().st_size <= MEBIBYTE


def test_storages_that_unpack_to_much_more_than_they_show_are_not_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", checkpoints.state_dict({"w": (4,)}))
        archive.writestr("archive/data/0", bytes(4 * MEBIBYTE))
    with pytest.raises(WeightsProblem, match="a storage of more than"):
        copy(tmp_path, buffer.getvalue(), most_bytes=MEBIBYTE)


def test_a_file_that_would_run_code_is_read_and_runs_none(tmp_path: Path) -> None:
    assert set(copy(tmp_path, checkpoints.calls_system())) == set(checkpoints.SMALL)


def test_two_tensors_of_one_name_are_left_out(tmp_path: Path) -> None:
    one = checkpoints.text("w") + checkpoints.tensor((4,), key=0)
    other = checkpoints.text("v") + checkpoints.tensor((4,), key=0)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}(" + one + one + other + b"u.")
        archive.writestr("archive/data/0", bytes(16))
    assert set(copy(tmp_path, buffer.getvalue())) == {"v"}
