"""Calls that seed, draw at random, split or shuffle, as the text of code tells them."""

from __future__ import annotations

from pathlib import Path

import pytest

from validator.measuring.probes.source import source

CALLS = [
    ("import torch\ntorch.manual_seed(7)", [("sets-seed", "torch: torch.manual_seed of 7")]),
    ("from torch import manual_seed\nmanual_seed(7)", [("sets-seed", "torch: torch.manual_seed of 7")]),
    ("import numpy as np\nSEED = 2023\nnp.random.seed(SEED)", [("sets-seed", "numpy: numpy.random.seed of 2023")]),
    (
        "import numpy as np\nSEED = 1\nSEED = 2\nnp.random.seed(SEED)",
        [("sets-seed", "numpy: numpy.random.seed of a value that is computed")],
    ),
    (
        "import tensorflow as tf\ntf.keras.utils.set_random_seed(seed=3)",
        [("sets-seed", "tensorflow, numpy, random: tensorflow.keras.utils.set_random_seed of 3")],
    ),
    (
        "import torch\ng = torch.Generator()\ng.manual_seed(1)",
        [("sets-seed", ": a generator of its own, seeded with 1")],
    ),
    (
        "from transformers import TrainingArguments\nTrainingArguments('out', seed=2023)",
        [("sets-seed", "torch, numpy, random: transformers.TrainingArguments with seed 2023")],
    ),
    (
        "from tensorflow.keras.utils import image_dataset_from_directory as f\nf('x', validation_split=0.2, seed=2023)",
        [("splits-data", "image_dataset_from_directory: validation_split 0.2, seed 2023")],
    ),
    ("import keras\nkeras.utils.image_dataset_from_directory('train')", []),
    ("import numpy\nr = numpy.random.default_rng(5)", [("sets-seed", ": numpy.random.default_rng of 5")]),
    ("import numpy\nr = numpy.random.default_rng()", []),
    ("import numpy\nx = numpy.random.normal(3)", [("draws-random", "numpy: numpy.random.normal")]),
    ("import random\nrandom.shuffle([1])", [("draws-random", "random: random.shuffle")]),
    ("import torch\ntorch.rand(3)\nclass A: pass\nA().shuffle()", []),
    (
        "from sklearn.model_selection import train_test_split as s\ns(a, test_size=0.2, random_state=2023)",
        [("splits-data", "train_test_split: test_size 0.2, random_state 2023")],
    ),
    (
        "from sklearn.model_selection import train_test_split\ntrain_test_split(a, test_size=0.2, random_state=2023)",
        [("splits-data", "train_test_split: test_size 0.2, random_state 2023")],
    ),
    (
        "from sklearn.model_selection import train_test_split\ntrain_test_split(a)",
        [
            ("draws-random", "numpy: sklearn.model_selection.train_test_split without random_state"),
            ("splits-data", "train_test_split: nothing said of its size and seed"),
        ],
    ),
    ("frame.sample(frac=1, random_state=2023)", [("splits-data", "sample: frac 1, random_state 2023")]),
    ("frame.sample(10)", []),
    (
        "import torch, random\nfor f in (torch.manual_seed, random.seed): f(1)",
        [
            ("sets-seed", "random: random.seed, handed on to be called"),
            ("sets-seed", "torch: torch.manual_seed, handed on to be called"),
        ],
    ),
    (
        "import torch\nseed = torch.manual_seed\nseed(3)",
        [("sets-seed", "torch: torch.manual_seed, handed on to be called")],
    ),
    (
        "import torch, functools\nf = functools.partial(torch.manual_seed, 4)\nf()",
        [("sets-seed", "torch: torch.manual_seed, handed on to be called")],
    ),
    (
        "import torch\ndef set_seed(seed):\n    torch.manual_seed(seed)\nset_seed(1)",
        [("sets-seed", "torch: torch.manual_seed of a value that is computed")],
    ),
    (
        "import torch\ndef set_seed(seed):\n    torch.manual_seed(seed)",
        [
            (
                "sets-seed",
                "torch: torch.manual_seed of a value that is computed, in set_seed, which nothing in this file calls",
            )
        ],
    ),
    (
        "import lightning.pytorch as pl\npl.seed_everything(42)",
        [("sets-seed", "torch, numpy, random: lightning.pytorch.seed_everything of 42")],
    ),
    ("from utils import fix_seeds\nfix_seeds(1)", [("calls-seeder", "utils.fix_seeds")]),
    ("def set_seed(): pass\nset_seed()", []),
]


@pytest.mark.parametrize(("text", "wanted"), CALLS, ids=[text[:50] for text, _ in CALLS])
def test_calls_are_told(tmp_path: Path, text: str, wanted: list[tuple[str, str]]) -> None:
    (tmp_path / "code.py").write_text(text + "\n")
    found = source(root=tmp_path, path="code.py", role="code")
    told = [
        (flag.kind, flag.detail)
        for flag in found.flags
        if flag.kind in ("sets-seed", "draws-random", "splits-data", "calls-seeder")
    ]
    assert told == wanted


def test_a_generator_made_inside_a_split_is_told_with_its_seed(tmp_path: Path) -> None:
    text = "import torch\ntorch.utils.data.random_split(d, [0.8, 0.2], generator=torch.Generator().manual_seed(2023))\n"
    (tmp_path / "code.py").write_text(text)
    flags = source(root=tmp_path, path="code.py", role="code").flags
    assert "random_split: lengths [0.8 0.2], generator seeded with 2023" in [flag.detail for flag in flags]


def test_huge_numbers_and_deep_expressions_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(
        f"import torch\ntorch.manual_seed(0x{'9' * 9000})\nSEED = -1\ntorch.manual_seed(SEED)\n"
    )
    details = [flag.detail for flag in source(root=tmp_path, path="code.py", role="code").flags]
    assert details == ["torch: torch.manual_seed of a value that is computed"] * 2
