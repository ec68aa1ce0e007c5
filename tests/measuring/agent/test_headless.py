"""Windows, widgets and folders of other machines: each is replaced by what works here, and recorded."""

import json

import pytest

from validator.measuring.probes import run_executed

FAKES = {
    "tqdm/__init__.py": "",
    "tqdm/std.py": "class tqdm:\n    def __init__(self, it=None, *a, **k): self.it, self.k = it, k\n"
    "    def __iter__(self): return iter(self.it)\n",
    "tqdm/notebook.py": "import tqdm.std\nIProgress = None\nclass tqdm_notebook:\n"
    "    def __init__(self, *a, **k): raise ImportError('IProgress not found')\ntqdm = tqdm_notebook\n",
    "cv2.py": "def imshow(*a): raise RuntimeError('no screen')\ndef waitKey(*a): raise RuntimeError('no screen')\n",
}
SCRIPT = """
import sys
sys.path.insert(0, "fakes")
from tqdm.notebook import tqdm, trange
assert list(tqdm([1, 2], display=False)) == [1, 2] and list(trange(3)) == [0, 1, 2]
import cv2
cv2.imshow("a", None)
assert cv2.waitKey(0) == -1
import os
here = os.getcwd()
os.chdir("/content/drive/MyDrive/work")
assert os.getcwd() == here
try:
    os.chdir("no-such-folder")
except FileNotFoundError:
    print("raised")
"""


def test_bars_windows_and_folders_of_colab_work_and_are_recorded_once(metered, tmp_path):
    for name, text in FAKES.items():
        file = tmp_path / "fakes" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    done = metered(SCRIPT)
    assert done.code == 0, done.stderr
    assert "raised" in done.stdout
    assert [record["what"] for record in done.of_kind("repair")] == [
        "tqdm.notebook drew plain bars: ipywidgets is not installed",
        "cv2.imshow did nothing: there is no screen",
        "the change to the folder /content/drive/MyDrive/work was left out: it is Colab's",
    ]


def test_data_are_served_for_every_way_to_ask_for_them(metered, tmp_path):
    data = tmp_path / "kept" / "AddNIST-official"
    data.mkdir(parents=True)
    (data / "train_x.npy").write_bytes(b"images")
    script = r"""
import os
from pathlib import Path
folder = "/content/drive/MyDrive/AddNIST"
assert os.path.exists(folder) and os.path.isdir(folder)
assert os.listdir(folder) == ["train_x.npy"]
for path in (folder + "/train_x.npy", r"C:\\Users\\me\\train_x.npy", Path("../data/train_x.npy")):
    assert os.path.exists(path), path
    assert open(path, "rb").read() == b"images"
try:
    os.listdir("no-such-folder")
except FileNotFoundError:
    print("raised")
"""
    done = metered(script, files={"train_x.npy": str(data / "train_x.npy")})
    assert done.code == 0, done.stderr
    assert "raised" in done.stdout
    assert {record["served"] for record in done.of_kind("redirect")} == {"train_x.npy", "AddNIST-official"}


LONG_CELLS = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
endings = [type(shell.run_cell(cell).error_in_exec).__name__ for cell in (
    "while True: pass",
    "import time\\nfor _ in range(2):\\n    try:\\n        while True: time.sleep(0.01)\\n"
    "    except BaseException as error: last = error",
    "x = 1",
)]
print("ENDED" + json.dumps([endings, type(shell.user_ns["last"]).__name__]))
"""


def test_a_smoke_run_ends_cells_that_take_long_without_training(metered):
    done = metered(LONG_CELLS, smoke_steps=3, smoke_seconds=0.3)
    assert json.loads(done.stdout.rpartition("ENDED")[2]) == [["EnoughSeen", "NoneType", "NoneType"], "EnoughSeen"]
    words = "the smoke run ended this cell after 0.3 s"
    assert [(record["flag"], record["what"]) for record in done.of_kind("notice")] == [("smoke", words)] * 2


CRITIC_FIRST = """
import torch
nets = [torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)]
critic, generator = [torch.optim.SGD(net.parameters(), lr=0.1) for net in nets]
for step in range(1000):
    net, optimiser = (nets[1], generator) if step % 6 == 5 else (nets[0], critic)
    optimiser.zero_grad()
    net(torch.ones(1, 2)).sum().backward()
    optimiser.step()
"""


def test_a_smoke_run_waits_for_the_optimiser_that_steps_last(metered):
    done = metered(CRITIC_FIRST, smoke_steps=3)
    assert "EnoughSeen" in done.stderr
    assert {name: net.steps for name, net in done.networks().items()} == {"Linear#1": 5, "Linear#2": 1}


WITHOUT_OPTIMISER = """
import torch
net = torch.nn.Linear(2, 2)
OPTIMISER
for step in range(1000):
    gradients = torch.autograd.grad(net(torch.ones(1, 2)).sum(), tuple(net.parameters()))
    with torch.no_grad():
        for parameter, gradient in zip(net.parameters(), gradients):
            parameter -= 0.1 * gradient
"""


@pytest.mark.parametrize(("optimiser", "steps"), [("", 29), ("optimiser = torch.optim.SGD(net.parameters())", 299)])
def test_a_smoke_run_ends_a_loop_that_steps_no_optimiser(metered, optimiser, steps):
    """Ten gradient computations for each step it may do; ten times as many while an optimiser may be waiting."""
    done = metered(WITHOUT_OPTIMISER.replace("OPTIMISER", optimiser), smoke_steps=3)
    assert "EnoughSeen" in done.stderr
    assert [net.steps for net in done.networks().values()] == [steps]


def test_both_sides_of_the_process_know_a_missing_gpu_by_the_same_words():
    from tests.measuring.agent.conftest import AGENT

    text = (AGENT / "validator_agent" / "notices.py").read_text(encoding="utf-8")
    names: dict[str, str] = {}
    exec(text[text.index("NO_GPU") : text.index("ASSERTED")], names)  # noqa: S102 - the agent is imported by nobody
    assert names["NO_GPU"] == run_executed.NO_GPU


@pytest.mark.parametrize(
    ("error", "needs"),
    [
        ("RuntimeError: Found no NVIDIA driver on your system.", True),
        (
            "RuntimeError: Unknown backend: 'gpu' requested, but no platforms that are instances of gpu are present.",
            True,
        ),
        ("RuntimeError: Backend 'cuda' failed to initialize", True),
        ("RuntimeError: CUDA out of memory. Tried to allocate 2 GiB", False),
        ("NameError: name 'gpu' is not defined", False),
    ],
)
def test_only_the_absence_of_a_gpu_is_a_need_for_one(error, needs):
    from validator.evidence import Cell

    words = run_executed.error_words([Cell(index=1, status="error", error=error)], first="cell 1")
    assert words.startswith("cell 1 needs a GPU, and this machine has none: ") is needs
