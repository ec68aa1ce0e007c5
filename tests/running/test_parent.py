"""A process that was told to ends with its parent, and does not begin when the head is gone already."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from validator.measuring.sandbox.owner import dumps, is_alive, this_process
from validator.running.parent import HEAD_VARIABLE, ORPHANED

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no such thing elsewhere")

CHILD = "from validator.running.parent import die_with_parent; die_with_parent(); print('up', flush=True); {}"
SLEEPING = CHILD.format("import time; time.sleep(60)")
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "{SLEEPING}"], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("platform", [sys.platform, "another system"])
def test_a_child_ends_when_its_parent_is_killed(platform: str) -> None:
    code = PARENT.replace("die_with_parent()", f"sys.platform = '{platform}'; die_with_parent()")
    code = code.replace("from validator", "import sys; from validator")
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = replace(this_process(), pid=int(parent.stdout.readline()), started="")
        assert is_alive(child)
        os.kill(parent.pid, signal.SIGKILL)
    until = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert is_alive(child) is False


def test_a_stage_whose_head_is_gone_before_it_could_look_does_not_begin(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone = replace(this_process(), pid=ended.pid, started="")
    command = [sys.executable, "-c", CHILD.format("")]
    for head, code in ((gone, ORPHANED), (this_process(), 0), (replace(gone, host="elsewhere"), 0)):
        done = subprocess.run(command, env={**os.environ, HEAD_VARIABLE: dumps(head)}, check=False, capture_output=True)
        assert done.returncode == code
