"""Loads of every kind and tried frameworks: what the agent tells, and what the judge makes of it."""

import importlib.util
import pickle
import warnings

import numpy as np
import pytest
import torch

FOREIGN = """
import ctypes, io, pickle
import numpy as np, torch
net = torch.nn.Linear(64, 64)
net.load_state_dict(torch.load("w.pt"))
optimiser = torch.optim.SGD(net.parameters(), lr=.1)
net(torch.randn(8, 64)).sum().backward(); optimiser.step()
torch.load(io.BytesIO(open("memory.pt", "rb").read()))
np.load("a.npy"); np.fromfile("b.bin"); np.memmap("c.bin", mode="r")
pickle.load(open("d.pkl", "rb"))
torch.from_file("e.bin", size=10); torch.UntypedStorage.from_file("f.bin", False, 100)
torch.jit.load("g.pt")
open("notes.txt").read()
try:
    ctypes.CDLL("./h.so")
except OSError:
    pass
try:
    torch.hub.load_state_dict_from_url("http://nowhere.invalid/resnet.pth", model_dir="hub")
except Exception:
    pass
assert pickle.loads(pickle.dumps(torch.load)) is torch.load
"""


CLASS = """
import h5py
with h5py.File("model.h5", "r") as file:
    assert isinstance(file, h5py.File), type(file)
class Own(h5py.File):
    pass
assert issubclass(Own, h5py.File)
assert h5py.File("model.h5", mode="r").mode == "r"
assert not isinstance("model.h5", h5py.File)
import pickle
assert pickle.loads(pickle.dumps(h5py.File)) is h5py.File
"""


def details(run, kind):
    return [flag.detail for flag in run.judged().flags if flag.kind == kind]


