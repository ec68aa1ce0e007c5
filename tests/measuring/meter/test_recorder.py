"""The recorder writes down what arrives, and says what an honest agent never does."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from validator.measuring.meter import counters, peers
from validator.measuring.meter.log import read_records
from validator.measuring.meter.recorder import Recorder, RecorderError, socket_type


class Speaker:
    """An agent that says what a test tells it."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket_type())
        self.socket.connect(str(path))

    def say(self, payload):
        self.socket.sendall(payload if socket_type() != socket.SOCK_STREAM else payload + b"\n")

    def record(self, kind, seq, **fields):
        self.say(json.dumps({"kind": kind, "seq": seq, "pid": os.getpid(), "t": 1, **fields}).encode())


@pytest.fixture
def place(tmp_path):
    with tempfile.TemporaryDirectory(prefix="vr") as short:
        yield Path(short) / "s", tmp_path / "records.jsonl", tmp_path / "counters"


def _recorded(place, speak, **options):
    with Recorder(*place, **options):
        speaker = Speaker(place[0])
        speak(speaker)
        speaker.socket.close()
    return list(read_records(place[1]))


def _integrity(records):
    return [record["what"] for record in records if record["kind"] == "integrity"]


def test_records_keep_their_order_and_carry_the_attested_process(place):
    def speak(speaker):
        speaker.record("hello", 0)
        speaker.record("bye", 1)

    records = _recorded(place, speak)
    assert [record["kind"] for record in records] == ["hello", "bye"]
    assert {record["peer"] for record in records} <= {os.getpid(), 0}


@pytest.mark.skipif(sys.platform != "linux", reason="abstract names are Linux's")
@pytest.mark.parametrize("name", ["\0v-peer-1-0", "\0v-peer-x", "\0other"])
def test_a_name_is_believed_from_the_sandbox_only(place, name):
    with Recorder(*place):
        connection = socket.socket(socket.AF_UNIX, socket_type())
        connection.bind(f"{name}-{os.getpid()}" if name.endswith("other") else name)
        connection.connect(str(place[0]))
        connection.sendall(json.dumps({"kind": "hello", "seq": 0, "pid": os.getpid()}).encode())
        connection.close()
    assert {record["peer"] for record in read_records(place[1]) if record["kind"] == "hello"} == {os.getpid()}


def test_a_skipped_number_is_recorded(place):
    def speak(speaker):
        speaker.record("hello", 0)
        speaker.record("bye", 5)

    assert _integrity(_recorded(place, speak)) == ["sequence-gap"]


def test_a_count_that_falls_is_recorded(place):
    def speak(speaker):
        speaker.record("counts", 0, name="Net#1", updates=9)
        speaker.record("counts", 1, name="Net#1", updates=3)
        speaker.record("bye", 2)

    assert _integrity(_recorded(place, speak)) == ["count-decreased"]


def test_a_record_for_another_process_is_recorded(place):
    def speak(speaker):
        speaker.record("counts", 0, pid=1)
        speaker.record("bye", 1)

    assert _integrity(_recorded(place, speak)) == ["other-pid"]


def _as_another(kinds):
    def speak(speaker):
        for seq, kind in enumerate(kinds):
            speaker.say(json.dumps({"kind": kind, "seq": seq, "pid": 50, "t": 1}).encode())

    return speak


@pytest.mark.skipif(sys.platform != "linux", reason="a process is seen through /proc")
def test_of_a_fork_that_was_gone_at_once_nobody_knows_what_it_called_itself(place, monkeypatch):
    own_pids = peers.own_pids
    gone = subprocess.Popen(["true"])
    gone.wait()
    monkeypatch.setattr(peers, "own_pids", lambda pid: own_pids(gone.pid))
    assert _integrity(_recorded(place, _as_another(["hello", "bye"]))) == []


@pytest.mark.skipif(sys.platform != "linux", reason="a process is seen through /proc")
def test_one_that_tells_of_work_is_not_excused_by_being_gone(place, monkeypatch):
    monkeypatch.setattr(peers, "own_pids", lambda pid: set())
    assert _integrity(_recorded(place, _as_another(["hello", "counts", "bye"]))) == ["other-pid"]


def test_an_agent_that_falls_silent_while_its_process_lives_is_recorded(place):
    assert _integrity(_recorded(place, lambda speaker: speaker.record("hello", 0))) == ["silenced"]


def test_rubbish_is_counted_and_never_raises(place):
    def speak(speaker):
        speaker.say(b"\xff\xfe not json")
        speaker.say(b"[" * 20_000)
        speaker.say(b"[1, 2]")
        speaker.record("bye", 0)

    records = _recorded(place, speak)
    assert [record["count"] for record in records if record.get("what") == "malformed"] == [3]


def test_a_full_log_keeps_the_newest_totals(place):
    def speak(speaker):
        for seq in range(200):
            speaker.record("counts", seq, name="Net#1", updates=seq)
        speaker.record("bye", 200)

    records = _recorded(place, speak, max_log_bytes=2000)
    assert max(record.get("updates", 0) for record in records) == 199
    assert "log-full" in _integrity(records)
    assert len(records) < 50


def test_a_socket_path_that_cannot_be_is_one_clear_error(place, tmp_path):
    with pytest.raises(RecorderError, match="cannot listen"), Recorder(tmp_path / ("x" * 200), *place[1:]):
        time.sleep(0)


