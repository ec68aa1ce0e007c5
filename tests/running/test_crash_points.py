"""The process ends at every single call by which state gets to the disk: nothing torn, and the next call completes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = "tests.running.scripts.crashing"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="each crash happens in a fork"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    folder = tmp_path_factory.mktemp("crashing")
    command = [sys.executable, "-m", MODULE, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("scenario", "at_least"), [("replacing", 9), ("appending", 5), ("resuming", 150)])
def test_a_crash_at_any_call_leaves_no_torn_record_and_can_be_gone_on_from(
    told: dict[str, dict[str, object]], scenario: str, at_least: int
) -> None:
    assert told[scenario]["wrong"] == []
    assert int(str(told[scenario]["points"])) >= at_least
