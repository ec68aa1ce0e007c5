"""The same promises for an ordinary user: most people are not root, and other parts of the kernel keep them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="is an ordinary user already")
def test_the_tiers_hold_for_an_ordinary_user(tmp_path: Path) -> None:
    files = [f"test_sandbox_{name}.py" for name in ("tiers", "box", "connects", "confinement", "cgroups")]
    command = [sys.executable, "-m", "tests.ordinary", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-p", "no:xdist", "-k", "not managers or T2", *(f"tests/measuring/sandbox/{name}" for name in files)]
    named = {**os.environ, "LOGNAME": "nobody"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False, env=named)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
