"""Recorded logs, replayed: what the judge said of them it says again, to the byte, in whatever order it heard them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.measuring.meter.told import hello, looked, trained
from validator import plain
from validator.measuring.meter.counters import Counter
from validator.measuring.meter.judge import judge
from validator.measuring.meter.log import read_records

LOGS = Path(__file__).parent / "logs"
ROLES = ("classifier", "generator", "model")
TOTALS = ("parameters", "steps", "gradient_computations", "optimiser_calls")

SPOKEN = """
hello framework net counts reach forward free load weights first_batch import hb tampered selftest loss integrity
process opened degraded fault repair notice redirect bye
"""
NAMES = """
peer pid net name class variable elements trainable tensors tensor_count signature shared continues of fed copies
updates gradients own_gradients calls repeats updated_ns unverified widest by restarts free_writes digest together
elsewhere inputs functional forward_mode images quiet_images images_since_update copy input writes what where cell flag
asked served ok framework version grammar ppid step loss t arrival_ns bytes path suffix exe argv cpu_seconds gpu_seconds
agent ended system quantiles distinct fresh tensor shape accuracy classes module cpu_ns networks
"""
KINDS = SPOKEN.split()
WORDS = st.sampled_from(["", "Net#1", "Net#2", "raw#1", "torch", "jax", "slot", "module", "ema", "x" * 300, "\ud800"])
SCALARS = st.none() | st.booleans() | st.integers(-5, 30) | st.integers() | st.floats() | WORDS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
FIELDS = NAMES.split()
RECORDS = st.builds(
    lambda kind, fields, peer, net: {**fields, "kind": kind, "peer": peer, "net": net},
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=12),
    st.sampled_from([7, 8, 0]),
    st.sampled_from([1, 2, 3, None]),
)
COUNTERS = st.none() | st.lists(
    st.builds(
        Counter,
        pid=st.integers(1, 9),
        net=st.integers(0, 3),
        updates=st.integers(0, 2**64 - 1),
        gradients=st.integers(0, 2**64 - 1),
        calls=st.integers(0, 99),
        t=st.integers(0, 99),
    ),
    max_size=3,
)


def said(records, counters=(), role="classifier"):
    """The judgement as the evidence will hold it; it must be text that can be written and read again."""
    judgement = judge(records=records, counters=counters, role=role)
    return json.dumps(plain.to_plain(judgement), sort_keys=True, allow_nan=False, ensure_ascii=False).encode()


def replayed(name, role):
    return judge(records=read_records(LOGS / name), counters=(), role=role)


def numbers(judgement):
    return tuple(next(r.value for key, r in judgement.readings.items() if key.endswith(f".{n}")) for n in TOTALS)


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("gan", "generator", (17, 20, 20, 20)),
        ("classifier", "classifier", (43, 12, 12, 12)),
        ("average_judges", "classifier", (83, 30, 30, 30)),
        ("critic_and_measure", "generator", (193, 24, 24, 24)),
        ("trials_then_best", "classifier", (83, 14, 14, 14)),
        ("child_trains", "classifier", (83, 16, 16, 16)),
        ("two_ranks", "classifier", (83, 12, 12, 12)),
        ("hand_written", "classifier", (None, None, None, None)),
        ("jax_critic", "generator", (49, 24, 24, 24)),
    ],
)
def test_a_recorded_run_is_judged_as_it_was(name, role, expected):
    """Logs of `recorded/`, by `record`; the two oldest are of the first grammar."""
    assert numbers(replayed(f"{name}.jsonl", role)) == expected


@pytest.mark.parametrize(
    ("name", "role", "kinds", "words"),
    [
        ("average_judges", "classifier", [], ""),
        ("critic_and_measure", "generator", [], "Features@1 saw 1,500 images and was never updated: it measures"),
        ("trials_then_best", "classifier", ["several-trainings"], ""),
        ("child_trains", "classifier", [], "which trained it and handed it on"),
        ("two_ranks", "classifier", [], ""),
        ("hand_written", "classifier", ["judged-untrained"], ""),
        ("jax_critic", "generator", [], ""),
    ],
)
def test_what_is_remarked_of_a_recorded_run(name, role, kinds, words):
    found = replayed(f"{name}.jsonl", role)
    assert [flag.kind for flag in found.flags] == kinds
    assert words in " ".join(found.notes)


def test_a_recorded_gan_has_its_two_networks():
    networks = replayed("gan.jsonl", "generator").networks
    assert {network.name: network.steps for network in networks} == {"Discriminator#1": 20, "Generator#1": 4}


def test_a_recorded_classifier_leaves_the_other_network_out_and_has_its_curve():
    found = replayed("classifier.jsonl", "classifier")
    assert [flag.kind for flag in found.flags] == ["several-networks"]
    assert found.curve[0].step == 1


@pytest.mark.parametrize("path", sorted(LOGS.glob("*.jsonl")), ids=lambda path: path.stem)
@pytest.mark.parametrize("role", ROLES)
def test_the_same_log_gives_the_same_bytes(path, role):
    assert said(read_records(path), role=role) == said(read_records(path), role=role)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(RECORDS, max_size=25), counters=COUNTERS, role=st.sampled_from(ROLES))
def test_the_judge_never_raises_and_its_words_can_be_written(records, counters, role):
    assert said(records, counters, role)


@settings(max_examples=60)
@given(
    order=st.permutations(range(3)),
    updates=st.lists(st.integers(0, 50), min_size=3, max_size=3),
    signatures=st.lists(st.sampled_from(["a", "b"]), min_size=3, max_size=3),
    images=st.lists(st.sampled_from([0, 10_000]), min_size=3, max_size=3),
    role=st.sampled_from(ROLES),
)
def test_counts_do_not_depend_on_which_process_was_heard_first(order, updates, signatures, images, role):
    processes = [
        [
            hello(pid),
            *trained(1, "Net#1", began=1, ended=90, updates=updates[pid], signature=signatures[pid], peer=pid + 10),
            looked("Net@1", 1, images[pid], peer=pid + 10),
        ]
        for pid in range(3)
    ]
    one_way = judge(records=[record for process in processes for record in process], counters=(), role=role)
    other_way = [record for place in order for record in processes[place]]
    assert one_way.readings == judge(records=other_way, counters=(), role=role).readings


def test_a_log_is_replayed_from_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "validator.measuring.meter", str(LOGS / "gan.jsonl"), "--role", "generator"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert "Generator#1" in done.stdout
    assert "generator.steps: 20 steps" in done.stdout


def test_a_log_that_is_not_there_is_said_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "validator.measuring.meter", str(tmp_path / "none.jsonl")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 2
    assert "none.jsonl" in done.stderr
    assert "Traceback" not in done.stderr
