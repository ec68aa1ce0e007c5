"""The recorder writes down what arrives, and says what an honest agent never does."""

import json
import os
import socket
import tempfile
import time
from pathlib import Path

import pytest

from validator.measuring.meter import counters
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
