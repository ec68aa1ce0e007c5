"""Files of weights: names and shapes without loading anything, and one clear flag for what should not be loaded."""

from __future__ import annotations

import io
import math
import pickle
import zipfile
from pathlib import Path

import pytest

from fixtures import checkpoints
from validator.evidence import Document, Submission
from validator.measuring.probes import document_weights
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role

ROLE = Role(name="weights", kind="weights", stem="weights", suffixes=(".pt",), naming="any", many=True)
TASK = Task(
    submission=Submission(id="abcd12", sha256="0", source="abcd12.zip"), given="", home="", plan=Plan(roles=(ROLE,))
)


def read(folder: Path, content: bytes, name: str = "net.pt") -> Document:
    (folder / name).write_bytes(content)
    return document_weights.read(root=folder, path=name, role=ROLE, task=TASK)


def shapes(document: Document) -> dict[str, str]:
    skipped = ("format", document_weights.ALL)
    return {entry.key: entry.words for entry in document.entries if entry.key not in skipped}


EXPECTED = {
    "first.weight": "16 x 8 float32",
    "first.bias": "16 float32",
    "last.weight": "4 x 16 float32",
    "last.bias": "4 float32",
}


@pytest.mark.parametrize("maker", [checkpoints.torch_zip, checkpoints.safetensors])
def test_names_and_shapes_are_read(tmp_path, maker):
    found = read(tmp_path, maker())
    assert found.flags == ()
    assert shapes(found) == EXPECTED
    total = next(entry for entry in found.entries if entry.key == document_weights.ALL)
    assert total.value == sum(math.prod(shape) for shape in checkpoints.SMALL.values())


@pytest.mark.parametrize("old", [False, True])
def test_what_torch_itself_writes_is_read(tmp_path, old):
    torch = pytest.importorskip("torch")
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(5, 2).half())
    saved = {"epoch": 3, "model": network.state_dict(), "losses": [0.5, 0.25]}
    torch.save(saved, tmp_path / "net.pt", _use_new_zipfile_serialization=not old)
    found = read(tmp_path, (tmp_path / "net.pt").read_bytes())
    assert found.flags == ()
    wanted = {f"model.{name}": value for name, value in network.state_dict().items()}
    assert set(shapes(found)) == set(wanted)
    assert shapes(found)["model.0.weight"] == "4 x 3 x 3 x 3 float32"
    assert shapes(found)["model.2.weight"] == "2 x 5 float16"
    assert shapes(found)["model.1.num_batches_tracked"] == "one number int64"


def test_torch_loads_what_the_fixtures_write(tmp_path):
    torch = pytest.importorskip("torch")
    (tmp_path / "net.pt").write_bytes(checkpoints.torch_zip())
    loaded = torch.load(tmp_path / "net.pt", weights_only=True)
    assert {name: tuple(value.shape) for name, value in loaded.items()} == dict(checkpoints.SMALL)


def test_a_whole_network_needs_its_code(tmp_path):
    torch = pytest.importorskip("torch")
    torch.save(torch.nn.Linear(3, 2), tmp_path / "net.pt")
    found = read(tmp_path, (tmp_path / "net.pt").read_bytes())
    assert [flag.kind for flag in found.flags] == ["weights-need-code"]
    assert "torch.nn.modules.linear.Linear" in found.flags[0].detail


@pytest.mark.parametrize("name", checkpoints.MAKERS)
def test_what_should_not_be_loaded_earns_its_flag(tmp_path, name):
    kind, maker = checkpoints.MAKERS[name]
    assert [flag.kind for flag in read(tmp_path, maker()).flags] == [kind]


def test_hdf5_is_known_by_its_signature_and_no_more_is_claimed(tmp_path):
    found = read(tmp_path, checkpoints.hdf5(), "net.h5")
    assert [(entry.key, entry.words) for entry in found.entries] == [("format", "HDF5")]
    assert found.flags == ()


def test_nothing_is_imported_and_nothing_is_called(tmp_path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    found = read(tmp_path, pickle.dumps({"weight": Trap()}))
    assert not (tmp_path / "sprung").exists()
    assert [flag.kind for flag in found.flags] == ["weights-need-code", "weights-without-tensors"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_bytes_of_any_compression_are_unreadable_and_no_fault(tmp_path, compression):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", compression) as written:
        written.writestr("net/data.pkl", pickle.dumps({"epochs": list(range(200))}))
    damaged = bytearray(archive.getvalue())
    damaged[60:100] = b"\xff" * 40
    assert [flag.kind for flag in read(tmp_path, bytes(damaged)).flags] == ["weights-unreadable"]


def test_a_file_of_one_byte_is_unreadable_and_no_fault(tmp_path):
    assert [flag.kind for flag in read(tmp_path, b"\x80").flags] == ["weights-unreadable"]


def calling(module: str, name: str) -> bytes:
    """A pickle of protocol 4 that would call this with one word."""
    texts = [b"\x8c" + bytes([len(text)]) + text.encode() for text in (module, name, "date")]
    return b"\x80\x04" + texts[0] + texts[1] + b"\x93" + texts[2] + b"\x85R."


@pytest.mark.parametrize(
    ("module", "name", "kind"),
    [
        ("torch", "serialization.os.system", "weights-dangerous"),
        ("torch.utils.collect_env", "run", "weights-need-code"),
        ("numpy.f2py.crackfortran", "myeval", "weights-need-code"),
        ("torch.storage", "_load_from_bytes", "weights-need-code"),
    ],
)
def test_a_function_of_a_library_of_tensors_is_no_tensor(tmp_path, module, name, kind):
    assert kind in [flag.kind for flag in read(tmp_path, calling(module, name)).flags]


def test_arrays_and_what_surrounds_them_need_no_code(tmp_path):
    numpy = pytest.importorskip("numpy")
    saved = {"w": numpy.zeros((2, 3), "float32"), "best": numpy.float64(0.5), "kind": numpy.dtype("int64")}
    for protocol in (2, 4, 5):
        assert "weights-need-code" not in [flag.kind for flag in read(tmp_path, pickle.dumps(saved, protocol)).flags]
