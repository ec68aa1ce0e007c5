"""The tiers: what each keeps in, tried by a program that wants out."""

import os
import sys
from pathlib import Path

import pytest

from tests import processes
from validator.measuring import sandbox
from validator.measuring.sandbox import Limits, Walls, bubblewrap, selftest, tiers, walls
from validator.measuring.sandbox.supervisor import landlock

WALLED = [entry.tier for entry in tiers.found() if entry.works and entry.tier != "T3"]
EVERY = [entry.tier for entry in tiers.found() if entry.works]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the tiers with walls are Linux's")


def python_in(
    folder: Path, code: str, *, tier: sandbox.Tier, tmp: bool = False, wall_seconds: float = 30.0, **limits: int
) -> sandbox.Outcome:
    """Run a line of Python behind the walls of a tier, in a folder that is its own."""
    inside = folder / "inside"
    inside.mkdir()
    uid = walls.own_uid()
    if uid is not None:
        os.chown(inside, uid, uid)
    return sandbox.run(
        [str(getattr(sys, "_base_executable", sys.executable)), "-I", "-S", "-c", code],
        limits=Limits(wall_seconds=wall_seconds, **limits),
        cwd=inside,
        walls=Walls(
            tier=tier,
            readable=(Path(sys.base_prefix),),
            writable=() if tmp else (inside,),
            tmp=inside if tmp else None,
            uid=uid,
        ),
    )


@linux_only
def test_this_machine_has_a_tier_with_walls() -> None:
    assert WALLED, "; ".join(f"{entry.tier}: {entry.detail}" for entry in tiers.found())


@pytest.mark.slow
@pytest.mark.parametrize("tier", WALLED)
def test_every_attempt_to_break_out_is_refused(tier: sandbox.Tier) -> None:
    tried = selftest.attempts(tier)
    assert len(tried) == len(selftest.SAYS)
    opened = {attempt.name: attempt.detail for attempt in tried if not attempt.refused and not attempt.known}
    assert opened == {}


@linux_only
@pytest.mark.parametrize("tier", WALLED)
def test_what_a_tier_is_known_to_leave_open_is_little_and_said(tier: sandbox.Tier) -> None:
    known = selftest.known_open(tier)
    own_account = tier == "T2" and walls.own_uid() is None
    older = landlock.version() < landlock.SCOPES_SINCE
    assert set(known) == (
        {"terminal", "shared-memory", *(["signal-driver"] if older else [])} if own_account else set()
    )
    assert all(known.values())


@pytest.mark.slow
@linux_only
def test_the_self_test_sees_what_is_open_where_there_are_no_walls() -> None:
    opened = {attempt.name for attempt in selftest.attempts("T3") if not attempt.refused}
    expected = {"network-tcp", "network-udp", "network-dns", "unix-service", "unix-datagram"}
    assert expected | {"read-other-submission", "list-home"} <= opened
    assert "outlive" not in opened


def test_a_self_test_that_did_not_run_has_refused_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "ESCAPE", Path("absent.py"))
    assert not any(attempt.refused for attempt in selftest.attempts(EVERY[-1]))


@pytest.mark.parametrize("tier", EVERY)
def test_the_end_of_the_command_is_told_through_the_walls(tmp_path: Path, tier: sandbox.Tier) -> None:
    outcome = python_in(tmp_path, "import os; os.kill(os.getpid(), 11)", tier=tier)
    assert (outcome.exit_code, outcome.signal, outcome.tier) == (None, 11, sandbox.TIERS[tier])


@pytest.mark.parametrize("tier", EVERY)
def test_who_runs_inside_is_not_root(tmp_path: Path, tier: sandbox.Tier) -> None:
    outcome = python_in(
        tmp_path, "import os; open('mine', 'w'); print(os.getuid(), os.geteuid(), os.getgid())", tier=tier
    )
    assert outcome.ok, outcome.stderr
    assert b"0" not in outcome.stdout.split()


@pytest.mark.parametrize("tier", WALLED)
def test_no_capability_and_no_new_privilege_inside(tmp_path: Path, tier: sandbox.Tier) -> None:
    outcome = python_in(tmp_path, "print(open('/proc/self/status').read())", tier=tier)
    facts = dict(line.split(":\t") for line in outcome.stdout.decode().splitlines() if ":\t" in line)
    assert int(facts["CapEff"], 16) == int(facts["CapPrm"], 16) == int(facts["CapAmb"], 16) == 0
    assert facts["NoNewPrivs"].strip() == "1"
    assert facts["Seccomp"].strip() == "2"


@pytest.mark.parametrize("tier", EVERY)
def test_processes_left_behind_are_counted_and_gone(tmp_path: Path, tier: sandbox.Tier) -> None:
    seconds = processes.word()
    code = f"import subprocess\nfor _ in range(3): subprocess.Popen(['sleep', {seconds!r}], start_new_session=True)"
    outcome = python_in(tmp_path, code, tier=tier)
    assert outcome.detached == 3
    assert processes.is_gone(seconds, within=1.0)