def test_a_fresh_page_is_empty_and_a_missing_one_is_none(tmp_path):
    counters.make(tmp_path / "page")
    assert counters.read(tmp_path / "page") == ()
    assert counters.read(tmp_path / "nowhere") is None


@pytest.mark.parametrize("fields", [{"pid": [1]}, {"pid": {"a": 1}}, {"seq": int("9" * 4300)}, {"seq": [1]}])
def test_what_no_agent_says_of_itself_is_recorded_and_the_recorder_goes_on(place, fields):
    def speak(speaker):
        speaker.say(json.dumps({"kind": "x", "seq": 0, "pid": os.getpid(), **fields}).encode())
        speaker.record("hello", 1)

    assert "hello" in [record["kind"] for record in _recorded(place, speak)]


def test_no_depth_of_nesting_ends_the_recorder(place):
    def speak(speaker):
        for depth in (*range(900, 1010, 2), 20_000):
            speaker.say(b'{"kind":"x","a":' + b"[" * depth + b"]" * depth + b"}")
        speaker.record("hello", 0)

    assert "hello" in [record["kind"] for record in _recorded(place, speak)]


@pytest.mark.parametrize(
    "instead", [lambda path: None, os.mkfifo, os.mkdir, lambda path: path.symlink_to("other"), Path.touch]
)
def test_a_log_that_was_removed_or_replaced_is_put_back_and_said(place, instead):
    def speak(speaker):
        speaker.record("hello", 0)
        place[1].unlink()
        instead(place[1])

    records = _recorded(place, speak)
    assert "hello" in [record["kind"] for record in records]
    assert "log-removed" in _integrity(records)
    assert not place[1].with_name("other").exists()


def test_a_pipe_in_the_place_of_the_counters_is_no_page(tmp_path):
    os.mkfifo(tmp_path / "counters")
    assert counters.read(tmp_path / "counters") is None


@pytest.mark.parametrize("kind", ["integrity", "process", "opened", "degraded"])
def test_nobody_says_what_the_recorder_says_itself(place, kind):
    def speak(speaker):
        speaker.record(kind, 0, what="died")
        speaker.record("bye", 1)

    records = _recorded(place, speak)
    assert _integrity(records) == ["recorders-kind"]
    assert [record["got"] for record in records if record["kind"] == "integrity"] == [kind]


def test_a_flood_of_names_leaves_room_for_the_totals_that_count(place):
    def speak(speaker):
        for seq in range(6000):
            speaker.record("x", seq, name=f"junk {seq}")
        speaker.record("counts", 6000, name="Net#1", updates=77)
        speaker.record("bye", 6001)

    records = _recorded(place, speak, max_log_bytes=2000)
    assert [record["updates"] for record in records if record["kind"] == "counts"] == [77]
    assert "log-full" in _integrity(records)


class _Witness:
    def __init__(self, looks):
        self.looks = looks

    def look(self, heard):
        yield from self.looks(heard)

    def close(self, heard):
        yield {"kind": "process", "pid": 1}


def test_other_witnesses_are_asked_and_told_who_was_heard(place):
    seen = []

    def look(heard):
        seen.append((set(heard.connected), {pid for pid, _ in heard.greeted}))
        return ()

    with Recorder(*place, witnesses=[_Witness(look)]):
        speaker = Speaker(place[0])
        speaker.record("hello", 0)
        deadline = time.monotonic() + 20
        while ({os.getpid()}, {os.getpid()}) not in seen and time.monotonic() < deadline:
            time.sleep(0.01)
        speaker.record("bye", 1)
        speaker.socket.close()
    assert ({os.getpid()}, {os.getpid()}) in seen
    assert [r["pid"] for r in read_records(place[1]) if r["kind"] == "process"] == [1]


def test_a_witness_that_fails_is_said_and_the_others_go_on(place):
    def look(heard):
        raise OSError("no such thing here")

    with Recorder(*place, witnesses=[_Witness(look), _Witness(lambda heard: ())]):
        time.sleep(0.5)
    kinds = [record["kind"] for record in read_records(place[1])]
    assert sorted(kinds) == ["degraded", "process"]


@pytest.mark.skipif(sys.platform != "linux", reason="another program in a process is seen through /proc")
def test_one_that_became_another_program_before_it_was_noticed_is_not_taken_for_silenced(place):
    assert _integrity(_recorded(place, lambda speaker: speaker.record("hello", 0, image=12345))) == ["died"]


@pytest.mark.skipif(sys.platform != "linux", reason="another program in a process is seen through /proc")
def test_another_program_in_the_place_of_one_is_not_taken_for_one_that_fell_silent(place):
    code = (
        "import os, json, socket, sys\n"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
        f"s.connect({str(place[0])!r})\n"
        "s.send(json.dumps({'kind': 'hello', 'seq': 0, 'pid': os.getpid()}).encode())\n"
        "sys.stdin.read(1)\n"
        "os.execv('/bin/sleep', ['sleep', '20'])\n"
    )
    with Recorder(*place):
        child = subprocess.Popen([sys.executable, "-S", "-c", code], stdin=subprocess.PIPE)
        time.sleep(1)
        child.stdin.write(b"x")
        child.stdin.flush()
        time.sleep(1)
        child.kill()
        child.wait()
        child.stdin.close()
    assert _integrity(read_records(place[1])) == ["died"]
