"""The box: what a command may use, how its end is told, and that nothing of it stays."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from validator.measuring import sandbox
from validator.measuring.sandbox import Limits

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the operating system has no child subreaper")


def python(code: str, folder: Path, *, wall_seconds: float = 30.0, **limits: int) -> sandbox.Outcome:
    return sandbox.run(
        [sys.executable, "-I", "-S", "-c", code], limits=Limits(wall_seconds=wall_seconds, **limits), cwd=folder
    )


def is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_output_and_exit_code_come_back(tmp_path: Path) -> None:
    outcome = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)", tmp_path)
    assert (outcome.exit_code, outcome.signal, outcome.stdout, outcome.stderr) == (7, None, b"out\n", b"err\n")


def test_a_clean_end_is_ok(tmp_path: Path) -> None:
    assert python("pass", tmp_path).ok


def test_the_tier_is_named(tmp_path: Path) -> None:
    assert python("pass", tmp_path).tier == "T3 rlimits and process group"


def test_the_signal_that_ended_it_is_told(tmp_path: Path) -> None:
    outcome = python("import os; os.kill(os.getpid(), 11)", tmp_path)
    assert (outcome.exit_code, outcome.signal) == (None, signal.SIGSEGV)


def test_standard_input_arrives(tmp_path: Path) -> None:
    outcome = sandbox.run(
        [sys.executable, "-I", "-S", "-c", "import sys; print(len(sys.stdin.read()))"],
        limits=Limits(wall_seconds=30),
        cwd=tmp_path,
        stdin=b"x" * 300_000,
    )
    assert outcome.stdout == b"300000\n"


def test_a_command_that_ignores_signals_ends_at_the_wall_limit(tmp_path: Path) -> None:
    code = "import signal\nfor n in (2, 15, 1): signal.signal(n, signal.SIG_IGN)\nwhile True: pass"
    outcome = python(code, tmp_path, wall_seconds=0.5)
    assert outcome.timed_out
    assert outcome.signal == signal.SIGKILL


def test_output_is_kept_up_to_the_cap(tmp_path: Path) -> None:
    outcome = python("print('x' * 5_000_000)", tmp_path, output_bytes=1000)
    assert outcome.stdout == b"x" * 1000
    assert outcome.truncated


def test_memory_past_the_limit_is_refused(tmp_path: Path) -> None:
    outcome = python("x = bytearray(900_000_000)", tmp_path, memory_bytes=200_000_000)
    assert b"MemoryError" in outcome.stderr


def test_a_file_past_the_limit_is_refused(tmp_path: Path) -> None:
    python("open('big', 'wb').write(b'x' * 1_000_000)", tmp_path, file_bytes=1000)
    assert (tmp_path / "big").stat().st_size <= 1000


@linux_only
def test_a_detached_process_is_gone_afterwards(tmp_path: Path) -> None:
    code = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        open('pid', 'w').write(str(os.getpid()))\n"
        "        os.close(1); os.close(2)\n"
        "        time.sleep(600)\n"
        "    os._exit(0)\n"
        "while not os.path.exists('pid') or not open('pid').read(): time.sleep(0.01)\n"
    )
    outcome = python(code, tmp_path)
    assert outcome.detached == 1
    assert is_gone(int((tmp_path / "pid").read_text()))


@linux_only
def test_the_command_dies_with_its_caller(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from validator.measuring import sandbox\n"
        f'sandbox.run([{sys.executable!r}, \'-c\', \'import os, time; open("pid", "w").write(str(os.getpid()));'
        f" time.sleep(600)'], limits=sandbox.Limits(wall_seconds=600), cwd=Path({str(tmp_path)!r}))\n"
    )
    caller = os.posix_spawn(sys.executable, [sys.executable, "-c", code], os.environ)
    pid_file = tmp_path / "pid"
    while not pid_file.exists() or not pid_file.read_text():
        time.sleep(0.02)
    os.kill(caller, signal.SIGKILL)
    os.waitpid(caller, 0)
    assert is_gone(int(pid_file.read_text()))


def test_secrets_of_the_harness_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_TOKEN", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "proxy")
    outcome = python("import os; print(sorted(os.environ))", tmp_path)
    assert b"COURSE_TOKEN" not in outcome.stdout
    assert b"HTTPS_PROXY" not in outcome.stdout


def test_a_command_that_does_not_exist_is_told(tmp_path: Path) -> None:
    outcome = sandbox.run(["no-such-command"], limits=Limits(wall_seconds=10), cwd=tmp_path)
    assert outcome.exit_code == 127
    assert b"no-such-command" in outcome.stderr


@pytest.mark.parametrize("told", [None, "", "[]", '{"detached": "many"}'])
def test_what_the_supervisor_did_not_tell_is_not_none_left_behind(tmp_path: Path, told: str | None) -> None:
    status = tmp_path / "status.json"
    if told is not None:
        status.write_text(told)
    assert sandbox.told(status) == sandbox.Told()