def scripted(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.script(torch.nn.Linear(64, 64)).save(str(folder / "g.pt"))


def test_loads_of_every_kind_are_told_with_file_size_and_line(metered, tmp_path):
    for name in ("b.bin", "c.bin", "e.bin", "f.bin", "h.so", "notes.txt"):
        (tmp_path / name).write_bytes(b"1" * 40_000)
    torch.save(torch.nn.Linear(64, 64).state_dict(), tmp_path / "w.pt")
    torch.save(torch.randn(100, 100), tmp_path / "memory.pt")
    np.save(tmp_path / "a.npy", np.ones((200, 200)))
    (tmp_path / "d.pkl").write_bytes(pickle.dumps(list(range(40_000))))
    scripted(tmp_path)
    run = metered(FOREIGN)
    assert run.code == 0, run.stderr
    loaded, opened = details(run, "weights-loaded"), details(run, "opened-weights")
    assert loaded[0].startswith("torch.load read w.pt (")
    assert "its values are in Linear#1 when that begins to train: net.load_state_dict(torch.load" in loaded[0]
    assert {words.split(" ")[0] for words in loaded[1:]} == {
        "ctypes.dlopen",
        "torch.from_file",
        "torch.hub.load_state_dict_from_url",
        "torch.jit.load",
        "torch.load",
        "UntypedStorage.from_file",
    }
    assert {words.split(" ")[2] for words in opened} == {
        "a.npy",
        "b.bin",
        "c.bin",
        "d.pkl",
        "memory.pt",
        "notes.txt",
    }


OWN = """
import pickle, time
import numpy as np, torch
state = torch.nn.Linear(100, 100).state_dict()
torch.save(state, "a.pt"); torch.load("a.pt")
np.save("b.npy", np.ones((200, 200))); np.load("b.npy")
pickle.dump(list(range(40_000)), open("c.pkl", "wb")); pickle.load(open("c.pkl", "rb"))
np.load("train_x.npy")
"""


def test_what_the_run_wrote_and_what_is_served_is_no_flag(metered, tmp_path):
    (tmp_path / "data").mkdir()
    np.save(tmp_path / "data" / "train_x.npy", np.ones((200, 200)))
    run = metered(OWN, files={"train_x.npy": str(tmp_path / "data" / "train_x.npy")})
    assert run.code == 0, run.stderr
    assert details(run, "weights-loaded") + details(run, "opened-weights") == []
    assert {record["own"] for record in run.of_kind("load")} == {True}


def test_a_copy_of_what_was_handed_in_is_not_taken_for_the_runs_own(metered, tmp_path):
    torch.save(torch.randn(100, 100), tmp_path / "w.pt")
    size = (tmp_path / "w.pt").stat().st_size
    copied = "import os, torch\nos.system('cp w.pt mine.pt; touch w.pt')\ntorch.load('mine.pt'); torch.load('w.pt')"
    run = metered(copied, work=str(tmp_path), handed_in={"w.pt": size})
    assert run.code == 0, run.stderr
    told = details(run, "weights-loaded")
    assert [words.split(" ")[2] for words in told] == ["mine.pt", "w.pt"]
    assert all("whether this run wrote it cannot be told" in words for words in told)


TRIED = """
import importlib, importlib.util, subprocess, sys
try:
    import tensorflow as tf
except ImportError:
    pass
importlib.util.find_spec("mxnet")
for ask in (lambda: importlib.import_module("keras"), lambda: exec("import flux"), lambda: __import__("caffe")):
    try:
        ask()
    except ImportError:
        pass
subprocess.run([sys.executable, "-c", "import theano"], stderr=subprocess.DEVNULL)
sys.path.insert(0, "site-packages")
import library
"""


def test_attempts_of_the_students_code_are_told_from_a_librarys_own(metered, tmp_path):
    (tmp_path / "site-packages").mkdir()
    optional = "try:\n    import paddle\nexcept ImportError:\n    pass\n"
    (tmp_path / "site-packages" / "library.py").write_text(optional, encoding="utf-8")
    run = metered(TRIED)
    assert run.code == 0, run.stderr
    told = [(flag.detail, flag.where) for flag in run.judged().flags if flag.kind == "forbidden-library-attempt"]
    assert told[0] == ("the student's code imports tensorflow (it is not installed)", "script.py line 4")
    assert [detail.split(" ")[4] for detail, _ in told] == ["tensorflow", "keras", "flux", "caffe", "theano"]
    assert told[-1][1] == "python -c"
    assert [record["module"] for record in run.of_kind("import") if record["by"] == "library"] == ["paddle"]


def test_a_module_of_the_students_own_with_such_a_name_is_no_attempt(metered, tmp_path):
    (tmp_path / "flux.py").write_text("", encoding="utf-8")
    run = metered("import flux")
    assert run.code == 0, run.stderr
    assert details(run, "forbidden-library-attempt") == []


@pytest.mark.skipif(importlib.util.find_spec("safetensors") is None, reason="safetensors is not installed here")
def test_safetensors_are_told_apart_as_well(metered, tmp_path):
    from safetensors.torch import save_file

    save_file({"a": torch.randn(100, 100)}, tmp_path / "w.safetensors")
    run = metered(
        "import torch; from safetensors.torch import save_file, load_file\nload_file('w.safetensors')\n"
        "save_file({'b': torch.randn(100, 100)}, 'own.safetensors'); load_file('own.safetensors')"
    )
    assert [words.split(" ")[:3] for words in details(run, "weights-loaded")] == [
        ["safetensors.load_file", "read", "w.safetensors"]
    ]


def test_a_reader_that_is_a_class_stays_one_and_what_it_reads_is_told(metered, tmp_path):
    """Keras asks `isinstance(path, h5py.File)` before it saves; a stand-in for the library is enough to see that."""
    (tmp_path / "h5py.py").write_text(
        "class File:\n"
        "    def __init__(self, name, mode='r'):\n        self.name, self.mode = name, mode\n"
        "    def __enter__(self):\n        return self\n"
        "    def __exit__(self, *said):\n        pass\n"
    )
    (tmp_path / "model.h5").write_bytes(bytes(50_000))
    run = metered(CLASS)
    assert run.code == 0, run.stderr
    assert [words.partition(" (")[0] for words in details(run, "opened-weights")] == ["h5py.File read model.h5"]
