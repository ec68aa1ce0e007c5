"""The self-test of the meter: a right count is called right, and every other ending is a reason to count nothing."""

from dataclasses import replace

import pytest

from validator.evidence import Flag, Network, Run
from validator.measuring.probes.self_test import FRAMEWORKS, compared, examined

KNOWN = FRAMEWORKS["torch"]


def network(size: int, steps: int | None, gradients: int | None) -> Network:
    return Network(
        name=f"Sheet of {size}",
        parameters=size,
        trainable=size,
        steps=steps,
        gradient_computations=gradients,
        optimiser_calls=0,
        witnesses=(),
        counted=True,
        why="",
    )


RIGHT = Run(
    path="torch_sheet.py",
    role="model",
    outcome="finished",
    framework="torch 2.15.0",
    networks=tuple(network(size, each.steps, each.gradient_computations) for size, each in KNOWN.items()),
)


def test_all_counts_right_is_said_with_the_version_and_how_many():
    found = compared(RIGHT, KNOWN, "torch")
    assert found.ok
    assert found.words == f"torch 2.15.0: {len(KNOWN)} known trainings counted right"


@pytest.mark.parametrize(
    ("networks", "said"),
    [
        ((network(11, 2, 3), *RIGHT.networks[1:]), "SGD: 2 steps and 3 gradient computations instead of 3 and 3"),
        ((network(11, None, 3), *RIGHT.networks[1:]), "SGD: None steps"),
        (RIGHT.networks[1:], "SGD: not seen instead of 3 and 3"),
        ((network(11, 3, 3), *RIGHT.networks), "SGD: 3 steps and 3 gradient computations, 3 steps"),
    ],
)
def test_a_count_that_is_wrong_absent_or_twice_there_is_a_miscount(networks, said):
    found = compared(replace(RIGHT, networks=networks), KNOWN, "torch")
    assert not found.ok
    assert said in found.words
    assert "nothing is counted" in found.words


def test_a_fault_of_the_agent_is_a_miscount_though_the_numbers_are_right():
    flagged = replace(RIGHT, flags=(Flag(kind="agent-fault", detail="gradients: KeyError"),))
    assert compared(flagged, KNOWN, "torch").wrong == ("agent-fault: gradients: KeyError",)


def test_a_sheet_that_did_not_end_is_a_miscount_and_a_framework_that_is_not_there_is_none():
    crashed = replace(RIGHT, outcome="raised", detail="AttributeError: no _engine_run_backward")
    assert compared(crashed, KNOWN, "torch").wrong == ("raised: AttributeError: no _engine_run_backward",)
    absent = replace(RIGHT, outcome="raised", detail="ModuleNotFoundError: No module named 'torch'")
    assert compared(absent, KNOWN, "torch").ok
    assert compared(absent, KNOWN, "torch").words == "not installed"


@pytest.mark.slow
def test_the_meter_counts_the_trainings_of_pytorch_right_in_the_harness_s_own_python():
    found = examined("torch", interpreter=None, environment="")
    assert found.wrong == ()
    assert found.counted == len(KNOWN)
