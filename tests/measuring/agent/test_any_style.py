"""Updates are counted however the values are changed, and whatever runs the gradients; one process trains them all."""

from pathlib import Path

import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "any_style.py").read_text(encoding="utf-8")
COUNTS = {
    "Direct#1": (43, 12, 12),
    "DataAssign#1": (43, 12, 12),
    "Numpy#1": (43, 12, 12),
    "GradSub#1": (43, 12, 12),
    "Foreach#1": (43, 12, 12),
    "Vector#1": (43, 12, 12),
    "Inference#1": (43, 12, 12),
    "InBackward#1": (43, 12, 12),
    "Sam#1": (43, 24, 24),
    "ScaledFused#1": (43, 9, 12),
    "Blocks#1": (43, 24, 24),
    "raw#1": (40, 12, 12),
    "raw#2": (27, 12, 12),
    "raw#3": (15, 12, 12),
    "Adversarial#1": (43, 12, 12),
    "PerSample#1": (43, 12, 12),
    "raw#4": (129, 12, 12),
    "raw#5": (129, 12, 12),
    "raw#7": (12, 40, 40),
    "raw#8": (15, 40, 40),
    "Cloned#1": (43, 12, 12),
    "ClonedStep#1": (43, 12, 12),
    "raw#9": (43, 12, 12),
    "raw#10": (43, 12, 12),
    "Restarted#1": (43, 24, 24),
    "Honest#1": (43, 40, 40),
    "Hooks#1": (43, 12, 12),
    "Reloaded#1": (43, 12, 12),
    "Thread#1": (43, 12, 12),
}


@pytest.fixture(scope="module")
def styles(metered_once):
    return metered_once(SCRIPT)


@pytest.fixture(scope="module")
def counts(styles):
    assert styles.code == 0, styles.stderr
    return {record["name"]: record for record in styles.of_kind("counts")}


@pytest.fixture(scope="module")
def nets(styles):
    return {record["name"]: record for record in styles.of_kind("net")}


@pytest.mark.parametrize("name", COUNTS)
def test_each_way_of_training_has_its_own_numbers(nets, counts, name):
    """Parameters, updates, gradient computations."""
    said = counts[name]
    assert (nets[name]["elements"], said["updates"], said["gradients"]) == COUNTS[name]
    assert said["unverified"] == 0


def test_nothing_else_is_a_network(nets):
    assert set(nets) - set(COUNTS) == {"Maml#1", "raw#6", "AfterOne#1"}


def test_inner_gradients_of_meta_learning_count_each(nets, counts):
    assert nets["raw#6"]["continues"] == "Maml#1"
    assert counts["Maml#1"]["updates"] + counts["raw#6"]["updates"] == 36


def test_halves_trained_in_turn_show_in_the_widest_count(counts):
    assert counts["Blocks#1"]["widest"] == 12


def test_optimised_inputs_are_no_network(styles):
    assert styles.of_kind("reach")[-1]["inputs"] == 84


def test_forward_derivatives_by_parameters_are_counted_and_by_inputs_not(styles):
    assert styles.of_kind("reach")[-1]["forward_mode"] == 12


def test_training_without_gradients_is_seen_between_calls(styles, counts):
    free = {record["name"]: record["writes"] for record in styles.of_kind("free")}
    assert free == {"Evo@1": 39, "Hand@1": 39}
    assert counts["AfterOne#1"]["free_writes"] > 30


def test_averages_and_swaps_are_no_training_without_gradients(counts):
    assert {name for name, said in counts.items() if said["free_writes"]} == {"AfterOne#1"}


def test_a_network_initialised_anew_in_place_says_so(counts):
    assert counts["Restarted#1"]["restarts"] == 2
    assert {name for name, said in counts.items() if said["restarts"]} == {"Restarted#1"}


def test_the_agent_has_not_failed(styles):
    assert not styles.of_kind("fault")
