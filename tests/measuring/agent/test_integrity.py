"""The agent says which of its hooks were taken away, and nothing of what honest code does to them."""

import gc
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from validator.measuring.meter import judge

TRAIN = """
import importlib, json, os, signal, sys, threading, time
import torch
from torch import nn
optimisers = importlib.import_module("torch.optim.optimizer")
images, labels = torch.randn(8, 4), torch.randint(0, 3, (8,))
net = nn.Linear(4, 3)
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
config = json.load(open(os.environ["VALIDATOR_AGENT"]))
def train(steps):
    for _ in range(steps):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(images), labels).backward()
        optimiser.step()
def beats(number):
    time.sleep(1.05 * number)
children = {}
def child(name, work):
    children[name] = os.fork()
    if not children[name]:
        train(5)
        work()
        sys.exit()  # as any Python ends
    os.waitpid(children[name], 0)
train(5)
"""
TAMPERING = """
def page():
    with open(config["counters"], "r+b") as file:
        file.seek(64)
        file.write(bytes(64 * 100))
def for_a_while():
    hooks = optimisers._global_optimizer_post_hooks
    kept = dict(hooks)
    hooks.clear()
    beats(4)
    hooks.update(kept)
    train(5)
def closed():
    os.closerange(3, 256)
    beats(1)
    train(5)
child("page", page)
child("steps", lambda: optimisers._global_optimizer_post_hooks.clear())
child("calls", lambda: nn.modules.module._global_forward_pre_hooks.clear())
child("for a while", for_a_while)
child("closed", closed)
print(json.dumps(children))
"""
HONEST = """
importlib.reload(optimisers)
optimiser.step()
beats(2)
importlib.reload(torch.nn.modules.linear)
train(5)
hook = nn.modules.module.register_module_forward_hook(lambda *arguments: None)
train(5)
hook.remove()
beats(2)
child("beating", lambda: beats(2))
child("silent", lambda: None)
rung = []
signal.signal(signal.SIGALRM, lambda number, frame: rung.append(time.monotonic()))
began = time.monotonic()
signal.setitimer(signal.ITIMER_REAL, 0.2)
time.sleep(3)
print(json.dumps({**children, "threads": threading.active_count(), "rung": rung[0] - began < 2}))
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tampered(metered_once):
    return metered_once(TRAIN + TAMPERING)


@pytest.fixture(scope="module")
def honest(metered_once):
    return metered_once(TRAIN + HONEST)


def _said(run, name, kind):
    pid = json.loads(run.stdout)[name]
    return [record.get("what") for record in run.of_kind(kind) if record["peer"] in (pid, 0)]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("page", "page"),
        ("steps", "TorchMeter.optimisers"),
        ("calls", "TorchMeter.forwards"),
        ("for a while", "TorchMeter.optimisers"),
    ],
)
def test_a_hook_that_is_gone_is_said_once(tampered, name, what):
    assert _said(tampered, name, "tampered") == [what], tampered.stderr


def test_a_connection_that_is_closed_shows_outside(tampered):
    assert _said(tampered, "closed", "integrity") == ["silenced"]


def test_honest_code_is_not_accused(honest):
    assert honest.of_kind("tampered") == [], honest.stderr
    assert {record["what"] for record in honest.of_kind("integrity")} <= {"died"}
    assert honest.of_kind("fault") == []


def test_hooks_that_a_reload_forgot_are_put_back(honest):
    own = honest.records[0]["pid"]
    assert max(record["calls"] for record in honest.of_kind("counts") if record["pid"] == own) >= 15


def test_the_heart_beats_in_the_process_and_in_its_forked_child(honest):
    beats = honest.of_kind("hb")
    assert {record["pid"] for record in beats} == {honest.records[0]["pid"], json.loads(honest.stdout)["beating"]}
    assert all(record["cpu_ns"] > 0 for record in beats)
    assert {record["pid"]: record["networks"] for record in beats} == dict.fromkeys(
        (record["pid"] for record in beats), 1
    )


def test_the_heartbeat_keeps_nothing_alive_hears_no_signal_and_is_no_thread_of_the_students(honest):
    assert json.loads(honest.stdout)["threads"] == 1
    assert json.loads(honest.stdout)["rung"]
    assert honest.code == 0
    assert len(honest.of_kind("bye")) == 3


def test_a_process_that_trains_nothing_has_no_heartbeat(metered):
    assert metered("import time; time.sleep(1.5)").of_kind("hb") == []


def test_a_module_that_another_thread_imports_meanwhile_is_no_fault(monkeypatch):
    """Garbage is collected in the middle of a look, where another thread can go on; it is played by the collector."""
    monkeypatch.syspath_prepend(str(Path(judge.__file__).parents[1] / "agent"))
    from validator_agent.integrity import Integrity  # type: ignore[import-not-found]

    faults: list[object] = []
    said = SimpleNamespace(before_exit=[], fault=lambda *fault: faults.append(fault), emit=lambda *_, **__: None)
    looked = Integrity(said)
    names = [f"imported_meanwhile_{number}" for number in range(2000)]
    fresh = iter(names)

    def imports(phase: str, _: object) -> None:
        if phase == "start" and (name := next(fresh, None)) is not None:
            sys.modules[name] = ModuleType(name)

    before = gc.get_threshold()
    try:
        gc.callbacks.append(imports)
        gc.set_threshold(1)
        looked.look()
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(imports)
        for name in names:
            sys.modules.pop(name, None)
    assert faults == []
