"""A notebook written on Colab, with a screen, a GPU and a network, runs here; every repair is told with its cell."""

import pytest

from tests.measuring.probes.test_run_outcomes import Go, go, statuses, stored

__all__ = ["go"]

WRITTEN_ELSEWHERE = (
    "!pip install -q numpy no-such-package==1.2",
    "%pip install numpy",
    "%conda install -c conda-forge numpy",
    "import subprocess, sys, os\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'numpy'])",
    "import pip\nassert pip.main(['install', 'numpy']) == 0\nassert os.system('pip3 install no-such-package')",
    "!wget -q https://somewhere/data.zip",
    "import matplotlib\nmatplotlib.use('TkAgg')\n%matplotlib qt",
    "from google.colab import drive, output\ndrive.mount('/content/drive')\n%cd /content/drive/MyDrive/work",
    "%tensorflow_version 2.x\n%load_ext no_such_extension",
)
ASKS = (
    "input('name? ')",
    "1 / 0",
    "%debug",
    "import getpass\ngetpass.getpass()",
    "raise RuntimeError('Found no NVIDIA driver on your system.')",
    "import socket\nraise socket.gaierror('Name or service not known')",
    "print('the' + ' end')",
)


@pytest.mark.slow
def test_a_notebook_written_elsewhere_runs_and_each_repair_is_told_with_its_cell(go: Go, tmp_path) -> None:
    found = go(*WRITTEN_ELSEWHERE)
    assert (found.outcome, found.detail) == ("finished", "")
    said = {(flag.where, flag.detail) for flag in found.flags if flag.kind == "repaired"}
    assert {f"cell {index}" for index in (0, 1, 2, 3, 4, 6, 7, 8)} <= {where for where, _ in said}
    assert any("no-such-package is not in the run environment" in detail for where, detail in said if where == "cell 0")
    assert ("cell 6", "matplotlib.use('TkAgg') did nothing: there is no screen") in said
    assert ("cell 6", "%matplotlib qt was taken as inline: there is no screen") in said
    assert ("cell 8", "%load_ext no_such_extension was left out: it is not installed") in said
    downloads = [(flag.where, flag.detail) for flag in found.flags if flag.kind == "tried-to-download"]
    assert downloads == [("cell 5", "`wget -q https://somewhere/data.zip`: there is no network")]
    assert "is in the run environment" in stored(tmp_path)


@pytest.mark.slow
def test_what_a_cell_wanted_that_is_not_here_is_an_error_at_once_and_says_what(go: Go, tmp_path) -> None:
    found = go(*ASKS)
    assert statuses(found) == ["error"] * 6 + ["ok"]
    told = {(flag.kind, flag.where): flag.detail for flag in found.flags}
    assert told["asked-for-input", "cell 0"] == "input() asked, and nobody is there to answer"
    assert told["asked-for-input", "cell 2"] == "a debugger asked, and nobody is there to answer"
    assert told["asked-for-input", "cell 3"] == "getpass() asked, and nobody is there to answer"
    assert told["needs-gpu", "cell 4"].startswith("needs a GPU, and none is here: RuntimeError")
    assert ("tried-to-download", "cell 5") in told
    assert "the end" in stored(tmp_path)


@pytest.mark.slow
def test_a_script_that_needs_a_gpu_says_so_in_its_outcome(go: Go) -> None:
    found = go("def main():\n    raise AssertionError('Torch not compiled with CUDA enabled')\nmain()\n", name="a.py")
    assert found.detail == (
        "the script needs a GPU, and this machine has none: AssertionError: Torch not compiled with CUDA enabled"
    )
    assert "needs-gpu" in {flag.kind for flag in found.flags}
