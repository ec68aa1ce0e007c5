"""A process that had a heartbeat and works on without a word is remarked; one that cannot speak is not."""

import subprocess
import sys
import time

import pytest

from validator.measuring.meter import proc
from validator.measuring.meter.clients import Heard
from validator.measuring.meter.heartbeats import Heartbeats

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="CPU time of others is seen through /proc")

BEATING = """
import _thread, sys, threading, time
def beat():
    while True:
        time.sleep(1)
{thread}
while True:
    {work}
"""
THREAD = """
up = _thread.allocate_lock(); up.acquire()
def run():
    global tid
    tid = threading.get_native_id(); up.release(); beat()
_thread.start_new_thread(run, ()); up.acquire(); print(tid, flush=True)
"""


@pytest.fixture
def started():
    processes = []

    def start(*, work):
        code = BEATING.format(thread=THREAD, work=work)
        process = subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process.pid, int(process.stdout.readline())

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def _told(pid, thread, *, looks=4, words=lambda n: 7):
    witness = Heartbeats(silent_cpu_seconds=0.3)
    told = []
    for number in range(looks):
        heard = Heard(connected={pid: 1}, words={pid: words(number)}, beating={pid: thread})
        witness._next = 0
        told += list(witness.look(heard))
        until = time.monotonic() + 20
        before = proc.stat(pid).cpu_seconds
        time.sleep(0.5)
        while 0 < proc.stat(pid).cpu_seconds - before < 0.35 and time.monotonic() < until:
            time.sleep(0.05)
    return told


def test_work_without_a_word_is_remarked_once_a_spell(started):
    (entry,) = _told(*started(work="sum(range(1000))"), looks=3)
    assert (entry["kind"], entry["what"]) == ("integrity", "heartbeat-missing")


def test_a_thread_that_is_gone_is_remarked(started):
    pid, thread = started(work="sum(range(1000))")
    assert _told(pid, thread + 100_000, looks=2) != []


def test_words_that_come_leave_nothing_to_remark(started):
    assert _told(*started(work="sum(range(1000))"), words=lambda n: n) == []


def test_a_process_that_gets_no_cpu_is_not_remarked(started):
    assert _told(*started(work="time.sleep(60)"), looks=3) == []


def test_a_long_call_that_holds_the_interpreter_is_not_remarked(started):
    pid, thread = started(work="sum(range(10 ** 11))")
    deadline = time.monotonic() + 20
    while proc.switches(pid, thread) < 100 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _told(pid, thread) == []
