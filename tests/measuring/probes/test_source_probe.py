"""The source probe: what it says of code it never runs."""

import base64
import json
import random
from pathlib import Path

import pytest

from validator.evidence import Flag, Source
from validator.measuring.probes.source import source


def notebook(folder: Path, *cells: str) -> Source:
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [{"cell_type": "code", "metadata": {}, "source": text, "outputs": []} for text in cells],
    }
    (folder / "a.ipynb").write_text(json.dumps(document))
    return source(root=folder, path="a.ipynb", role="classifier")


def script(folder: Path, text: str) -> Source:
    (folder / "a.py").write_text(text)
    return source(root=folder, path="a.py", role="classifier")


def told(found: Source, kind: str) -> list[str]:
    return [flag.detail for flag in found.flags if flag.kind == kind]


def kinds(found: Source) -> set[str]:
    return {flag.kind for flag in found.flags}


def test_imports_are_found_wherever_they_stand(tmp_path: Path) -> None:
    found = notebook(
        tmp_path,
        "import torch, numpy as np",
        "def f():\n    try:\n        from sklearn.svm import SVC\n    except ImportError:\n        import timm.models",
        "import importlib\nimportlib.import_module('jax.numpy')\n__import__('flax')",
    )
    assert [(item.module, item.where) for item in found.imports] == [
        ("numpy", "cell 0 line 1"),
        ("torch", "cell 0 line 1"),
        ("sklearn.svm", "cell 1 line 3"),
        ("timm.models", "cell 1 line 5"),
        ("importlib", "cell 2 line 1"),
        ("jax.numpy", "cell 2 line 2"),
        ("flax", "cell 2 line 3"),
    ]


def test_places_in_a_script_are_lines(tmp_path: Path) -> None:
    assert script(tmp_path, "\nimport torch\n").imports[0].where == "line 2"


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nimport torch",
        "!nvidia-smi\nimport torch",
        "    import torch\n    x = 1",
        "?print\nimport torch",
        "files = !ls\nimport torch",
        "%%time\nimport torch",
        "%%capture out\nimport torch",
        "import torch\nawait thing()",
        ">>> import torch",
    ],
)
def test_code_is_read_as_ipython_reads_it(tmp_path: Path, cell: str) -> None:
    found = notebook(tmp_path, cell)
    assert "torch" in [item.module for item in found.imports]
    assert "syntax-error" not in kinds(found)


@pytest.mark.parametrize("magic", ["bash", "writefile model.py", "html", "javascript"])
def test_cells_in_another_language_are_not_python(tmp_path: Path, magic: str) -> None:
    found = notebook(tmp_path, f"%%{magic}\nimport torch (((")
    assert found.imports == ()
    assert "syntax-error" not in kinds(found)


def test_a_cell_that_does_not_parse_has_its_place_and_the_others_are_read(tmp_path: Path) -> None:
    found = notebook(tmp_path, "x = 1\nif True\n    y = 2", "import torch")
    assert [flag.where for flag in found.flags if flag.kind == "syntax-error"] == ["cell 0 line 2"]
    assert [item.module for item in found.imports] == ["torch"]


@pytest.mark.parametrize(
    ("cell", "packages"),
    [
        ("!pip install -q clean-fid torch", "clean-fid torch"),
        ("%pip install tqdm", "tqdm"),
        ("pip install tqdm", "tqdm"),
        ("%%bash\npip3 install gdown", "gdown"),
        ("import os\nos.system('pip install x')", "x"),
        ("import subprocess, sys\nsubprocess.run(['pip', 'install', 'y'])", "y"),
    ],
)
def test_packages_that_are_installed_are_named(tmp_path: Path, cell: str, packages: str) -> None:
    assert told(notebook(tmp_path, cell), "pip-install") == [packages]


@pytest.mark.parametrize(
    "cell",
    [
        "import torch\nm.load_state_dict(torch.load('w.pt'))",
        "from torch import load\nload('w.pt')",
        "import torch as t\nt.jit.load('w.pt')",
        "from safetensors.torch import load_file\nload_file('w')",
        "import pickle\npickle.load(open('w', 'rb'))",
        "from torch import *\nload('w.pt')",
        "import numpy as np\nnp.load('weights.npz')",
    ],
)
def test_weights_from_a_file_are_seen(tmp_path: Path, cell: str) -> None:
    assert "loads-weights-file" in kinds(notebook(tmp_path, cell))


@pytest.mark.parametrize(
    "cell",
    [
        "import torch\nmodel.load_state_dict(torch.hub.load('a', 'b'))",
        "import torchvision.models as models\nmodels.resnet18(pretrained=True)",
        "from torchvision import models\nmodels.resnet18(weights='DEFAULT')",
        "from torchvision.models import resnet18, ResNet18_Weights\nresnet18(weights=ResNet18_Weights.DEFAULT)",
        "import timm\ntimm.create_model('x', pretrained=True)",
        "from transformers import AutoModel\nAutoModel.from_pretrained('x')",
        "from huggingface_hub import hf_hub_download\nhf_hub_download('x', 'y')",
        "from torch.hub import load_state_dict_from_url\nload_state_dict_from_url('x')",
    ],
)
def test_pretrained_weights_are_seen(tmp_path: Path, cell: str) -> None:
    assert "loads-pretrained-weights" in kinds(notebook(tmp_path, cell))


