"""The environment of the shipped rubric, where `validate env` has made it: everything imports together."""

import json
import re
import shutil
from pathlib import Path

import pytest

from validator.evidence import Submission
from validator.marking import load_rubric
from validator.measuring.probes import run
from validator.measuring.probes.task import Task
from validator.plan import Plan, RunLimits
from validator.running.environments import making, record

MODULES = {
    "dm-haiku": "haiku",
    "clean-fid": "cleanfid.fid",
    "scikit-learn": "sklearn",
    "pillow": "PIL",
    "torch-fidelity": "torch_fidelity",
    "pytorch-fid": "pytorch_fid.fid_score",
}
PACKAGES = load_rubric("comp3547-2024").plan.environment.packages

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def real():
    """The one that is there; making it takes minutes where nothing is in uv's cache."""
    found = making.latest(PACKAGES, tell=lambda line: None)
    if found is None:
        pytest.skip("no run environment here: `validate env` makes it")
    return found


def test_every_package_of_the_list_imports_beside_all_others(real, as_other, tmp_path):
    names = [re.split(r"[<>=!~\[]", package)[0] for package in PACKAGES]
    imports = ", ".join(MODULES.get(name, name.replace("-", "_")) for name in names)
    said = as_other(real.interpreter, "-I", "-B", "-W", "ignore", "-c", f"import {imports}; print('all')", HOME="/tmp")
    assert said.stdout == "all\n", said.stderr


def test_neither_tensorflow_nor_keras_came_along(real):
    assert [line for line in real.frozen if re.match(r"(tensorflow|keras)\b", line)] == []


def test_its_own_pip_changes_nothing(real, as_other):
    pip = [real.interpreter, "-m", "pip", "--disable-pip-version-check"]
    taken = as_other(*pip, "uninstall", "--yes", "einops", HOME="/nonexistent")
    assert taken.returncode != 0
    assert "Permission denied" in taken.stderr + taken.stdout
    assert as_other(real.interpreter, "-I", "-c", "import einops").returncode == 0


def test_pip_on_the_path_of_a_notebook_is_its_own(real):
    assert shutil.which("pip", path=str(real.interpreter.parent)) is not None


NOTEBOOK = (
    "import sys; print(sys.executable)",
    "!pip uninstall --yes einops\n!pip install --no-deps validator-of-nothing\n%pip uninstall --yes tqdm",
    "import cleanfid, einops, lpips, tqdm, torch",
    "net = torch.nn.Linear(3, 2)\noptimiser = torch.optim.SGD(net.parameters(), 0.1)",
    "for _ in range(5):\n    net(torch.ones(4, 3)).sum().backward()\n    optimiser.step()",
)


def listed(folder: Path) -> list[tuple[str, int, int, int]]:
    """Every file with its size, times and mode: reading gigabytes would show no more."""
    found = ((str(path), path.lstat()) for path in sorted(folder.rglob("*")))
    return [(name, state.st_size, state.st_mtime_ns, state.st_mode) for name, state in found]


def test_a_notebook_is_metered_there_and_its_pip_leaves_everything_as_it_was(real, tmp_path):
    if why := run.run_available():
        pytest.skip(why)
    task = Task(
        submission=Submission(id="x", sha256="0", source="x"),
        given=str(tmp_path),
        home=str(tmp_path),
        plan=Plan(roles=(), classifier_role="", generator_role="", run=RunLimits(wall_seconds=300)),
        interpreter=str(real.interpreter),
        environment=real.digest,
    )
    task.unpacked.mkdir()
    cells = [{"cell_type": "code", "id": f"c{n}", "source": text} for n, text in enumerate(NOTEBOOK)]
    whole = [{**cell, "metadata": {}, "outputs": [], "execution_count": None} for cell in cells]
    document = {"cells": whole, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (task.unpacked / "x.ipynb").write_text(json.dumps(document))
    harness, before = record.frozen(), listed(Path(real.folder))
    found = run.run(task, role="model", path="x.ipynb")
    assert (found.outcome, found.detail) == ("finished", "")
    assert found.readings["model.steps"].value == 5
    assert str(real.interpreter) in (task.run_folder("model") / "executed.ipynb").read_text()
    assert record.frozen() == harness
    assert listed(Path(real.folder)) == before