@pytest.mark.parametrize("tier", EVERY)
def test_a_fork_bomb_ends_and_is_told(tmp_path: Path, tier: sandbox.Tier) -> None:
    seconds = processes.word()
    code = f"import os\nwhile True:\n    if os.fork() == 0: os.execvp('sleep', ['sleep', {seconds!r}])"
    outcome = python_in(tmp_path, code, tier=tier, processes=60)
    # Refused by the kernel, which the program notices, or ended by the supervisor: never beyond, never left.
    assert outcome.excess == "processes" or b"BlockingIOError" in outcome.stderr
    assert processes.is_gone(seconds, within=1.0)


@pytest.mark.parametrize("tier", EVERY)
def test_children_that_together_hold_too_much_memory_are_ended(tmp_path: Path, tier: sandbox.Tier) -> None:
    code = "import os, time\nfor _ in range(4): os.fork()\nx = bytearray(30_000_000)\ntime.sleep(20)"
    outcome = python_in(tmp_path, code, tier=tier, memory_bytes=200_000_000, tree_bytes=200_000_000)
    assert outcome.excess == "memory"
    assert outcome.wall_seconds < 15


@pytest.mark.parametrize("tier", EVERY)
def test_pages_shared_by_children_are_counted_once(tmp_path: Path, tier: sandbox.Tier) -> None:
    code = "import os, time\nx = bytearray(60_000_000)\nfor _ in range(3): os.fork()\ntime.sleep(1)"
    outcome = python_in(tmp_path, code, tier=tier, tree_bytes=250_000_000)
    assert (outcome.ok, outcome.excess) == (True, "")


REMOVED = """\
import os, time
kept = []
for i in range(20):
    kept.append(open(FOLDER + f'big{i}', 'wb'))
    kept[-1].write(os.urandom(1_000_000))
    kept[-1].flush()
    os.unlink(kept[-1].name)
time.sleep(20)
"""


@pytest.mark.parametrize(
    ("tier", "place"), [*((tier, "") for tier in EVERY), *(("T1", "/tmp/") for tier in EVERY if tier == "T1")]
)
def test_too_many_files_end_it_even_when_they_were_removed(tmp_path: Path, tier: sandbox.Tier, place: str) -> None:
    code = REMOVED.replace("FOLDER", repr(place))
    outcome = python_in(tmp_path, code, tier=tier, tmp=bool(place), disk_bytes=10_000_000)
    assert outcome.excess == "disk"
    assert outcome.wall_seconds < 15


@pytest.mark.parametrize(("version", "sized"), [((0, 6, 1), False), ((0, 8, 0), True), ((0, 0, 0), False)])
def test_an_older_bubblewrap_is_not_asked_for_what_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], sized: bool
) -> None:
    monkeypatch.setattr(bubblewrap, "version", lambda: version)
    assert ("--size" in bubblewrap.wrapped(Walls(tier="T1"), as_root=False)) is sized


def test_a_tier_that_is_not_there_is_refused_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    tiers.tried.cache_clear()
    try:
        with pytest.raises(tiers.SandboxError, match="apt-get install bubblewrap"):
            tiers.choose("T1")
        assert tiers.choose() != "T1"
        assert "bwrap is not installed" in tiers.why_not_better(tiers.choose())
        with pytest.raises(tiers.SandboxError, match="T4"):
            tiers.choose("T4")
    finally:
        tiers.tried.cache_clear()


@pytest.mark.parametrize("tier", EVERY)
def test_a_command_that_is_ended_from_outside_has_left_nothing_behind(tmp_path: Path, tier: sandbox.Tier) -> None:
    outcome = python_in(tmp_path, "import time; time.sleep(60)", tier=tier, wall_seconds=0.5)
    assert outcome.timed_out
    assert not outcome.detached


@pytest.mark.parametrize("tier", WALLED)
def test_what_programs_need_of_the_system_can_be_read(tmp_path: Path, tier: sandbox.Tier) -> None:
    code = (
        "import os\n"
        "assert open('/etc/passwd').read().startswith('root')\n"
        "assert not os.path.lexists('/etc/ld.so.cache') or open('/etc/ld.so.cache', 'rb').read(1)\n"
        "assert os.cpu_count() and open('/proc/self/stat').read(1)\n"
        "assert not os.access('/etc/shadow', os.R_OK)\n"
    )
    outcome = python_in(tmp_path, code, tier=tier)
    assert outcome.ok, outcome.stderr


@pytest.mark.parametrize("tier", WALLED)
def test_families_of_sockets_that_no_network_namespace_holds_in_are_refused(tmp_path: Path, tier: sandbox.Tier) -> None:
    code = (
        "import socket\n"
        "for family in (38, 40):\n"  # the kernel's cryptography, and the host of a virtual machine
        "    try: socket.socket(family, socket.SOCK_STREAM)\n"
        "    except PermissionError: print('refused')\n"
    )
    assert python_in(tmp_path, code, tier=tier).stdout == b"refused\n" * 2


@pytest.mark.parametrize("tier", EVERY)
def test_who_was_left_behind_is_counted_also_when_the_command_must_be_ended(tmp_path: Path, tier: sandbox.Tier) -> None:
    seconds = processes.word()
    code = (
        "import os, subprocess, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        f"    subprocess.Popen(['sleep', {seconds!r}], start_new_session=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "time.sleep(60)"
    )
    outcome = python_in(tmp_path, code, tier=tier, wall_seconds=1.5)
    assert outcome.timed_out
    assert outcome.detached == 1
    assert processes.is_gone(seconds, within=1.0)