@pytest.mark.parametrize(
    "cell",
    [
        "import numpy as np\nx = np.load('/content/AddNIST/train_x.npy')",
        "model.load('x'); model.eval(); loader.load()",
        "import torchvision\ntorchvision.models.resnet18()",
        "from torchvision import models\nmodels.resnet18(weights=None)",
        "from torchvision import models\nmodels.resnet18(pretrained=False)",
        "import json\njson.load(open('x'))",
        "from torchvision.datasets import CIFAR100\nCIFAR100('data', download=True)",
        "a, b = b, a\nprint('the parameters are secret')",
    ],
)
def test_ordinary_code_raises_no_flag(tmp_path: Path, cell: str) -> None:
    assert notebook(tmp_path, cell).flags == ()


def test_weights_that_the_file_itself_saved_are_told_apart(tmp_path: Path) -> None:
    found = notebook(tmp_path, "import torch\ntorch.save(m, 'best.pt')", "m = torch.load('best.pt')")
    assert told(found, "loads-weights-file") == ["torch.load of 'best.pt', which this file also saves"]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("!wget -q http://example.invalid/x.zip", "downloads"),
        ("import gdown\ngdown.download('x')", "downloads"),
        ("from urllib.request import urlretrieve\nurlretrieve('x', 'y')", "downloads"),
        ("import requests\nrequests.get('x')", "downloads"),
        ("from google.colab import drive\ndrive.mount('/content/drive')", "colab"),
        ("exec('x = 1')", "exec-or-eval"),
        ("!ls", "shell-command"),
        (f"w = {'x' * 50_001!r}", "large-literal"),
        (f"w = {[[0] * 100] * 60}", "large-literal"),
        ("name = 'x'\n__import__(name)", "dynamic-import"),
        ("print(sum(p.numel() for p in m.parameters()))", "states-parameter-count"),
        ("print(f'{n_params} parameters')", "states-parameter-count"),
    ],
)
def test_calls_worth_a_look_are_flagged(tmp_path: Path, cell: str, kind: str) -> None:
    assert kind in kinds(notebook(tmp_path, cell))


@pytest.mark.parametrize(
    "bomb",
    [
        "(" * 100_000,
        "-" * 200_000 + "1",
        "x" + ".a" * 200_000,
        "[" * 150 + "]" * 150 + "1 1",
        "x = '\0'",
        "1+" * 100_000 + "1",
        "not " * 50_000 + "x",
        "lambda: " * 50_000 + "x",
        "f" + "()" * 100_000,
    ],
    ids=["parentheses", "minus", "attributes", "brackets", "null", "sum", "not", "lambda", "calls"],
)
def test_bombs_in_the_text_end_as_flags_or_trees(tmp_path: Path, bomb: str) -> None:
    found = notebook(tmp_path, bomb, "import torch")
    assert [item.module for item in found.imports] == ["torch"]


def encoded(count: int) -> str:
    return base64.b85encode(random.Random(0).randbytes(count)).decode()


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([f"w = {encoded(154_600)!r}"], "193,250 encoded characters in one literal"),
        ([f"w{i} = {encoded(2_000)!r}" for i in range(10)], "25,000 encoded characters in 10 literals"),
        ([f"w = {random.Random(0).randbytes(12_500).hex()!r}"], "25,000 encoded characters in one literal"),
        ([f"w = {random.Random(0).randbytes(15_000)!r}"], "15,000 encoded characters in one literal"),
        ([f"w = {['ab12' * 19] * 200}"], "15,200 encoded characters in one literal"),
        ([f"w = {[0.5] * 3_000}\nv = {[1] * 3_000}"], "6,000 numbers in 2 literals"),
        ([f"w = '{'-0.125 ' * 6_000}'"], "6,000 numbers in one literal"),
    ],
    ids=["the note's example", "cut into ten", "hex", "bytes", "lines of a list", "lists", "numbers in a text"],
)
def test_data_enough_for_a_network_is_flagged_with_its_size(tmp_path: Path, cells: list[str], words: str) -> None:
    found = notebook(tmp_path, *cells)
    assert told(found, "large-literal") == [f"data written into the code: {words}"]


@pytest.mark.parametrize(
    "cell",
    [
        f"logo = 'data:image/png;base64,iVBORw0KGgo{'Ab1' * 20_000}'",
        f"text = {'The quick brown fox jumps over the lazy dog. ' * 2_000!r}",
        f"labels = {[f'class number {i}' for i in range(2_000)]}",
        f"losses = {[0.5] * 1_000}",
        f"files = {[f'images/train/{i:05d}/picture_number_{i:08d}.png' for i in range(500)]}",
        f"key = {encoded(2_000)!r}",
    ],
    ids=["picture", "text", "labels", "losses", "files", "key"],
)
def test_honest_literals_are_not_flagged(tmp_path: Path, cell: str) -> None:
    assert told(notebook(tmp_path, cell), "large-literal") == []


def test_a_long_literal_does_not_hide_the_magics_beside_it(tmp_path: Path) -> None:
    assert "shell-command" in kinds(notebook(tmp_path, f"w = '{'A' * 150_000}'\n!ls"))


def test_nothing_is_executed(tmp_path: Path) -> None:
    notebook(tmp_path, f"open({str(tmp_path / 'touched')!r}, 'w')", "!touch touched", "%%bash\ntouch touched")
    assert not (tmp_path / "touched").exists()


def test_a_file_that_is_no_notebook_is_one_flag(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("<html>")
    found = source(root=tmp_path, path="a.ipynb", role="classifier")
    assert found == Source(path="a.ipynb", role="classifier", flags=found.flags)
    assert [flag.kind for flag in found.flags] == ["not-a-notebook"]


def test_thousands_of_flags_of_one_kind_are_counted(tmp_path: Path) -> None:
    found = script(tmp_path, "exec(x)\n" * 1000)
    assert len(found.flags) == 51
    assert found.flags[-1] == Flag(kind="exec-or-eval", detail="950 more of this kind")
